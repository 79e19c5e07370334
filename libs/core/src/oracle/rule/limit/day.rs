//! Twin of the limit `day`: the most points of a participant's credits of one day.

use std::collections::BTreeMap;

use crate::oracle::contest::amounts::Scored;
use crate::oracle::exact;

/// The sum over days, each clamped by itself.
pub(crate) fn clamp(credits: &[Scored], most: i128) -> i128 {
    let mut days: BTreeMap<_, i128> = BTreeMap::new();
    for credit in credits {
        *days.entry(credit.date).or_default() += credit.points;
    }
    days.into_values().map(|sum| exact::clamp(sum, Some(most))).sum()
}
