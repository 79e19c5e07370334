//! Days from a first to a last, both inclusive.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Days from a first to a last, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first.
    pub start: Date,
    /// The last.
    pub end: Date,
}

impl Period {
    /// Whether a day is one of them.
    pub fn covers(self, date: Date) -> bool {
        (self.start..=self.end).contains(&date)
    }
}

/// Days that are counted apart from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The days.
    pub period: Period,
    /// Whether it only serves for comparison.
    pub is_base: bool,
}
