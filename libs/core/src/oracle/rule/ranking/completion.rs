//! Twin of the ranking by the `completion` of an indicator's target.

use crate::oracle::exact::Rate;

/// The completion before any floor or cap, if there is a target.
pub(crate) fn key(completions: &[Option<&Rate>], indicator: usize) -> Option<Rate> {
    completions.get(indicator).copied().flatten().cloned()
}
