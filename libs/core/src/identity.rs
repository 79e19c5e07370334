//! Identity: each event is counted once, however often its adapter sends it.
//!
//! An event of a numbered source is known by (source, number), any other by a 128-bit hash of (source, id). The first
//! copy in the log counts. A later one with the same content is a duplicate, one with another content a conflict, and
//! both are absorbed. Customer and subject are no content: they are pseudonyms. Content is compared by 32 bits of a
//! hash, so one conflict in four billion passes for a duplicate; it is not counted either way.
//!
//! Answers depend on the calls alone, never on when pages were written, evicted or restored. Nothing here reads a
//! clock or a file, and the hashes are the read model's own: a rebuild may change them.
//!
//! What an identity costs:
//! - numbered: about 5 bytes on disk in pages of 1,024 numbers, nothing in memory beyond the cached pages (12 KB each)
//!   and a few bytes a run of full pages. A number far from all others: about 100 bytes in memory, 16 on disk.
//! - un-numbered: 28 bytes on disk in sorted runs by business date, 5 for the filter, and about 5 bytes in memory for
//!   the filter, which come back chunk by chunk after a restart. Between two checkpoints about 60 more.
//!
//! These are the bytes of the pages; a store that rewrites in place takes about twice (numbered) to four times
//! (un-numbered) as much. Memory of the filter grows with what was ever counted: 100 million cost 0.5 GB.

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

/// Gaps that a status lists.
pub const GAPS_MAX: usize = 1000;
/// What clean pages may take in memory unless told otherwise.
pub const BUDGET_BYTES: usize = 64 << 20;

/// Whether an event counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is the first copy of its identity: it counts.
    Fresh,
    /// The same was counted before.
    Duplicate {
        /// Where the counted copy stands.
        first: Position,
    },
    /// Something else was counted under its identity before.
    Conflict {
        /// Where the counted copy stands.
        first: Position,
    },
}

/// What an event is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity<'a> {
    /// Its number in a numbered source.
    Numbered(u64),
    /// Its id in any other source, with the source's name.
    Named {
        /// The source's name.
        source: &'a str,
        /// The event's id.
        id: &'a str,
    },
}

/// What a source has sent so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceStatus {
    /// Every number from 1 to this one was counted; 0 in un-numbered sources.
    pub contiguous: u64,
    /// The greatest number that was counted.
    pub greatest: u64,
    /// What is missing below it, first to last of each gap, both included: the first [`GAPS_MAX`].
    pub gaps: Vec<(u64, u64)>,
    /// There are more gaps than are listed.
    pub more_gaps: bool,
    /// Events that count.
    pub counted: u64,
    /// Copies with the same content.
    pub duplicates: u64,
    /// Copies with another content.
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
    /// Nothing counted yet, with [`BUDGET_BYTES`].
    pub fn new() -> Identities {
        Identities::with_budget(BUDGET_BYTES)
    }

    /// Nothing counted yet. Clean pages take about `budget_bytes` in memory; the filter and what changed since the last
    /// checkpoint come on top.
    pub fn with_budget(budget_bytes: usize) -> Identities {
        Identities {
            numbered: Numbered::new(budget_bytes / 2),
            named: Named::new(budget_bytes / 2),
            counters: Counters::default(),
            hasher: Hasher::default(),
        }
    }

    /// What the last checkpoint held, with [`BUDGET_BYTES`]: reads directories and counters, no identities, and at most
    /// 42 MB of journal.
    ///
    /// # Errors
    /// A page that cannot be read, or is not what was written.
    pub fn restore(pages: &dyn Pages) -> Result<Identities, PageError> {
        Identities::restore_with_budget(pages, BUDGET_BYTES)
    }

    /// As [`Identities::restore`], with a budget.
    ///
    /// # Errors
    /// A page that cannot be read, or is not what was written.
    pub fn restore_with_budget(pages: &dyn Pages, budget_bytes: usize) -> Result<Identities, PageError> {
        Identities::read(pages, usize::MAX, budget_bytes)
    }

    /// As [`Identities::restore`], of so many sources: a page of any other is damaged.
    ///
    /// # Errors
    /// A page that cannot be read, or is not what was written.
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

    /// Whether the event at `position` counts; called once for each event, in log order. `source` is the shard's index
    /// of the event's source, `numbered` how that is registered. An event without a number in a numbered source, which
    /// ingest refuses, is known by its id.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged, or a position that is no entry's or beyond 2^48 batches or 65,536
    /// entries a batch. Nothing was counted then.
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

    /// Where the counted copy of an identity stands, if there is one.
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

    /// What a source has sent so far. Where it has gaps, reads the pages around them.
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

    /// Adds what changed since the last time to the pages of a checkpoint; afterwards it may be evicted.
    pub fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        self.named.take_dirty(dirty);
        self.numbered.take_dirty(dirty);
        self.counters.take_dirty(dirty);
    }

    /// What it takes in memory, in bytes.
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
