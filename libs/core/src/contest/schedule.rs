//! Rounds, and the offsets that turn an instant into a day. All dates are business dates, both ends inclusive.

use serde::{Deserialize, Serialize};

use crate::types::localized::LocalizedText;
use crate::types::period::Period;

/// A part of the contest's period, with standings of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Id, unique in the contest.
    pub id: String,
    /// The names that people read.
    pub name: LocalizedText,
    /// Its days.
    pub period: Period,
}

/// How far the bank's zone is ahead of UTC, from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UtcOffset {
    /// The instant from which it holds, in seconds since 1970.
    pub from_seconds: i64,
    /// Seconds ahead of UTC; below zero: behind it.
    pub seconds: i32,
}
