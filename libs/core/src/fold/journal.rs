//! The journal: what the shard must remember of every counted event, so that it can be reversed, and so that
//! each participant's entries can be visited, without reading the log. There is one journal per shard. The
//! credits of any contest follow from it by the contest's rules, so an event is kept once however many
//! contests count it, and an amendment does not need another journal.
//!
//! It keeps events of every type that any contest has ever counted, and every reversal. Records are stored in
//! pages by position; each record points to the previous one of each of its holders.

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

/// How much memory clean pages may use.
const BUDGET_BYTES: usize = 32 << 20;
/// Chain heads in a page.
const HEADS: usize = 256;

/// The journal of a shard.
pub struct Journal {
    pages: Cache<(u64, u16), Page>,
    /// The last page that may have been written. Later pages are not looked up in the store: nearly every
    /// entry of the log is in a new page, and a lookup in the store blocks while a commit is under way.
    last: (u64, u16),
    /// The latest entry of each participant, by participant number.
    chains: Vec<Link>,
    dirty_chains: Marks,
    /// Types, products, channels, segments and roles.
    codes: Names<CodeId>,
    /// The types that are kept; true if all of their events have been written down.
    kinds: FxHashMap<Box<str>, bool>,
    kinds_changed: bool,
    encoded: Vec<u8>,
    /// Upper bounds for the numbers in stored pages.
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
    /// Keeps events of this type from now on. `is_whole` says that there were none of it before.
    pub fn keep_kind(&mut self, kind: &str, is_whole: bool) {
        if !self.kinds.contains_key(kind) {
            self.kinds.insert(kind.into(), is_whole);
            self.kinds_changed = true;
        }
    }

    /// Records that every event of this type has been written down.
    pub fn complete_kind(&mut self, kind: &str) {
        self.kinds.insert(kind.into(), true);
        self.kinds_changed = true;
    }

    /// Whether events of a type are kept.
    pub fn keeps(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }

    /// Whether the journal contains every counted event of this type.
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

    /// Decodes the bytes that [`Journal::read`] returned.
    ///
    /// # Errors
    /// The bytes are damaged; the error names the page.
    pub fn decode<'a>(&self, position: Position, bytes: &'a [u8]) -> Result<Record<'a>, PageError> {
        Record::decode(bytes).ok_or_else(|| {
            let (sequence, chunk) = page_of(position);
            PageError::Damaged { key: record_key(sequence, chunk), reason: Damage::NoRecordAt(position) }
        })
    }

    /// Writes the record of a position. Replaces the one that is there, if any.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn write(&mut self, pages: &dyn Pages, position: Position, record: &Record) -> Result<(), PageError> {
        self.store(pages, position, record, Page::put)
    }

    /// Writes the record of a position that has none yet. Cheaper than [`Journal::write`].
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
                .ok_or_else(|| PageError::damaged(&name, "it is not a page of the journal"))?;
            self.check(key.1, &page).map_err(|reason| PageError::damaged(&name, reason))?;
            self.pages.add(key, page, false);
        }
        Ok(())
    }

    /// Refuses a page if one of its records contains a number that was never given.
    fn check(&self, chunk: u16, page: &Page) -> Result<(), Damage> {
        page.records().try_for_each(|(index, bytes)| {
            if index / CHUNK != u32::from(chunk) {
                return Err(Damage::RecordElsewhere(index));
            }
            let record = Record::decode(bytes).ok_or(Damage::NoRecord(index))?;
            record.check(&self.limits).map_err(|damage| Damage::Record { index, damage: damage.into() })
        })
    }

    /// Updates the upper bounds for the numbers that stored pages may contain from now on.
    pub(crate) fn note_limits(&mut self, limits: PageBounds) {
        self.limits = PageBounds { codes: self.codes.len(), ..limits };
    }

    /// The record of an event. The chains of its holders now begin at `entry`. `latest` is the latest
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
            event.credits.is_empty() || crate::event::share::weights(&event.credits).unassigned > 0;
        let links = holders.creditors.iter().copied().chain(holders.branch.filter(|_| keeps_some));
        let links = links.map(|holder| self.link(holder, entry.position, latest)).collect();
        Fact::new(event, entry.recorded, source, holders, links, keeps_subject, &mut self.codes)
    }

    /// Adds the subject to an event that was recorded without it.
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

    /// The record of an event that is kept outside the journal, without chain links.
    pub fn bare_fact<'a>(
        &mut self,
        recorded: Time,
        event: &'a Event,
        source: SourceId,
        holders: Holders,
    ) -> Fact<'a> {
        Fact::new(event, recorded, source, holders, SmallVec::new(), false, &mut self.codes)
    }

    /// Puts an entry at the head of a participant's chain. Returns the previous head.
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

    /// The codes of types, products, channels, segments and roles.
    pub fn codes(&self) -> &Names<CodeId> {
        &self.codes
    }

    /// Memory used, in bytes.
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

    /// Restores chains, codes and types from the stored pages. Records are read when they are needed.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(limits: &PageBounds, pages: &dyn Pages) -> Result<Journal, PageError> {
        let mut journal = Journal::default();
        for (key, bytes) in pages.scan(Prefix::JournalChains.bytes())? {
            let damaged = |reason: Damage| PageError::damaged(&key, reason);
            let chains: Vec<Link> = decode(&key, &bytes)?;
            // Pages without any participant were never written, and a page may have been shorter when it was
            // written.
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

/// Records of one batch in a page.
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

    /// A store in the middle of a commit: whoever reads it would have to wait.
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
        // A batch was folded in part: its other records go into the existing page.
        append(&mut journal, &Busy, 8, 6).unwrap_err();
        append(&mut journal, &store, 8, 6).unwrap();
        for index in [5, 6, 128] {
            assert!(journal.read(&store, Position::new(8, index)).unwrap().is_some(), "{index}");
        }
        journal.read(&Busy, Position::new(7, 0)).unwrap_err();
        assert_eq!(journal.read(&Busy, Position::new(10, 0)).unwrap(), None);
    }
}
