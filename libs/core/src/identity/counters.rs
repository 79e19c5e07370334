//! The counters of each source for operations, and a list of its latest conflicts. The list is bounded; the
//! counters are complete.

use std::collections::VecDeque;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::bytes::{Reader, check_source, damaged, put_varint};
use super::keys;
use crate::Position;
use crate::types::ids::SourceId;
use crate::types::pages::{DirtyPages, PageError, Pages};
use crate::types::prefix::Prefix;

/// How many of the latest conflicts are listed for each source.
pub const CONFLICTS_MAX: usize = 1000;

/// Two copies of one identity with different content. The first counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The id of the copy that does not count.
    pub id: String,
    /// Its number, in numbered sources.
    pub source_sequence: Option<u64>,
    /// Its position.
    pub position: Position,
    /// Its business date.
    pub business_date: Date,
    /// The position of the copy that counts.
    pub first: Position,
    /// The business date of the copy that counts. Only known in un-numbered sources.
    pub first_business_date: Option<Date>,
}

/// The counters of one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) greatest: u64,
    pub(super) counted: u64,
    pub(super) duplicates: u64,
    pub(super) conflicts: u64,
}

#[derive(Default)]
struct Source {
    counts: Counts,
    is_dirty: bool,
    /// The latest conflicts since the last checkpoint.
    pending: VecDeque<Conflict>,
    /// The number of conflicts at the last checkpoint.
    stored: u64,
}

impl Source {
    /// The range of stored conflicts that are still listed when there have been `conflicts` in all.
    fn listed(&self, conflicts: u64) -> std::ops::Range<u64> {
        conflicts.saturating_sub(CONFLICTS_MAX as u64).min(self.stored)..self.stored
    }
}

/// The counters and conflicts of all sources.
#[derive(Default)]
pub(super) struct Counters(FxHashMap<SourceId, Source>);

/// How an event was classified.
pub(super) enum Outcome {
    Counted { number: Option<u64> },
    Duplicate,
    Conflict(Box<Conflict>),
}

impl Counters {
    pub(super) fn get(&self, source: SourceId) -> Counts {
        self.0.get(&source).map(|source| source.counts).unwrap_or_default()
    }

    pub(super) fn count(&mut self, source: SourceId, outcome: Outcome) {
        let source = self.0.entry(source).or_default();
        source.is_dirty = true;
        match outcome {
            Outcome::Counted { number } => {
                source.counts.counted += 1;
                source.counts.greatest = source.counts.greatest.max(number.unwrap_or(0));
            }
            Outcome::Duplicate => source.counts.duplicates += 1,
            Outcome::Conflict(conflict) => {
                source.counts.conflicts += 1;
                if source.pending.len() == CONFLICTS_MAX {
                    source.pending.pop_front();
                }
                source.pending.push_back(*conflict);
            }
        }
    }

    /// The listed conflicts of a source, oldest first.
    pub(super) fn conflicts(&self, pages: &dyn Pages, number: SourceId) -> Result<Vec<Conflict>, PageError> {
        let Some(source) = self.0.get(&number) else { return Ok(Vec::new()) };
        let mut listed = Vec::new();
        for conflict in source.listed(source.counts.conflicts) {
            let key = keys::numbered(Prefix::IdentityConflict, number, conflict);
            let bytes = pages.load(&key)?.ok_or_else(|| damaged(&key, "it is missing"))?;
            listed.push(postcard::from_bytes(&bytes).map_err(|_| damaged(&key, "it is not a conflict"))?);
        }
        listed.extend(source.pending.iter().cloned());
        Ok(listed)
    }

    pub(super) fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        let mut sources: Vec<_> = self.0.iter_mut().filter(|(_, source)| source.is_dirty).collect();
        sources.sort_unstable_by_key(|(number, _)| **number);
        for (number, source) in sources {
            let Counts { greatest, counted, duplicates, conflicts } = source.counts;
            let mut out = Vec::new();
            for count in [greatest, counted, duplicates, conflicts] {
                put_varint(&mut out, count);
            }
            dirty.push((keys::of(Prefix::IdentityCounters, [number.get()]), Some(out)));
            let kept_from = source.listed(conflicts).start;
            for gone in source.listed(source.stored).start..kept_from {
                dirty.push((keys::numbered(Prefix::IdentityConflict, *number, gone), None));
            }
            let first = conflicts - source.pending.len() as u64;
            for (at, conflict) in (first..).zip(source.pending.drain(..)) {
                // Encoding into memory cannot fail. If it did, the empty page would be recognised as damaged.
                let bytes = postcard::to_allocvec(&conflict).unwrap_or_default();
                dirty.push((keys::numbered(Prefix::IdentityConflict, *number, at), Some(bytes)));
            }
            source.stored = conflicts;
            source.is_dirty = false;
        }
    }

    pub(super) fn restore(pages: &dyn Pages, sources: usize) -> Result<Counters, PageError> {
        let mut counters = Counters::default();
        for (key, bytes) in pages.scan(Prefix::IdentityCounters.bytes())? {
            let source = keys::read_one(&key).map(SourceId::new).ok_or_else(|| damaged(&key, "its key"))?;
            check_source(&key, source, sources)?;
            let counts = read(&bytes).ok_or_else(|| damaged(&key, "its counts"))?;
            let source = counters.0.entry(source).or_default();
            source.counts = counts;
            source.stored = counts.conflicts;
        }
        Ok(counters)
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let pending = self.0.values().flat_map(|source| &source.pending);
        self.0.capacity() * size_of::<(u32, Source)>()
            + pending.map(|conflict| size_of::<Conflict>() + conflict.id.capacity()).sum::<usize>()
    }
}

/// No log has so many entries: a greater count is damaged, and could overflow.
const COUNT_MAX: u64 = 1 << 62;

fn read(bytes: &[u8]) -> Option<Counts> {
    let mut reader = Reader::new(bytes);
    let greatest = reader.varint()?;
    let mut count = || reader.varint().filter(|count| *count <= COUNT_MAX);
    let counts = Counts { greatest, counted: count()?, duplicates: count()?, conflicts: count()? };
    reader.is_empty().then_some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: a stored count near the greatest integer overflowed with the next event.
    #[test]
    fn a_count_that_no_log_can_have_is_no_count() {
        let page = |counts: [u64; 4]| {
            let mut out = Vec::new();
            counts.into_iter().for_each(|count| put_varint(&mut out, count));
            out
        };
        assert!(read(&page([u64::MAX, 1, 2, 3])).is_some_and(|counts| counts.greatest == u64::MAX));
        for wrong in [[0, u64::MAX, 0, 0], [0, 0, u64::MAX - 1, 0], [0, 0, 0, COUNT_MAX + 1]] {
            assert!(read(&page(wrong)).is_none(), "{wrong:?}");
        }
    }
}
