//! Rounds, and which day an instant is. All dates are business dates, both ends inclusive.

use serde::{Deserialize, Serialize};

use crate::types::localized::LocalizedText;
use crate::types::period::Period;

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

/// What the bank's zone is ahead of UTC, from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UtcOffset {
    /// The instant from which it holds, in seconds since 1970.
    pub from_seconds: i64,
    /// Seconds.
    pub seconds: i32,
}
