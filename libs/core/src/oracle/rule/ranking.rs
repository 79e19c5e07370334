//! The oracle's registry of `ranked_by`.

use crate::contest::RankedBy;
use crate::oracle::exact::Rate;
use crate::rule::ranking;

pub(crate) mod completion;
pub(crate) mod improvement;
pub(crate) mod indicator;
pub(crate) mod per_head;
pub(crate) mod score;

/// What a row offers as a key.
pub(crate) struct Has<'r> {
    /// The score, in 1/10,000 of a point.
    pub(crate) score_e4: i128,
    /// The score of the earlier period, in 1/10,000 of a point.
    pub(crate) base_e4: i128,
    /// Employees on the period's last day.
    pub(crate) heads: u64,
    /// The value of each indicator.
    pub(crate) values: Vec<Option<&'r Rate>>,
    /// The completion of each indicator's target.
    pub(crate) completions: Vec<Option<&'r Rate>>,
}

/// The key of a row, if it has one.
pub(crate) fn key(ranked_by: &RankedBy, has: &Has) -> Option<Rate> {
    match ranked_by {
        RankedBy::Score(ranking::Score) => Some(score::key(has.score_e4)),
        RankedBy::Indicator(ranking::Indicator(at)) => indicator::key(&has.values, *at),
        RankedBy::Completion(ranking::Completion(at)) => completion::key(&has.completions, *at),
        RankedBy::PerHead(ranking::PerHead) => per_head::key(has.score_e4, has.heads),
        RankedBy::Improvement(ranking::Improvement { is_rate, .. }) => {
            improvement::key(*is_rate, has.score_e4, has.base_e4)
        }
    }
}
