//! Un-numbered sources: the first copy of each (source, id), by hash, in sorted runs by business date. What
//! was counted since the last checkpoint is in one open table. A copy with another business date is found
//! too, because the filter tells which dates to look at.

use std::collections::VecDeque;

use hashbrown::HashMap;
use jiff::civil::Date;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::bytes::{Reader, damaged, put_varint};
use super::cells::Kept;
use super::filter::{Candidates, DATE_CODES, Filter, date_code};
use super::keys;
use super::run::{Entry, PAGE_ENTRIES, Run, RunPage};
use crate::types::cache::Cache;
use crate::types::pages::{DirtyPages, PageError, Pages};
use crate::types::prefix::Prefix;

/// How many runs of one size class are kept before they are merged into one of the next class.
const RUNS_MAX: usize = 4;
/// Longer runs are not merged any more, because a merge happens within one call and must not delay the fold
/// for long.
const MERGED_ENTRIES_MAX: u64 = 1 << 18;
/// How many entries of merged runs may wait in memory for the next checkpoint. If there are more, further
/// merges wait too.
const WAITING_ENTRIES_MAX: u64 = 1 << 20;
const VERSION: u8 = 1;

/// The identities of all un-numbered sources that were counted.
pub(super) struct Named {
    /// Business dates in the order in which they were first seen. Elsewhere dates are indices into this list.
    dates: Vec<Date>,
    date_indexes: FxHashMap<Date, u32>,
    /// By date index, oldest run first.
    runs: Vec<Vec<Run>>,
    open: HashMap<u128, (u32, Kept), FxBuildHasher>,
    filter: Filter,
    pages: Cache<(u32, u32, u32), RunPage>,
    next_run: u32,
    candidates: Candidates,
    /// Indices of dates that may have too many runs.
    crowded: VecDeque<u32>,
    /// Merged runs, which replace their parts at the next checkpoint.
    merges: Vec<Merge>,
}

/// Runs of one date that are merged into one.
struct Merge {
    date: u32,
    replaced: Vec<Run>,
    entries: Vec<Entry>,
}

/// A counted copy and its business date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kept: Kept,
    pub(super) date: Date,
}

impl Named {
    pub(super) fn new(budget_bytes: usize) -> Named {
        Named {
            dates: Vec::new(),
            date_indexes: FxHashMap::default(),
            runs: Vec::new(),
            open: HashMap::default(),
            filter: Filter::default(),
            pages: Cache::new(budget_bytes),
            next_run: 0,
            candidates: Candidates::default(),
            crowded: VecDeque::new(),
            merges: Vec::new(),
        }
    }

    /// Counts an identity. If it was counted before, returns its first copy.
    pub(super) fn admit(
        &mut self,
        pages: &dyn Pages,
        hash: u128,
        date: Date,
        kept: Kept,
    ) -> Result<Option<Found>, PageError> {
        self.merge_one(pages)?;
        if let Some(found) = self.get(pages, hash)? {
            return Ok(Some(found));
        }
        let index = match self.date_indexes.get(&date) {
            Some(index) => *index,
            None => self.add_date(date),
        };
        self.open.insert(hash, (index, kept));
        self.filter.insert(hash as u64, date_code(index));
        Ok(None)
    }

    fn add_date(&mut self, date: Date) -> u32 {
        let index = self.dates.len() as u32;
        self.dates.push(date);
        self.runs.push(Vec::new());
        self.date_indexes.insert(date, index);
        index
    }

    /// The counted copy of an identity.
    pub(super) fn get(&mut self, pages: &dyn Pages, hash: u128) -> Result<Option<Found>, PageError> {
        let mut candidates = std::mem::take(&mut self.candidates);
        let found = self.filter.candidates(pages, hash as u64, &mut candidates);
        let found = found.and_then(|()| self.find(pages, hash, &candidates.0));
        self.candidates = candidates;
        found
    }

    fn find(&mut self, pages: &dyn Pages, hash: u128, codes: &[u16]) -> Result<Option<Found>, PageError> {
        if codes.is_empty() {
            return Ok(None);
        }
        if let Some((index, kept)) = self.open.get(&hash) {
            let date = self.dates.get(*index as usize).copied().unwrap_or_default();
            return Ok(Some(Found { kept: *kept, date }));
        }
        for code in codes {
            let last =
                if u32::from(*code) == DATE_CODES - 1 { self.dates.len() } else { usize::from(*code) + 1 };
            for index in usize::from(*code)..last.min(self.dates.len()) {
                if let Some(kept) = self.find_in_date(pages, hash, index)? {
                    let date = self.dates.get(index).copied().unwrap_or_default();
                    return Ok(Some(Found { kept, date }));
                }
            }
        }
        Ok(None)
    }

    fn find_in_date(
        &mut self,
        pages: &dyn Pages,
        hash: u128,
        index: usize,
    ) -> Result<Option<Kept>, PageError> {
        // The newest run first, because most copies follow soon after the original.
        for run in self.runs.get(index).into_iter().flatten().rev() {
            let key = (index as u32, run.id, run.page_of(hash));
            let found = match self.pages.get(&key) {
                Some(page) => page.get(hash, run.bits()),
                None => {
                    let page = load(pages, key)?;
                    let found = page.get(hash, run.bits());
                    self.pages.add(key, page, false);
                    found
                }
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Writes what was counted since the last call, as one run for each date, and the runs that were merged.
    pub(super) fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        let first_run = self.next_run;
        for merge in std::mem::take(&mut self.merges) {
            self.replace(merge, dirty);
        }
        let mut open: Vec<_> =
            self.open.drain().map(|(hash, (date, kept))| (date, Entry { hash, kept })).collect();
        open.sort_unstable_by_key(|(date, entry)| (*date, entry.hash));
        for of_date in open.chunk_by(|a, b| a.0 == b.0) {
            let Some((date, _)) = of_date.first() else { continue };
            let entries: Vec<_> = of_date.iter().map(|(_, entry)| *entry).collect();
            self.replace(Merge { date: *date, replaced: Vec::new(), entries }, dirty);
        }
        if self.next_run != first_run {
            self.filter.take_dirty(dirty);
            // A merge alone uses up a run's id too. If the id were given out again, the new run would
            // overwrite the first.
            dirty.push((Prefix::IdentityMeta.key(&[]), Some(self.encode())));
        }
        // Only to enforce the budget: pages of runs are never changed.
        self.pages.clean(|_, _| {});
    }

    /// Merges runs of one crowded date, if there is one. Merges are done a little at a time, between events,
    /// where a read error can be reported.
    fn merge_one(&mut self, pages: &dyn Pages) -> Result<(), PageError> {
        let Some(date) = self.crowded.front().copied() else { return Ok(()) };
        let waiting = self.merges.iter().map(|merge| merge.entries.len() as u64).sum::<u64>();
        if waiting > WAITING_ENTRIES_MAX {
            return Ok(());
        }
        let is_under_way = self.merges.iter().any(|merge| merge.date == date);
        let runs = self.runs.get(date as usize).filter(|_| !is_under_way);
        if let Some(replaced) = runs.and_then(|runs| choose(runs)) {
            let mut entries = Vec::with_capacity(replaced.iter().map(|run| run.entries as usize).sum());
            for run in &replaced {
                for page in 0..run.pages() {
                    entries.extend(load(pages, (date, run.id, page))?.iter());
                }
            }
            // The entries are sorted runs one after the other, for which the stable sort is fast.
            entries.sort_by_key(|entry| entry.hash);
            self.merges.push(Merge { date, replaced, entries });
        }
        self.crowded.pop_front();
        Ok(())
    }

    fn replace(&mut self, merge: Merge, dirty: &mut DirtyPages) {
        let Merge { date, replaced, entries } = merge;
        let Some(runs) = self.runs.get_mut(date as usize) else { return };
        let run = Run { id: self.next_run, entries: entries.len() as u64 };
        self.next_run = self.next_run.wrapping_add(1);
        for old in &replaced {
            for page in 0..old.pages() {
                dirty.push((keys::of(Prefix::IdentityRunPage, [date, old.id, page]), None));
                self.pages.remove(&(date, old.id, page));
            }
        }
        let mut rest = entries.as_slice();
        for page in 0..run.pages() {
            let (of_page, after) =
                rest.split_at(rest.partition_point(|entry| run.page_of(entry.hash) <= page));
            dirty.push((
                keys::of(Prefix::IdentityRunPage, [date, run.id, page]),
                Some(RunPage::encode(of_page)),
            ));
            rest = after;
        }
        runs.retain(|other| replaced.iter().all(|old| old.id != other.id));
        runs.push(run);
        let mut out = vec![VERSION];
        put_varint(&mut out, runs.len() as u64);
        for run in &*runs {
            run.encode(&mut out);
        }
        dirty.push((keys::of(Prefix::IdentityRuns, [date]), Some(out)));
        if choose(runs).is_some() && self.crowded.back() != Some(&date) {
            self.crowded.push_back(date);
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        put_varint(&mut out, u64::from(self.next_run));
        put_varint(&mut out, self.dates.len() as u64);
        for date in &self.dates {
            out.extend_from_slice(&date.year().to_le_bytes());
            out.extend_from_slice(&[date.month().cast_unsigned(), date.day().cast_unsigned()]);
        }
        self.filter.encode(&mut out);
        out
    }

    pub(super) fn restore(pages: &dyn Pages, budget_bytes: usize) -> Result<Named, PageError> {
        let mut restored = Named::new(budget_bytes);
        let key = Prefix::IdentityMeta.key(&[]);
        let Some(bytes) = pages.load(&key)? else { return Ok(restored) };
        let mut reader = Reader::new(&bytes);
        restored.read_dates(&mut reader).ok_or_else(|| damaged(&key, "it is not a list of dates"))?;
        restored.filter = Filter::restore(pages, &mut reader)?;
        if !reader.is_empty() {
            return Err(damaged(&key, "there are bytes after its content"));
        }
        for (key, bytes) in pages.scan(Prefix::IdentityRuns.bytes())? {
            let date = keys::read_one(&key).ok_or_else(|| damaged(&key, "its key"))?;
            let runs = read_runs(&bytes).ok_or_else(|| damaged(&key, "it is not a list of runs"))?;
            let is_given = |at: usize| runs[at].id < restored.next_run;
            let is_once = |at: usize| runs[..at].iter().all(|other| other.id != runs[at].id);
            if !(0..runs.len()).all(|at| is_given(at) && is_once(at)) {
                return Err(damaged(&key, "it has a run twice, or one that was never written"));
            }
            match restored.runs.get_mut(date as usize) {
                Some(of_date) => {
                    if choose(&runs).is_some() {
                        restored.crowded.push_back(date);
                    }
                    *of_date = runs;
                }
                None => return Err(damaged(&key, "its date is unknown")),
            }
        }
        Ok(restored)
    }

    fn read_dates(&mut self, reader: &mut Reader) -> Option<()> {
        if reader.u8()? != VERSION {
            return None;
        }
        self.next_run = u32::try_from(reader.varint()?).ok()?;
        for _ in 0..reader.count()? {
            let year = i16::from_le_bytes(reader.take()?);
            let (month, day) = (reader.u8()?.cast_signed(), reader.u8()?.cast_signed());
            self.add_date(Date::new(year, month, day).ok()?);
        }
        Some(())
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let runs = self.runs.iter().map(|runs| runs.capacity() * size_of::<Run>() + size_of::<Vec<Run>>());
        self.open.allocation_size()
            + self.filter.memory_bytes()
            + self.pages.memory_bytes()
            + runs.sum::<usize>()
            + self.merges.iter().map(|merge| merge.entries.capacity() * size_of::<Entry>()).sum::<usize>()
            + self.dates.capacity() * 16
    }
}

/// The runs to be merged: if a size class has enough of them, those of this and all smaller classes, shortest
/// first, as long as the result is not too long.
fn choose(runs: &[Run]) -> Option<Vec<Run>> {
    let mut classes: Vec<_> = runs.iter().map(|run| class(run.entries)).collect();
    classes.sort_unstable();
    let full = classes.chunk_by(|a, b| a == b).filter(|of_class| of_class.len() >= RUNS_MAX);
    full.filter_map(|of_class| of_class.first()).find_map(|full| {
        let mut chosen: Vec<_> = runs.iter().filter(|run| class(run.entries) <= *full).copied().collect();
        chosen.sort_by_key(|run| run.entries);
        let mut total = 0;
        chosen.retain(|run| {
            total += run.entries;
            total <= MERGED_ENTRIES_MAX
        });
        (chosen.len() >= RUNS_MAX).then_some(chosen)
    })
}

/// The size class: how often a run of one page must be quadrupled to reach this size.
fn class(entries: u64) -> u32 {
    entries.div_ceil(PAGE_ENTRIES as u64).next_power_of_two().trailing_zeros().div_ceil(2)
}

fn read_runs(bytes: &[u8]) -> Option<Vec<Run>> {
    let mut reader = Reader::new(bytes);
    if reader.u8()? != VERSION {
        return None;
    }
    let count = reader.count()?;
    let runs: Option<Vec<_>> = (0..count).map(|_| Run::decode(&mut reader)).collect();
    runs.filter(|_| reader.is_empty())
}

fn load(pages: &dyn Pages, (date, run, page): (u32, u32, u32)) -> Result<RunPage, PageError> {
    let key = keys::of(Prefix::IdentityRunPage, [date, run, page]);
    let bytes = pages.load(&key)?.ok_or_else(|| damaged(&key, "it is listed but missing"))?;
    RunPage::decode(bytes).ok_or_else(|| damaged(&key, "it is not a page of identities"))
}
