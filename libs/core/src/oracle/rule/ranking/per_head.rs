//! Twin of the ranking `per_head` (人均): the score per employee.

use crate::oracle::exact::{Rate, of_e4, whole};

/// Without employees there is no key.
pub(crate) fn key(score_e4: i128, heads: u64) -> Option<Rate> {
    (heads > 0).then(|| of_e4(score_e4) / whole(i128::from(heads)))
}
