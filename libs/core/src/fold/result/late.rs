//! Entries that came after a contest was sealed and would have changed its result: a list for people. They never change the
//! result.

use serde::{Deserialize, Serialize};

use crate::fold::ledger::leaf::LeafKey;
use crate::types::damage::Damage;
use crate::types::entry::Entry;
use crate::types::ids::SourceId;
use crate::types::page_bounds::{PageBounds, worth};
use crate::{Position, Time};

/// An entry that came after the seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateEntry {
    /// Where it is.
    pub position: Position,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// What it is about.
    pub about: LateAbout,
    /// What it would have added to whom, or taken away.
    pub changes: Vec<LateChange>,
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LateAbout {
    /// The event of that source and id, or what takes it back.
    Event {
        /// The source's number.
        source: SourceId,
        /// The original's id.
        id: Box<str>,
        /// The original's type.
        kind: Box<str>,
    },
    /// The organisation changed, and ranks would have.
    Organisation,
    /// Targets changed, and ranks would have.
    Targets,
    /// Another definition of the contest.
    Definition {
        /// Its revision.
        revision: u64,
    },
}

/// What an entry would have changed for one holder and indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateChange {
    /// Who would have held it.
    pub holder: LeafKey,
    /// The indicator's index.
    pub indicator: u32,
    /// In 1/10,000 of the measure's unit.
    pub measure: i128,
    /// In 1/10,000 of a point.
    pub points: i128,
    /// Credits more, or less.
    pub credits: i64,
}

impl LateEntry {
    /// An entry that changed the result as a whole, or these credits.
    pub(crate) fn new(entry: Entry, about: LateAbout, changes: Vec<LateChange>) -> LateEntry {
        LateEntry { position: entry.position, recorded: entry.recorded, about, changes }
    }

    /// Refuses what a page cannot have.
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
