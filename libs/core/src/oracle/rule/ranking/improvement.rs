//! Twin of the ranking by `improvement`: the increase of the score over an earlier period.

use crate::oracle::exact::{Rate, of_e4};

/// In points, or as a share of the earlier score, which then has to be above zero.
pub(crate) fn key(is_rate: bool, score_e4: i128, base_e4: i128) -> Option<Rate> {
    let more = of_e4(score_e4 - base_e4);
    if !is_rate {
        return Some(more);
    }
    (base_e4 > 0).then(|| more / of_e4(base_e4))
}
