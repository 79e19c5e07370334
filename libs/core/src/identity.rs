//! Identity: each event is counted once, however often its adapter sends it.
//!
//! An event of a numbered source is identified by (source, number), any other by a 128-bit hash of (source,
//! id). The first copy in the log counts. A later copy with the same content is a duplicate, one with
//! different content is a conflict; neither has an effect. Customer and subject are not compared, because
//! they are pseudonyms. Content is compared by a hash of 32 bits, so one conflict in four billion is taken
//! for a duplicate; it does not count either way.
//!
//! Answers depend only on the calls, never on when pages were written, evicted or restored. Nothing here
//! reads a clock or a file. The hashes exist only in the read model; a rebuild may use others.
//!
//! What an identity costs:
//! - numbered: about 5 bytes on disk, in pages of 1,024 numbers. In memory only the cached pages (12 KB each)
//!   and a few bytes for each run of full pages. A number far from all others costs about 100 bytes in memory
//!   and 16 on disk.
//! - un-numbered: 28 bytes on disk in sorted runs by business date, and 5 for the filter. In memory about 5
//!   bytes for the filter, which is loaded chunk by chunk after a restart. Between two checkpoints about 60
//!   bytes more.
//!
//! These are the bytes of the pages. A store that rewrites in place uses about twice (numbered) to four times
//! (un-numbered) as much. The memory of the filter grows with the number of identities counted: 100 million
//! need 0.5 GB.

mod bytes;
mod cells;
mod counters;
mod directory;
mod filter;
mod fingerprint;
mod keys;
mod named;
mod numbered;
mod packed;
mod run;

pub use counters::{CONFLICTS_MAX, Conflict};

use cells::Kept;
use counters::{Counters, Outcome};
use fingerprint::Hasher;
use named::Named;
use numbered::Numbered;
use packed::Packed;

use crate::Position;
use crate::event::Event;
use crate::types::ids::SourceId;
use crate::types::pages::{DirtyPages, PageError, Pages};

/// How many gaps a status lists at most.
pub const GAPS_MAX: usize = 1000;
/// How much memory clean pages may use by default.
pub const BUDGET_BYTES: usize = 64 << 20;

/// Whether an event counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is the first copy of its identity: it counts.
    Fresh,
    /// The same event was counted before.
    Duplicate {
        /// The position of the counted copy.
        first: Position,
    },
    /// A different event was counted under its identity before.
    Conflict {
        /// The position of the counted copy.
        first: Position,
    },
}

/// How an event is identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity<'a> {
    /// Its number in a numbered source.
    Numbered(u64),
    /// Its id and the name of its source, in any other source.
    Named {
        /// The source's name.
        source: &'a str,
        /// The event's id.
        id: &'a str,
    },
}

/// The status of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceStatus {
    /// Every number from 1 to this one was counted; 0 in un-numbered sources.
    pub contiguous: u64,
    /// The greatest number that was counted.
    pub greatest: u64,
    /// The gaps below it, each from first to last, both included; at most the first [`GAPS_MAX`].
    pub gaps: Vec<(u64, u64)>,
    /// Whether there are more gaps than are listed.
    pub more_gaps: bool,
    /// Events that count.
    pub counted: u64,
    /// Copies with the same content.
    pub duplicates: u64,
    /// Copies with different content.
    pub conflicts: u64,
}

/// Every identity that was counted.
pub struct Identities {
    numbered: Numbered,
    named: Named,
    counters: Counters,
    hasher: Hasher,
}

impl Default for Identities {
    fn default() -> Self {
        Identities::new()
    }
}

impl Identities {
    /// No identities, with a memory budget of [`BUDGET_BYTES`].
    pub fn new() -> Identities {
        Identities::with_budget(BUDGET_BYTES)
    }

    /// No identities. Clean pages use about `budget_bytes` of memory; the filter and what changed since the
    /// last checkpoint come on top.
    pub fn with_budget(budget_bytes: usize) -> Identities {
        Identities {
            numbered: Numbered::new(budget_bytes / 2),
            named: Named::new(budget_bytes / 2),
            counters: Counters::default(),
            hasher: Hasher::default(),
        }
    }

    /// Restores the identities of the last checkpoint, with a memory budget of [`BUDGET_BYTES`]. Reads
    /// directories and counters and at most 42 MB of journal, but no identities.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(pages: &dyn Pages) -> Result<Identities, PageError> {
        Identities::restore_with_budget(pages, BUDGET_BYTES)
    }

    /// The same as [`Identities::restore`], with another memory budget.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore_with_budget(pages: &dyn Pages, budget_bytes: usize) -> Result<Identities, PageError> {
        Identities::read(pages, usize::MAX, budget_bytes)
    }

    /// The same as [`Identities::restore`], if there are `sources` sources: a page of any other source is
    /// damaged.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub(crate) fn restore_known(pages: &dyn Pages, sources: usize) -> Result<Identities, PageError> {
        Identities::read(pages, sources, BUDGET_BYTES)
    }

    fn read(pages: &dyn Pages, sources: usize, budget_bytes: usize) -> Result<Identities, PageError> {
        Ok(Identities {
            numbered: Numbered::restore(pages, sources, budget_bytes / 2)?,
            named: Named::restore(pages, budget_bytes / 2)?,
            counters: Counters::restore(pages, sources)?,
            hasher: Hasher::default(),
        })
    }

    /// Whether the event at `position` counts. Must be called once for each event, in log order. `source` is
    /// the shard's number for the event's source, and `numbered` says how the source is registered. An event
    /// without a number in a numbered source, which ingest refuses, is identified by its id.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged; or a position that no entry can have, or that is beyond 2^48
    /// batches or 65,536 entries in a batch. The event was not counted then.
    pub fn admit(
        &mut self,
        pages: &dyn Pages,
        source: SourceId,
        numbered: bool,
        event: &Event,
        position: Position,
    ) -> Result<Admission, PageError> {
        let kept = Kept { print: self.hasher.content(event), position: Packed::new(position)? };
        let number = event.source_sequence.filter(|_| numbered);
        let (first, first_date) = match number {
            Some(number) => (self.numbered.admit(pages, source, number, kept)?, None),
            None => {
                let hash = self.hasher.identity(&event.source, &event.id);
                match self.named.admit(pages, hash, event.business_date, kept)? {
                    Some(found) => (Some(found.kept), Some(found.date)),
                    None => (None, None),
                }
            }
        };
        let Some(first) = first else {
            self.counters.count(source, Outcome::Counted { number });
            return Ok(Admission::Fresh);
        };
        let first_position = first.position.position();
        if first.print == kept.print {
            self.counters.count(source, Outcome::Duplicate);
            return Ok(Admission::Duplicate { first: first_position });
        }
        let conflict = Conflict {
            id: event.id.to_string(),
            source_sequence: event.source_sequence,
            position,
            business_date: event.business_date,
            first: first_position,
            first_business_date: first_date,
        };
        self.counters.count(source, Outcome::Conflict(Box::new(conflict)));
        Ok(Admission::Conflict { first: first_position })
    }

    /// The position of the counted copy of an identity, if there is one.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn counted_at(
        &mut self,
        pages: &dyn Pages,
        source: SourceId,
        identity: Identity,
    ) -> Result<Option<Position>, PageError> {
        let kept = match identity {
            Identity::Numbered(number) => self.numbered.get(pages, source, number)?,
            Identity::Named { source, id } => {
                let hash = self.hasher.identity(source, id);
                self.named.get(pages, hash)?.map(|found| found.kept)
            }
        };
        Ok(kept.map(|kept| kept.position.position()))
    }

    /// Whether the event at `position` is the copy that counts, as it was once admitted: what a backfill asks.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn is_counted_copy(
        &mut self,
        pages: &dyn Pages,
        source: SourceId,
        numbered: bool,
        event: &Event,
        position: Position,
    ) -> Result<bool, PageError> {
        let identity = match event.source_sequence.filter(|_| numbered) {
            Some(number) => Identity::Numbered(number),
            None => Identity::Named { source: &event.source, id: &event.id },
        };
        Ok(self.counted_at(pages, source, identity)? == Some(position))
    }

    /// The status of a source. If it has gaps, the pages around them are read.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn status(&self, pages: &dyn Pages, source: SourceId) -> Result<SourceStatus, PageError> {
        let counts = self.counters.get(source);
        let extent = self.numbered.extent(pages, source, counts.greatest, GAPS_MAX)?;
        Ok(SourceStatus {
            contiguous: extent.contiguous,
            greatest: counts.greatest,
            gaps: extent.gaps,
            more_gaps: extent.more_gaps,
            counted: counts.counted,
            duplicates: counts.duplicates,
            conflicts: counts.conflicts,
        })
    }

    /// The latest [`CONFLICTS_MAX`] conflicts of a source, oldest first.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn conflicts(&self, pages: &dyn Pages, source: SourceId) -> Result<Vec<Conflict>, PageError> {
        self.counters.conflicts(pages, source)
    }

    /// Adds what changed to the pages of a checkpoint. After this, changed pages may be evicted.
    pub fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        self.named.take_dirty(dirty);
        self.numbered.take_dirty(dirty);
        self.counters.take_dirty(dirty);
    }

    /// Memory used, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        let bytes = self.numbered.memory_bytes() + self.named.memory_bytes() + self.counters.memory_bytes();
        bytes as u64
    }
}

#[cfg(test)]
#[path = "identity/model_tests.rs"]
mod model;
#[cfg(test)]
#[path = "identity/identity_tests.rs"]
mod tests;
