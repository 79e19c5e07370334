//! Twin of the window `times`: within its days, points are multiplied by a factor.

use jiff::civil::Date;

use crate::contest::Window;
use crate::oracle::contest::spans::has;
use crate::oracle::exact::{Rate, of_e4, whole};

/// The factor of the window that contains the day; outside of all windows it is 1.
pub(crate) fn factor(windows: &[Window], day: Date) -> Rate {
    let window = windows.iter().find(|window| has(window.period, day));
    window.map_or_else(|| whole(1), |window| of_e4(i128::from(window.times_e4)))
}
