//! An entry of the log, as far as the fold must say which one it was.

use crate::{Position, Time};

/// Where an entry of the log is, and when ingest wrote it down.
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
