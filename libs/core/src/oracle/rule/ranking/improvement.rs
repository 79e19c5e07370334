//! Twin of the ranking by `improvement`: how much more the score is than in a period before.

use crate::oracle::exact::{Rate, of_e4};

/// In points, or as a rate of what it was; a rate needs a score above zero to compare with.
pub(crate) fn key(is_rate: bool, score_e4: i128, base_e4: i128) -> Option<Rate> {
    let more = of_e4(score_e4 - base_e4);
    if !is_rate {
        return Some(more);
    }
    (base_e4 > 0).then(|| more / of_e4(base_e4))
}
