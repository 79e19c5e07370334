//! The journal: what the shard must remember of every counted event, so that it can be taken back, and each participant's
//! entries walked, without reading the log. One journal a shard: what a contest credits follows from it by the contest's
//! rules, so an event is kept once however many contests count it, and an amendment needs no other journal.
//!
//! It keeps events of the types that any contest has ever counted, and every reversal. Records lie in pages by position;
//! each points to the previous one of each of its holders.

pub mod chain;
mod page;
pub mod pending_reversals;
pub mod record;
pub mod reversal_part;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::event::Event;
use crate::fold::journal::page::Page;
use crate::fold::journal::record::{Fact, Link, Record};
use crate::fold::placement::holders::Holders;
use crate::types::cache::Cache;
use crate::types::damage::Damage;
use crate::types::entry::Entry;
use crate::types::ids::{CodeId, HolderId, SourceId};
use crate::types::marks::Marks;
use crate::types::names::Names;
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{DirtyPages, PageError, Pages, check, decode};
use crate::types::prefix::Prefix;
use crate::{Position, Time};

/// What clean pages may take in memory.
const BUDGET_BYTES: usize = 32 << 20;
/// Heads of chains a page.
const HEADS: usize = 256;

/// What was written down.
pub struct Journal {
    pages: Cache<(u64, u16), Page>,
    /// The last page that may have been written. Later ones are not looked up in the store: nearly every entry of the log
    /// is in a new page, and a look into the store waits while a commit is under way.
    last: (u64, u16),
    /// Each participant's latest entry, by number.
    chains: Vec<Link>,
    dirty_chains: Marks,
    /// Types, products, channels, segments and roles.
    codes: Names<CodeId>,
    /// The types that are kept, and whether all of their events are.
    kinds: FxHashMap<Box<str>, bool>,
    kinds_changed: bool,
    encoded: Vec<u8>,
    /// What numbers of pages that are written may be.
    limits: PageBounds,
}

impl Default for Journal {
    fn default() -> Self {
        Journal {
            pages: Cache::new(BUDGET_BYTES),
            last: (0, 0),
            chains: Vec::new(),
            dirty_chains: Marks::default(),
            codes: Names::default(),
            kinds: FxHashMap::default(),
            kinds_changed: false,
            encoded: Vec::new(),
            limits: PageBounds::default(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Kind {
    name: Box<str>,
    is_whole: bool,
}

impl Journal {
    /// Keeps events of a type from now on. `is_whole` says that there were none before.
    pub fn keep_kind(&mut self, kind: &str, is_whole: bool) {
        if !self.kinds.contains_key(kind) {
            self.kinds.insert(kind.into(), is_whole);
            self.kinds_changed = true;
        }
    }

    /// Notes that every event of a type has been written down.
    pub fn complete_kind(&mut self, kind: &str) {
        self.kinds.insert(kind.into(), true);
        self.kinds_changed = true;
    }

    /// Whether events of a type are kept.
    pub fn keeps(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }

    /// Whether every event of a type that was counted is in here.
    pub fn is_whole(&self, kind: &str) -> bool {
        self.kinds.get(kind).copied().unwrap_or(false)
    }

    /// The bytes of the record at a position; [`Journal::decode`] reads them.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn read(&mut self, pages: &dyn Pages, position: Position) -> Result<Option<Vec<u8>>, PageError> {
        let key = page_of(position);
        self.load(pages, key)?;
        Ok(self.pages.get(&key).and_then(|page| page.get(position.index)).map(<[u8]>::to_vec))
    }

    /// The record in bytes that [`Journal::read`] gave.
    ///
    /// # Errors
    /// The page, as damaged.
    pub fn decode<'a>(&self, position: Position, bytes: &'a [u8]) -> Result<Record<'a>, PageError> {
        Record::decode(bytes).ok_or_else(|| {
            let (sequence, chunk) = page_of(position);
            PageError::Damaged { key: record_key(sequence, chunk), reason: Damage::NoRecordAt(position) }
        })
    }

    /// Writes the record of a position, in place of the one that may be there.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn write(&mut self, pages: &dyn Pages, position: Position, record: &Record) -> Result<(), PageError> {
        self.store(pages, position, record, Page::put)
    }

    /// Writes the record of a position that has none: cheaper than [`Journal::write`].
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn append(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        record: &Record,
    ) -> Result<(), PageError> {
        self.store(pages, position, record, Page::push)
    }

    fn store(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        record: &Record,
        put: impl FnOnce(&mut Page, u32, &[u8]),
    ) -> Result<(), PageError> {
        let key = page_of(position);
        self.load(pages, key)?;
        self.last = self.last.max(key);
        let mut encoded = std::mem::take(&mut self.encoded);
        encoded.clear();
        encoded = record.encode(encoded);
        match self.pages.entry(&key) {
            Some(page) => page.change(|page| put(page, position.index, &encoded)),
            None => {
                let mut page = Page::default();
                put(&mut page, position.index, &encoded);
                self.pages.add(key, page, true);
            }
        }
        self.encoded = encoded;
        Ok(())
    }

    fn load(&mut self, pages: &dyn Pages, key: (u64, u16)) -> Result<(), PageError> {
        if key > self.last || self.pages.peek(&key).is_some() {
            return Ok(());
        }
        let name = record_key(key.0, key.1);
        if let Some(bytes) = pages.load(&name)? {
            let page = Page::decode(bytes)
                .ok_or_else(|| PageError::damaged(&name, "it is no page of the journal"))?;
            self.check(key.1, &page).map_err(|reason| PageError::damaged(&name, reason))?;
            self.pages.add(key, page, false);
        }
        Ok(())
    }

    /// Refuses a page with a record that names what there is not.
    fn check(&self, chunk: u16, page: &Page) -> Result<(), Damage> {
        page.records().try_for_each(|(index, bytes)| {
            if index / CHUNK != u32::from(chunk) {
                return Err(Damage::RecordElsewhere(index));
            }
            let record = Record::decode(bytes).ok_or(Damage::NoRecord(index))?;
            record.check(&self.limits).map_err(|damage| Damage::Record { index, damage: damage.into() })
        })
    }

    /// Notes how far numbers have been given that pages may name by now.
    pub(crate) fn note_limits(&mut self, limits: PageBounds) {
        self.limits = PageBounds { codes: self.codes.len(), ..limits };
    }

    /// What is kept of an event, with its holders' links renewed: they now begin at `entry`. `latest` is the latest
    /// business date that any of its credits can have.
    pub fn fact<'a>(
        &mut self,
        entry: Entry,
        event: &'a Event,
        source: SourceId,
        holders: Holders,
        latest: Date,
        keeps_subject: bool,
    ) -> Fact<'a> {
        let keeps_some =
            event.credits.is_empty() || crate::types::share::weights(&event.credits).unassigned > 0;
        let links = holders.creditors.iter().copied().chain(holders.branch.filter(|_| keeps_some));
        let links = links.map(|holder| self.link(holder, entry.position, latest)).collect();
        Fact::new(event, entry.recorded, source, holders, links, keeps_subject, &mut self.codes)
    }

    /// Keeps the subject of an event that is noted without it.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn note_subject(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        subject: &str,
    ) -> Result<(), PageError> {
        let Some(bytes) = self.read(pages, position)? else { return Ok(()) };
        match self.decode(position, &bytes)? {
            Record::Original { fact, reversal_parts } => {
                let fact = fact.with_subject(subject);
                self.write(pages, position, &Record::Original { fact, reversal_parts })
            }
            Record::Uncounted { .. } | Record::Reversal { .. } => Ok(()),
        }
    }

    /// What is kept of an event outside of the journal.
    pub fn bare_fact<'a>(
        &mut self,
        recorded: Time,
        event: &'a Event,
        source: SourceId,
        holders: Holders,
    ) -> Fact<'a> {
        Fact::new(event, recorded, source, holders, SmallVec::new(), false, &mut self.codes)
    }

    /// Puts an entry at the head of a participant's chain; what was there before is the answer.
    pub fn link(&mut self, holder: HolderId, position: Position, date: Date) -> Link {
        let at = holder.index();
        if self.chains.len() <= at {
            self.chains.resize(at + 1, Link::END);
        }
        self.dirty_chains.mark(holder.get() / HEADS as u32);
        let before = self.chains[at];
        self.chains[at] = before.then(position, date);
        before
    }

    /// The head of a participant's chain.
    pub fn head(&self, holder: HolderId) -> Link {
        self.chains.get(holder.index()).copied().unwrap_or(Link::END)
    }

    /// Types, products, channels, segments and roles by number.
    pub fn codes(&self) -> &Names<CodeId> {
        &self.codes
    }

    /// What it takes in memory, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        (self.pages.memory_bytes() + self.chains.capacity() * size_of::<Link>()) as u64
    }

    /// Adds what changed to the pages of a checkpoint.
    pub fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        self.pages.clean(|(sequence, chunk), page| {
            dirty.push((record_key(*sequence, *chunk), Some(page.encode())));
        });
        for page in self.dirty_chains.take() {
            let first = page as usize * HEADS;
            let last = (first + HEADS).min(self.chains.len());
            let key = Prefix::JournalChains.numbered(page);
            dirty.push((key, postcard::to_allocvec(&self.chains[first..last]).ok()));
        }
        self.codes.take_dirty(Prefix::JournalCodes.bytes(), dirty);
        if std::mem::take(&mut self.kinds_changed) {
            let mut kinds: Vec<Kind> = self
                .kinds
                .iter()
                .map(|(name, is_whole)| Kind { name: name.clone(), is_whole: *is_whole })
                .collect();
            kinds.sort_unstable_by(|a, b| a.name.cmp(&b.name));
            dirty.push((Prefix::JournalKinds.key(&[]), postcard::to_allocvec(&kinds).ok()));
        }
    }

    /// Reads what was written: chains, codes and types, and no record.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(limits: &PageBounds, pages: &dyn Pages) -> Result<Journal, PageError> {
        let mut journal = Journal::default();
        for (key, bytes) in pages.scan(Prefix::JournalChains.bytes())? {
            let damaged = |reason: Damage| PageError::damaged(&key, reason);
            let chains: Vec<Link> = decode(&key, &bytes)?;
            // Pages that nobody was in were never written, and one may have been shorter when it was.
            let page = key.get(2..).and_then(|page| page.try_into().ok()).map(u32::from_be_bytes);
            let first = page.ok_or_else(|| damaged("its key".into()))? as usize * HEADS;
            if chains.len() > HEADS {
                return Err(damaged(Damage::Overfull { what: "chains", held: chains.len(), most: HEADS }));
            }
            let last = (first + chains.len()).saturating_sub(1);
            check(last as u64, limits.participants, "participant").map_err(damaged)?;
            chains.iter().try_for_each(|link| link.check(limits)).map_err(damaged)?;
            journal.chains.resize(first, Link::END);
            journal.chains.extend(chains);
        }
        journal.codes = Names::restore(Prefix::JournalCodes.bytes(), pages)?;
        journal.note_limits(*limits);
        journal.last = page_of(limits.head);
        let key = Prefix::JournalKinds.key(&[]);
        if let Some(bytes) = pages.load(&key)? {
            let kinds: Vec<Kind> = decode(&key, &bytes)?;
            journal.kinds = kinds.into_iter().map(|kind| (kind.name, kind.is_whole)).collect();
        }
        Ok(journal)
    }
}

/// A batch's records are cut into pages of this many.
const CHUNK: u32 = 128;

fn page_of(position: Position) -> (u64, u16) {
    (position.sequence, (position.index / CHUNK) as u16)
}

fn record_key(sequence: u64, chunk: u16) -> Vec<u8> {
    Prefix::JournalRecords.key(&[&sequence.to_be_bytes()[..], &chunk.to_be_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::pages::{KeyedPage, MemoryPages};

    /// A store in the midst of a commit: whoever asks it waits.
    struct Busy;

    impl Pages for Busy {
        fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
            Err(PageError::Unreadable { key: key.to_vec(), reason: "it is busy".into() })
        }

        fn scan(&self, prefix: &[u8]) -> Result<Vec<KeyedPage>, PageError> {
            Err(PageError::Unreadable { key: prefix.to_vec(), reason: "it is busy".into() })
        }
    }

    fn append(journal: &mut Journal, pages: &dyn Pages, sequence: u64, index: u32) -> Result<(), PageError> {
        journal.append(
            pages,
            Position::new(sequence, index),
            &Record::Uncounted { reversal_parts: Vec::new() },
        )
    }

    #[test]
    fn entries_that_come_after_all_others_are_written_without_asking_for_pages() {
        let (mut journal, mut store) = (Journal::default(), MemoryPages::default());
        for (sequence, index) in [(1, 0), (1, 127), (1, 128), (7, 0), (7, 300), (8, 5)] {
            append(&mut journal, &Busy, sequence, index).unwrap();
        }
        let mut dirty = DirtyPages::new();
        journal.take_dirty(&mut dirty);
        store.commit(dirty);

        let limits = PageBounds { head: Position::new(8, 5), ..PageBounds::default() };
        let mut journal = Journal::restore(&limits, &store).unwrap();
        append(&mut journal, &Busy, 8, 128).unwrap();
        append(&mut journal, &Busy, 9, 0).unwrap();
        // Of a batch that was folded in part, the rest goes into the page that there is.
        append(&mut journal, &Busy, 8, 6).unwrap_err();
        append(&mut journal, &store, 8, 6).unwrap();
        for index in [5, 6, 128] {
            assert!(journal.read(&store, Position::new(8, index)).unwrap().is_some(), "{index}");
        }
        journal.read(&Busy, Position::new(7, 0)).unwrap_err();
        assert_eq!(journal.read(&Busy, Position::new(10, 0)).unwrap(), None);
    }
}
