//! How far something is computed from the log beside what is served. A definition that came after events of its period
//! sees them all the same: the old ones are read again, while new ones are credited at once. Facts commute.

use serde::{Deserialize, Serialize};

use crate::Position;
use crate::types::damage::Damage;
use crate::types::ids::Generation;

/// How far a backfill has read the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backfill {
    /// The next sequence to read.
    pub next_sequence: u64,
    /// Events before this position are read again, later ones are credited live: a definition's own position.
    pub until: Position,
}

impl Backfill {
    /// From the log's start up to a definition.
    pub fn up_to(until: Position) -> Backfill {
        Backfill { next_sequence: 1, until }
    }

    /// From the log's start through everything up to `last`.
    pub fn through(last: Position) -> Backfill {
        Backfill::up_to(Position::new(last.sequence, last.index + 1))
    }

    /// Whether what is computed has the original at that position already.
    pub fn holds(&self, original: Position) -> bool {
        original.sequence < self.next_sequence || original >= self.until
    }

    /// Refuses what a page cannot have.
    pub(crate) fn check(&self, head: Position) -> Result<(), Damage> {
        // A whole reading ends behind the last entry, and ceases when it is done.
        let last = Position::new(head.sequence, head.index.saturating_add(1));
        match (1..=self.until.sequence.max(1)).contains(&self.next_sequence) && self.until <= last {
            true => Ok(()),
            false => Err(Damage::Backfill { next_sequence: self.next_sequence, until: self.until }),
        }
    }

    /// Whether everything has been read.
    pub fn is_done(&self) -> bool {
        self.next_sequence > self.until.sequence
    }

    /// How much has been read, in parts per million.
    pub fn progress_ppm(&self) -> u32 {
        let read = u128::from(self.next_sequence - 1) * 1_000_000;
        (read / u128::from(self.until.sequence.max(1))).min(1_000_000) as u32
    }
}

/// A backfill that waits for more of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingBackfill {
    /// The id of what is computed: a contest's.
    pub id: String,
    /// The revision that is computed.
    pub revision: u64,
    /// Which computation it is.
    pub generation: Generation,
    /// How far it is.
    pub backfill: Backfill,
}
