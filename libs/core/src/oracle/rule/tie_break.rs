//! The oracle's registry of tie-breaks.

use crate::contest::{Contest, TieBreak};
use crate::oracle::contest::key::{Key, Reach};
use crate::oracle::exact::Rate;
use crate::oracle::rule::measure;
use crate::rule::tie_break;

pub(crate) mod earliest;
pub(crate) mod indicator;
pub(crate) mod name;

/// What a row offers for breaking ties.
pub(crate) struct Has<'r> {
    pub(crate) name: &'r str,
    /// When its score was reached; `None` if no credit ever raised it.
    pub(crate) reach: Option<&'r Reach>,
    /// The value of each indicator.
    pub(crate) values: Vec<Option<&'r Rate>>,
}

/// The key of a tie-break; the smallest is first.
pub(crate) fn key(tie_break: &TieBreak, contest: &Contest, has: &Has) -> Key {
    match tie_break {
        TieBreak::Earliest(tie_break::Earliest) => earliest::key(has.reach),
        TieBreak::Indicator(tie_break::Indicator(at)) => {
            let is_rate = contest.indicators.get(*at).is_some_and(|own| measure::is_rate(&own.measure));
            indicator::key(is_rate, has.values.get(*at).copied().flatten())
        }
        TieBreak::Name(tie_break::Name) => name::key(has.name),
    }
}
