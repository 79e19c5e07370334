//! Twin of the ranking by `score`.

use crate::oracle::exact::{Rate, of_e4};

/// The score.
pub(crate) fn key(score_e4: i128) -> Rate {
    of_e4(score_e4)
}
