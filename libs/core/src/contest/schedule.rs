//! When a contest counts: rounds, what they make together, and which day an instant is. All dates are business dates, both
//! ends inclusive.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::contest::LocalizedText;

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

/// A period inside the period, with standings of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Id, unique in the contest.
    pub id: String,
    /// The names that people read.
    pub name: LocalizedText,
    /// Its days.
    pub period: Period,
}

/// How rounds make the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Overall {
    /// The sum of the rounds.
    Sum,
    /// Points for the first places of each round, in 1/10,000, by rank from 1; nothing for those after.
    Places(Vec<i64>),
}

/// Days that are counted apart from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The days.
    pub period: Period,
    /// Whether it only serves for comparison.
    pub is_base: bool,
}

/// What the bank's zone is ahead of UTC, from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UtcOffset {
    /// The instant from which it holds, in seconds since 1970.
    pub from_seconds: i64,
    /// Seconds.
    pub seconds: i32,
}
