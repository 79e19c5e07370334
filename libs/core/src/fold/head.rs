//! How far a shard has read the log, and its counters.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identity::Admission;
use crate::types::damage::Damage;
use crate::types::entry::Entry;
use crate::types::ids::Generation;
use crate::types::page_bounds::count;
use crate::{Position, Time};

/// Counters for operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Events folded, copies included.
    pub events: u64,
    /// Repeated copies of counted events.
    pub duplicates: u64,
    /// Copies whose content contradicts the counted event.
    pub conflicts: u64,
    /// Entries that have no effect.
    pub dead_letters: u64,
}

impl Counters {
    /// Whether an event is a copy and so does not count. Increments the matching counter.
    pub(crate) fn is_copy(&mut self, admission: Admission) -> bool {
        match admission {
            Admission::Fresh => return false,
            Admission::Duplicate { .. } => self.duplicates += 1,
            Admission::Conflict { .. } => self.conflicts += 1,
        }
        true
    }
}

/// How far a shard has read the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The last entry folded.
    pub position: Position,
    /// The greatest recorded time of the prefix.
    pub as_of: Time,
    /// The least and the greatest business date counted.
    pub dates: Option<(Date, Date)>,
    /// Counters.
    pub counters: Counters,
    /// The number of the latest computation that a subscriber began.
    pub generation: Generation,
}

impl Head {
    /// Records that the log has been read up to an entry.
    pub(crate) fn advance(&mut self, entry: Entry) {
        self.position = self.position.max(entry.position);
        self.as_of = self.as_of.max(entry.recorded);
    }

    /// Records the business date of a counted event.
    pub(crate) fn note_date(&mut self, date: Date) {
        let (first, last) = self.dates.unwrap_or((date, date));
        self.dates = Some((first.min(date), last.max(date)));
    }

    /// The number for the next computation.
    pub(crate) fn next_generation(&mut self) -> Generation {
        self.generation = self.generation.next();
        self.generation
    }

    /// Refuses values that a valid page cannot contain.
    pub(crate) fn check(&self) -> Result<(), Damage> {
        let Counters { events, duplicates, conflicts, dead_letters } = self.counters;
        count(events.max(duplicates).max(conflicts).max(dead_letters), "entries")?;
        count(self.generation.get(), "computations")
    }
}
