//! Where a shard stands in the log, and what it counted on the way there.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identity::Admission;
use crate::types::damage::Damage;
use crate::types::entry::Entry;
use crate::types::ids::Generation;
use crate::types::page_bounds::count;
use crate::{Position, Time};

/// What a shard counted, for operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Events folded, copies included.
    pub events: u64,
    /// Copies of counted events.
    pub duplicates: u64,
    /// Copies that contradict the counted event.
    pub conflicts: u64,
    /// Entries that count for nothing.
    pub dead_letters: u64,
}

impl Counters {
    /// Whether an event does not count because it is a copy; the copy is counted as what it is.
    pub(crate) fn is_copy(&mut self, admission: Admission) -> bool {
        match admission {
            Admission::Fresh => return false,
            Admission::Duplicate { .. } => self.duplicates += 1,
            Admission::Conflict { .. } => self.conflicts += 1,
        }
        true
    }
}

/// Where a shard stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The last entry folded.
    pub position: Position,
    /// The greatest recorded time of the prefix.
    pub as_of: Time,
    /// The least and the greatest business date counted.
    pub dates: Option<(Date, Date)>,
    /// What was counted.
    pub counters: Counters,
    /// Computations of subscribers begun so far.
    pub generation: Generation,
}

impl Head {
    /// Notes that the log is known up to an entry.
    pub(crate) fn advance(&mut self, entry: Entry) {
        self.position = self.position.max(entry.position);
        self.as_of = self.as_of.max(entry.recorded);
    }

    /// Notes the business date of an event that counts.
    pub(crate) fn note_date(&mut self, date: Date) {
        let (first, last) = self.dates.unwrap_or((date, date));
        self.dates = Some((first.min(date), last.max(date)));
    }

    /// The number of the next computation.
    pub(crate) fn next_generation(&mut self) -> Generation {
        self.generation = self.generation.next();
        self.generation
    }

    /// Refuses what a page cannot have.
    pub(crate) fn check(&self) -> Result<(), Damage> {
        let Counters { events, duplicates, conflicts, dead_letters } = self.counters;
        count(events.max(duplicates).max(conflicts).max(dead_letters), "entries")?;
        count(self.generation.get(), "computations")
    }
}
