//! How far a backfill has read the log. What is defined after events of its period, such as a contest, still
//! counts them: the old events are read again from the log, while new events are credited at once. The order
//! does not matter, since facts commute.

use serde::{Deserialize, Serialize};

use crate::Position;
use crate::types::damage::Damage;
use crate::types::ids::Generation;

/// How far a backfill has read the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backfill {
    /// The next sequence to read.
    pub next_sequence: u64,
    /// Events before this position are read again, later ones are credited live. It is the position of the
    /// definition.
    pub until: Position,
}

impl Backfill {
    /// A backfill from the start of the log up to a definition.
    pub fn up_to(until: Position) -> Backfill {
        Backfill { next_sequence: 1, until }
    }

    /// A backfill from the start of the log up to and including `last`.
    pub fn through(last: Position) -> Backfill {
        Backfill::up_to(Position::new(last.sequence, last.index + 1))
    }

    /// Whether the backfilled state already contains the original at this position.
    pub fn holds(&self, original: Position) -> bool {
        original.sequence < self.next_sequence || original >= self.until
    }

    /// Refuses values that a valid page cannot contain.
    pub(crate) fn check(&self, head: Position) -> Result<(), Damage> {
        // `through` may set `until` one after the head. A backfill that is done is not stored.
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

/// A backfill that has not yet read everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingBackfill {
    /// The id of what is computed, by which its subscriber knows it.
    pub id: String,
    /// The revision of the definition that is computed.
    pub revision: u64,
    /// Which computation it is.
    pub generation: Generation,
    /// How far it has read.
    pub backfill: Backfill,
}
