//! Twin of the ranking by the value of an `indicator`.

use crate::oracle::exact::Rate;

/// The exact value, if there is one.
pub(crate) fn key(values: &[Option<&Rate>], indicator: usize) -> Option<Rate> {
    values.get(indicator).copied().flatten().cloned()
}
