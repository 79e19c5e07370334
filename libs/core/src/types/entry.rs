//! An entry of the log, by its position and time.

use crate::{Position, Time};

/// The position of an entry in the log, and when ingest recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Where it is.
    pub position: Position,
    /// When ingest wrote it down.
    pub recorded: Time,
}

impl Entry {
    /// The entry at a position.
    pub const fn new(position: Position, recorded: Time) -> Entry {
        Entry { position, recorded }
    }
}
