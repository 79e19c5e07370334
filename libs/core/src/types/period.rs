//! A range of days, first and last included.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A range of days, first and last included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
}

impl Period {
    /// Whether a day is in the period.
    pub fn covers(self, date: Date) -> bool {
        (self.start..=self.end).contains(&date)
    }
}

/// A range of days with sums of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The days.
    pub period: Period,
    /// Whether it is only the base for comparison.
    pub is_base: bool,
}
