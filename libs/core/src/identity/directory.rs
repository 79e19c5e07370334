//! Which pages of a numbered source exist, and which of them are full: runs of full pages, and a set of the
//! other pages. A source without gaps takes a few bytes, and one number far away takes one entry. Single
//! numbers are not stored here.

use std::collections::{BTreeMap, BTreeSet};

use super::bytes::{Reader, put_varint};
use super::cells::NUMBERS;

/// The number of pages that one stored chunk describes.
const CHUNK_PAGES: u64 = 4096;
const VERSION: u8 = 1;
/// The page of the greatest possible number.
const PAGE_MAX: u64 = u64::MAX / NUMBERS as u64;

/// The directory of one source.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Runs of full pages, from first to last, both included. No two runs are adjacent.
    full: BTreeMap<u64, u64>,
    partial: BTreeSet<u64>,
    dirty: BTreeSet<u64>,
}

/// Consecutive pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    /// Pages from first to last, with every number counted.
    Full(u64, u64),
    /// A page with some numbers counted.
    Partial(u64),
}

impl Directory {
    /// Whether any number of the page has been counted.
    pub(super) fn has(&self, page: u64) -> bool {
        self.partial.contains(&page)
            || self.full.range(..=page).next_back().is_some_and(|(_, last)| *last >= page)
    }

    /// Records that a page got its first number.
    pub(super) fn begin(&mut self, page: u64) {
        self.partial.insert(page);
        self.dirty.insert(page / CHUNK_PAGES);
    }

    /// Records that a page got its last number and is full.
    pub(super) fn fill(&mut self, page: u64) {
        self.partial.remove(&page);
        self.dirty.insert(page / CHUNK_PAGES);
        self.add_full(page, page);
    }

    fn add_full(&mut self, mut first: u64, mut last: u64) {
        if let Some((before, end)) = self.full.range(..first).next_back().map(|(b, e)| (*b, *e))
            && end.checked_add(1) == Some(first)
        {
            first = before;
        }
        if let Some(after) = last.checked_add(1)
            && let Some(end) = self.full.remove(&after)
        {
            last = end;
        }
        self.full.insert(first, last);
    }

    /// The pages that exist, in order.
    pub(super) fn stretches(&self) -> impl Iterator<Item = Stretch> {
        let mut full = self.full.iter().map(|(first, last)| Stretch::Full(*first, *last)).peekable();
        let mut partial = self.partial.iter().map(|page| Stretch::Partial(*page)).peekable();
        let start = |stretch: &Stretch| match stretch {
            Stretch::Full(first, _) => *first,
            Stretch::Partial(page) => *page,
        };
        std::iter::from_fn(move || match (full.peek(), partial.peek()) {
            (Some(a), Some(b)) if start(a) < start(b) => full.next(),
            (_, Some(_)) => partial.next(),
            _ => full.next(),
        })
    }

    /// Calls `take` with every chunk that changed since the last call.
    pub(super) fn take_dirty(&mut self, mut take: impl FnMut(u64, Vec<u8>)) {
        for chunk in std::mem::take(&mut self.dirty) {
            take(chunk, self.encode(chunk));
        }
    }

    fn encode(&self, chunk: u64) -> Vec<u8> {
        let first = chunk * CHUNK_PAGES;
        let last = first + (CHUNK_PAGES - 1);
        let before = self.full.range(..first).next_back().filter(|(_, end)| **end >= first);
        let runs: Vec<_> = before.into_iter().chain(self.full.range(first..=last)).collect();
        let mut out = vec![VERSION];
        put_varint(&mut out, runs.len() as u64);
        for (from, to) in runs {
            put_varint(&mut out, from.max(&first) - first);
            put_varint(&mut out, to.min(&last) - first);
        }
        let partial: Vec<_> = self.partial.range(first..=last).collect();
        put_varint(&mut out, partial.len() as u64);
        for page in partial {
            put_varint(&mut out, page - first);
        }
        out
    }

    /// Adds a stored chunk; `None` if the bytes are not one. Chunks must come in order.
    pub(super) fn restore(&mut self, chunk: u64, bytes: &[u8]) -> Option<()> {
        let first = chunk.checked_mul(CHUNK_PAGES).filter(|first| *first <= PAGE_MAX)?;
        let mut reader = Reader::new(bytes);
        if reader.u8()? != VERSION {
            return None;
        }
        let mut next = 0;
        for _ in 0..reader.count()? {
            let (from, to) = (reader.varint()?, reader.varint()?);
            if from < next || to < from || to >= CHUNK_PAGES || first + to > PAGE_MAX {
                return None;
            }
            self.add_full(first + from, first + to);
            next = to + 1;
        }
        for _ in 0..reader.count()? {
            let page = reader.varint().filter(|page| *page < CHUNK_PAGES)?;
            // Listed pages are full or partial, each once.
            if first + page > PAGE_MAX || self.has(first + page) {
                return None;
            }
            self.partial.insert(first + page);
        }
        reader.is_empty().then_some(())
    }

    /// Memory used, in bytes, approximately.
    pub(super) fn memory_bytes(&self) -> usize {
        // Trees of words: about half of each node is in use.
        self.full.len() * 32 + self.partial.len() * 16 + self.dirty.len() * 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_pages_join_and_chunks_survive_their_bytes() {
        let mut directory = Directory::default();
        let last_page = u64::MAX >> 10;
        for page in (0..9000).filter(|page| page % 5000 != 3).chain([last_page]) {
            directory.begin(page);
            directory.fill(page);
        }
        directory.begin(3);
        let expected = [
            Stretch::Full(0, 2),
            Stretch::Partial(3),
            Stretch::Full(4, 5002),
            Stretch::Full(5004, 8999),
            Stretch::Full(last_page, last_page),
        ];
        assert_eq!(directory.stretches().collect::<Vec<_>>(), expected);
        let mut restored = Directory::default();
        directory.take_dirty(|chunk, bytes| {
            assert!(bytes.len() < 32);
            restored.restore(chunk, &bytes).unwrap();
            for at in 0..bytes.len() {
                assert_eq!(Directory::default().restore(chunk, &bytes[..at]), None);
            }
        });
        assert_eq!(restored.stretches().collect::<Vec<_>>(), expected);
        assert!(restored.has(5002) && !restored.has(5003) && restored.has(3) && !restored.has(9000));
    }

    #[test]
    fn a_page_beyond_the_last_number_or_both_full_and_not_is_no_directory() {
        let restore = |chunk, bytes: &[u8]| Directory::default().restore(chunk, bytes);
        let (one_full, one_partial) = ([VERSION, 1, 0, 0, 0], [VERSION, 0, 1, 0]);
        assert!(restore(0, &one_full).is_some() && restore(0, &one_partial).is_some());
        let last = PAGE_MAX / CHUNK_PAGES;
        assert!(restore(last, &one_full).is_some() && restore(last + 1, &one_full).is_none());
        assert!(restore(last + 1, &one_partial).is_none());
        assert!(restore(0, &[VERSION, 1, 0, 0, 1, 0]).is_none());
    }
}
