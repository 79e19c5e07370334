//! The oracle's registry of windows.

use jiff::civil::Date;

use crate::contest::Indicator;
use crate::oracle::exact::Rate;

pub(crate) mod times;

/// The factor for the points of an event on its own day.
pub(crate) fn factor(indicator: &Indicator, day: Date) -> Rate {
    times::factor(&indicator.windows, day)
}
