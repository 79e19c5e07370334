//! Entries that arrived after a contest was sealed and would have changed its result. They are listed for
//! people and never change the result.

use serde::{Deserialize, Serialize};

use crate::fold::ledger::leaf::LeafKey;
use crate::types::damage::Damage;
use crate::types::entry::Entry;
use crate::types::ids::SourceId;
use crate::types::page_bounds::{PageBounds, worth};
use crate::{Position, Time};

/// An entry that arrived after the seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateEntry {
    /// Its position.
    pub position: Position,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// What the entry changed.
    pub about: LateAbout,
    /// What it would have added or taken away, by holder.
    pub changes: Vec<LateChange>,
}

/// What an entry changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LateAbout {
    /// An event, named by source and id, or its reversal.
    Event {
        /// The source's number.
        source: SourceId,
        /// The original's id.
        id: Box<str>,
        /// The original's type.
        kind: Box<str>,
    },
    /// The organisation changed, and ranks would have changed.
    Organisation,
    /// Targets changed, and ranks would have changed.
    Targets,
    /// The contest's definition was amended.
    Definition {
        /// Its revision.
        revision: u64,
    },
}

/// What an entry would have changed for one holder and indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateChange {
    /// Who would have held the credits.
    pub holder: LeafKey,
    /// The indicator's index.
    pub indicator: u32,
    /// In 1/10,000 of the measure's unit.
    pub measure: i128,
    /// In 1/10,000 of a point.
    pub points: i128,
    /// By how much the number of credits would have changed.
    pub credits: i64,
}

impl LateEntry {
    /// An entry that would have made these changes; without changes, one that would have changed the result
    /// as a whole.
    pub(crate) fn new(entry: Entry, about: LateAbout, changes: Vec<LateChange>) -> LateEntry {
        LateEntry { position: entry.position, recorded: entry.recorded, about, changes }
    }

    /// Refuses values that a valid page cannot contain.
    pub(crate) fn check(&self, limits: &PageBounds) -> Result<(), Damage> {
        limits.position(self.position)?;
        if let LateAbout::Event { source, .. } = &self.about {
            limits.source(*source)?;
        }
        self.changes.iter().try_for_each(|change| {
            change.holder.check(limits)?;
            limits.indicator(change.indicator)?;
            worth(change.measure, change.points)
        })
    }
}
