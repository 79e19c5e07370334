//! Numbered sources: the first copy of each number, in pages of consecutive numbers. A number far away costs
//! one small page, not the room in between.

use rustc_hash::FxHashMap;

use super::bytes::{check_source, damaged};
use super::cells::{Cells, Kept, NUMBERS};
use super::directory::{Directory, Stretch};
use super::keys;
use crate::types::cache::Cache;
use crate::types::ids::SourceId;
use crate::types::pages::{DirtyPages, PageError, Pages};
use crate::types::prefix::Prefix;

/// The numbers of all numbered sources that were counted.
pub(super) struct Numbered {
    directories: FxHashMap<SourceId, Directory>,
    cells: Cache<(SourceId, u64), Cells>,
}

/// How far the numbers of a source reach.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) contiguous: u64,
    pub(super) gaps: Vec<(u64, u64)>,
    pub(super) more_gaps: bool,
}

/// Numbers start at 1. No valid event has number 0; it is placed at the far end, so that it cannot be
/// mistaken for another.
fn place(number: u64) -> (u64, u16) {
    let index = number.wrapping_sub(1);
    (index / NUMBERS as u64, (index % NUMBERS as u64) as u16)
}

impl Numbered {
    pub(super) fn new(budget_bytes: usize) -> Numbered {
        Numbered { directories: FxHashMap::default(), cells: Cache::new(budget_bytes) }
    }

    pub(super) fn restore(
        pages: &dyn Pages,
        sources: usize,
        budget_bytes: usize,
    ) -> Result<Numbered, PageError> {
        let mut restored = Numbered::new(budget_bytes);
        for (key, bytes) in pages.scan(Prefix::IdentityDirectory.bytes())? {
            let (source, chunk) = keys::read_numbered(&key).ok_or_else(|| damaged(&key, "its key"))?;
            check_source(&key, source, sources)?;
            let directory = restored.directories.entry(source).or_default();
            directory
                .restore(chunk, &bytes)
                .ok_or_else(|| damaged(&key, "it is not a directory of pages"))?;
        }
        Ok(restored)
    }

    /// Counts a number. If it was counted before, returns its first copy.
    pub(super) fn admit(
        &mut self,
        pages: &dyn Pages,
        source: SourceId,
        number: u64,
        kept: Kept,
    ) -> Result<Option<Kept>, PageError> {
        let (page, offset) = place(number);
        let key = (source, page);
        if !self.bring(pages, key)? {
            self.directories.entry(source).or_default().begin(page);
            self.cells.add(key, Cells::new(), true);
        }
        let Some(cells) = self.cells.entry(&key) else { return Ok(None) };
        if let Some(first) = cells.value.get(offset) {
            return Ok(Some(first));
        }
        let is_full = cells.value.len() + 1 == NUMBERS;
        cells.change(|cells| cells.insert(offset, kept));
        if is_full {
            self.directories.entry(source).or_default().fill(page);
        }
        Ok(None)
    }

    /// The counted copy of a number.
    pub(super) fn get(
        &mut self,
        pages: &dyn Pages,
        source: SourceId,
        number: u64,
    ) -> Result<Option<Kept>, PageError> {
        let (page, offset) = place(number);
        let key = (source, page);
        self.bring(pages, key)?;
        Ok(self.cells.get(&key).and_then(|cells| cells.get(offset)))
    }

    /// Loads a page into memory. Returns whether it exists.
    fn bring(&mut self, pages: &dyn Pages, key: (SourceId, u64)) -> Result<bool, PageError> {
        if self.cells.get(&key).is_some() {
            return Ok(true);
        }
        if !self.directories.get(&key.0).is_some_and(|directory| directory.has(key.1)) {
            return Ok(false);
        }
        self.cells.add(key, load(pages, key)?, false);
        Ok(true)
    }

    /// The gaps from 1 to `greatest`, at most `gaps_max`. Reads those pages that are not full and not in
    /// memory.
    pub(super) fn extent(
        &self,
        pages: &dyn Pages,
        source: SourceId,
        greatest: u64,
        gaps_max: usize,
    ) -> Result<Extent, PageError> {
        let mut extent = Extent::default();
        let mut next = 1u64;
        let mut gap_before = |first: u64, last: u64| {
            // Beyond the greatest number there is only the place of number 0.
            if first > greatest || first < next {
                return true;
            }
            if first > next {
                if extent.gaps.len() == gaps_max {
                    extent.more_gaps = true;
                    return false;
                }
                extent.gaps.push((next, first - 1));
            }
            next = last.saturating_add(1);
            true
        };
        let first_of = |page: u64| (page * NUMBERS as u64).saturating_add(1);
        for stretch in self.directories.get(&source).into_iter().flat_map(Directory::stretches) {
            let goes_on = match stretch {
                Stretch::Full(from, to) => {
                    gap_before(first_of(from), first_of(to).saturating_add(NUMBERS as u64 - 1))
                }
                Stretch::Partial(page) => {
                    let key = (source, page);
                    let loaded;
                    let cells = match self.cells.peek(&key) {
                        Some(cells) => cells,
                        None => {
                            loaded = load(pages, key)?;
                            &loaded
                        }
                    };
                    cells.iter().all(|(offset, _)| {
                        let number = first_of(page).saturating_add(u64::from(offset));
                        gap_before(number, number)
                    })
                }
            };
            if !goes_on {
                break;
            }
        }
        extent.contiguous = extent.gaps.first().map_or(greatest, |(first, _)| first - 1);
        Ok(extent)
    }

    pub(super) fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        self.cells.clean(|(source, page), cells| {
            dirty.push((keys::numbered(Prefix::IdentityCells, *source, *page), Some(cells.encode())));
        });
        for (source, directory) in &mut self.directories {
            directory.take_dirty(|chunk, bytes| {
                dirty.push((keys::numbered(Prefix::IdentityDirectory, *source, chunk), Some(bytes)));
            });
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let directories = self.directories.values().map(|d| d.memory_bytes() + size_of::<Directory>());
        self.cells.memory_bytes() + directories.sum::<usize>()
    }
}

fn load(pages: &dyn Pages, (source, page): (SourceId, u64)) -> Result<Cells, PageError> {
    let key = keys::numbered(Prefix::IdentityCells, source, page);
    let bytes = pages.load(&key)?.ok_or_else(|| damaged(&key, "it is listed but missing"))?;
    Cells::decode(&bytes).ok_or_else(|| damaged(&key, "it is not a page of numbers"))
}
