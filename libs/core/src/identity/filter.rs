//! The filter: under which business dates an un-numbered identity may have been counted. It is a table of
//! small tags in memory, which answers "never" for nearly every new event, and never does so for an identity
//! that was counted.
//!
//! Segments are filled one after the other. The open segment is rebuilt from a journal of its keys. A sealed
//! segment is written once, in chunks, which are loaded when first needed, so a restart reads neither. A slot
//! has 20 bits of the hash and 12 of the date. A segment gives about one false answer in 60,000, which costs
//! a lookup for one date.

use super::bytes::{Reader, damaged, put_varint};
use super::keys;
use crate::types::pages::{DirtyPages, PageError, Pages};
use crate::types::prefix::Prefix;

/// Slots in a bucket: one cache line.
const BUCKET_SLOTS: usize = 16;
/// Keys per bucket when a segment is full.
const BUCKET_KEYS: u32 = 13;
const CHUNK_BUCKETS: usize = 256;
const CHUNK_SLOTS: usize = CHUNK_BUCKETS * BUCKET_SLOTS;
const DATE_BITS: u32 = 12;
const DATE_MASK: u32 = (1 << DATE_BITS) - 1;
/// Dates from this index on share one code.
pub(super) const DATE_CODES: u32 = DATE_MASK;
/// A segment has room for a quarter of the keys before it, within these bounds.
const SEGMENT_MIN: u64 = 1 << 18;
const SEGMENT_MAX: u64 = 1 << 22;
const JOURNAL_ENTRY_BYTES: usize = 10;
const JOURNAL_PAGE_BYTES: usize = 1600 * JOURNAL_ENTRY_BYTES;

type Bucket = [u32; BUCKET_SLOTS];
type Chunk = Box<[Bucket; CHUNK_BUCKETS]>;
/// The number of segments that are probed before any result is looked at.
const GROUP: usize = 64;

struct Segment {
    capacity: u32,
    count: u32,
    /// In an open segment `None` means empty, in a stored one not loaded.
    chunks: Vec<Option<Chunk>>,
    state: State,
    /// The number of full journal pages that were written, and the content of the page after them.
    journal_pages: u32,
    journal_tail: Vec<u8>,
    /// False if nothing was added since the last write.
    is_journal_dirty: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Sealed,
    Stored,
}

/// The filter.
#[derive(Default)]
pub(super) struct Filter {
    segments: Vec<Segment>,
    total: u64,
}

/// The codes of the dates to look at, without duplicates.
#[derive(Default)]
pub(super) struct Candidates(pub(super) Vec<u16>);

impl Candidates {
    fn add(&mut self, code: u16) {
        if !self.0.contains(&code) {
            self.0.push(code);
        }
    }
}

/// The code of a date's index.
pub(super) fn date_code(date: u32) -> u16 {
    date.min(DATE_CODES - 1) as u16
}

fn slot(hash: u64, code: u16) -> u32 {
    tag(hash) | (u32::from(code) + 1)
}

/// The part of the hash in a slot. Never 0, so that it never matches an empty slot.
fn tag(hash: u64) -> u32 {
    let bits = (hash as u32) << DATE_BITS;
    if bits == 0 { 1 << DATE_BITS } else { bits }
}

fn matches(bucket: &Bucket, tag: u32) -> bool {
    bucket.iter().fold(false, |found, slot| found | (slot & !DATE_MASK == tag))
}

/// Slots are filled from the front, so a bucket is full if its last slot is.
fn is_full(bucket: &Bucket) -> bool {
    bucket[BUCKET_SLOTS - 1] != 0
}

fn empty_chunk() -> Chunk {
    Box::new([[0; BUCKET_SLOTS]; CHUNK_BUCKETS])
}

impl Segment {
    fn new(capacity: u32) -> Segment {
        let chunks = capacity.div_ceil(BUCKET_KEYS * CHUNK_BUCKETS as u32).max(1);
        Segment {
            capacity,
            count: 0,
            chunks: (0..chunks).map(|_| None).collect(),
            state: State::Open,
            journal_pages: 0,
            journal_tail: Vec::new(),
            is_journal_dirty: false,
        }
    }

    /// The chunk, and the bucket in it.
    #[inline]
    fn place(&self, hash: u64) -> (usize, usize) {
        let buckets = (self.chunks.len() * CHUNK_BUCKETS) as u64;
        let bucket = (((hash >> 32) * buckets) >> 32) as usize;
        (bucket / CHUNK_BUCKETS, bucket % CHUNK_BUCKETS)
    }

    /// Puts a slot into its bucket or a later one of the chunk. Returns false if the chunk is full.
    fn insert(&mut self, hash: u64, code: u16) -> bool {
        let (chunk, bucket) = self.place(hash);
        let Some(chunk) = self.chunks.get_mut(chunk) else { return false };
        let chunk = chunk.get_or_insert_with(empty_chunk);
        for step in 0..CHUNK_BUCKETS {
            let bucket = &mut chunk[(bucket + step) % CHUNK_BUCKETS];
            if let Some(free) = bucket.iter_mut().find(|slot| **slot == 0) {
                *free = slot(hash, code);
                self.count += 1;
                return true;
            }
        }
        false
    }

    fn collect(&self, hash: u64, tag: u32, found: &mut Candidates) {
        let (at, first) = self.place(hash);
        let Some(Some(chunk)) = self.chunks.get(at) else { return };
        for step in 0..CHUNK_BUCKETS {
            let bucket = &chunk[(first + step) % CHUNK_BUCKETS];
            for slot in bucket.iter().filter(|slot| **slot & !DATE_MASK == tag) {
                found.add(((slot & DATE_MASK) - 1) as u16);
            }
            if !is_full(bucket) {
                return;
            }
        }
    }
}

impl Filter {
    /// The dates under which the identity may have been counted; empty if it never was.
    pub(super) fn candidates(
        &mut self,
        pages: &dyn Pages,
        hash: u64,
        found: &mut Candidates,
    ) -> Result<(), PageError> {
        found.0.clear();
        let tag = tag(hash);
        for (group, segments) in self.segments.chunks_mut(GROUP).enumerate() {
            // Each segment costs a cache miss. Nothing here branches on what was read, so that the misses
            // overlap.
            let mut look = 0u64;
            for (bit, segment) in segments.iter_mut().enumerate() {
                let (at, bucket) = segment.place(hash);
                let Some(place) = segment.chunks.get_mut(at) else { continue };
                if place.is_none() && segment.state == State::Stored {
                    *place = Some(load_chunk(pages, (group * GROUP + bit) as u32, at as u32)?);
                }
                if let Some(chunk) = place {
                    let bucket = &chunk[bucket % CHUNK_BUCKETS];
                    look |= u64::from(matches(bucket, tag) | is_full(bucket)) << bit;
                }
            }
            while look != 0 {
                if let Some(segment) = segments.get(look.trailing_zeros() as usize) {
                    segment.collect(hash, tag, found);
                }
                look &= look - 1;
            }
        }
        Ok(())
    }

    /// Adds an identity that was not counted before.
    pub(super) fn insert(&mut self, hash: u64, code: u16) {
        loop {
            if let Some(open) = self.segments.last_mut().filter(|segment| segment.state == State::Open) {
                // A chunk overflows only if ids were chosen to make it overflow. The segment then ends early.
                if open.count < open.capacity && open.insert(hash, code) {
                    open.journal_tail.extend_from_slice(&hash.to_le_bytes());
                    open.journal_tail.extend_from_slice(&code.to_le_bytes());
                    open.is_journal_dirty = true;
                    self.total += 1;
                    return;
                }
                open.state = State::Sealed;
                open.journal_tail = Vec::new();
            }
            self.segments.push(Segment::new(capacity_after(self.total) as u32));
        }
    }

    /// Writes what changed: journal pages of the open segment, and all chunks of a segment that was sealed.
    pub(super) fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        for (number, segment) in self.segments.iter_mut().enumerate() {
            let number = number as u32;
            match segment.state {
                State::Stored => {}
                State::Open => write_journal(number, segment, dirty),
                State::Sealed => {
                    for (at, chunk) in segment.chunks.iter_mut().enumerate() {
                        let chunk = chunk.get_or_insert_with(empty_chunk);
                        let bytes = chunk.as_flattened().iter().flat_map(|slot| slot.to_le_bytes()).collect();
                        dirty.push((keys::of(Prefix::IdentityFilter, [number, at as u32]), Some(bytes)));
                    }
                    for page in 0..=segment.journal_pages {
                        dirty.push((keys::of(Prefix::IdentityJournal, [number, page]), None));
                    }
                    segment.state = State::Stored;
                }
            }
        }
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, self.segments.len() as u64);
        for segment in &self.segments {
            put_varint(out, u64::from(segment.capacity));
            put_varint(out, u64::from(segment.count));
            out.push(u8::from(segment.state == State::Stored));
        }
    }

    /// Restores what [`Filter::encode`] wrote, and reads the journal of the open segment.
    pub(super) fn restore(pages: &dyn Pages, reader: &mut Reader) -> Result<Filter, PageError> {
        let key = Prefix::IdentityMeta.key(&[]);
        let wrong = || damaged(&key, "its list of filter segments is damaged");
        let mut filter = Filter::default();
        let count = reader.count().ok_or_else(wrong)?;
        for number in 0..count {
            let (capacity, held) = (reader.varint().ok_or_else(wrong)?, reader.varint().ok_or_else(wrong)?);
            let is_stored = reader.u8().ok_or_else(wrong)? == 1;
            // The table is sized by the capacity, so check it first: it follows from the segments before.
            if capacity != capacity_after(filter.total) || !(1..=capacity).contains(&held) {
                return Err(wrong());
            }
            let mut segment = Segment::new(capacity as u32);
            if is_stored {
                segment.count = held as u32;
                segment.state = State::Stored;
            } else if number + 1 == count {
                read_journal(pages, number as u32, &mut segment)?;
            }
            if u64::from(segment.count) != held {
                return Err(damaged(&key, "its journal of identities has a wrong length"));
            }
            filter.total += held;
            filter.segments.push(segment);
        }
        Ok(filter)
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let of = |segment: &Segment| {
            let chunks = segment.chunks.iter().flatten().count() * CHUNK_SLOTS * 4;
            chunks + segment.chunks.len() * size_of::<Option<Chunk>>() + segment.journal_tail.capacity()
        };
        self.segments.iter().map(of).sum()
    }
}

/// The capacity, in keys, of a segment that follows this many.
fn capacity_after(total: u64) -> u64 {
    (total / 4).clamp(SEGMENT_MIN, SEGMENT_MAX)
}

fn load_chunk(pages: &dyn Pages, segment: u32, chunk: u32) -> Result<Chunk, PageError> {
    let key = keys::of(Prefix::IdentityFilter, [segment, chunk]);
    let bytes = pages.load(&key)?.ok_or_else(|| damaged(&key, "it is missing"))?;
    let (words, rest) = bytes.as_chunks::<4>();
    if words.len() != CHUNK_SLOTS || !rest.is_empty() {
        return Err(damaged(&key, "it has a wrong length"));
    }
    let mut chunk = empty_chunk();
    for (slot, word) in chunk.as_flattened_mut().iter_mut().zip(words) {
        *slot = u32::from_le_bytes(*word);
        // The code of a slot without a date would be negative.
        if *slot != 0 && *slot & DATE_MASK == 0 {
            return Err(damaged(&key, "a slot has no date"));
        }
    }
    Ok(chunk)
}

fn write_journal(number: u32, segment: &mut Segment, dirty: &mut DirtyPages) {
    if !std::mem::take(&mut segment.is_journal_dirty) {
        return;
    }
    let tail = std::mem::take(&mut segment.journal_tail);
    let mut pages = tail.chunks(JOURNAL_PAGE_BYTES).peekable();
    while let Some(page) = pages.next() {
        dirty.push((keys::of(Prefix::IdentityJournal, [number, segment.journal_pages]), Some(page.to_vec())));
        if pages.peek().is_some() || page.len() == JOURNAL_PAGE_BYTES {
            segment.journal_pages += 1;
        } else {
            segment.journal_tail = page.to_vec();
        }
    }
}

fn read_journal(pages: &dyn Pages, number: u32, segment: &mut Segment) -> Result<(), PageError> {
    for (page, (key, bytes)) in
        pages.scan(&keys::of(Prefix::IdentityJournal, [number]))?.into_iter().enumerate()
    {
        let (entries, rest) = bytes.as_chunks::<JOURNAL_ENTRY_BYTES>();
        if key != keys::of(Prefix::IdentityJournal, [number, page as u32]) || !rest.is_empty() {
            return Err(damaged(&key, "it is out of order or has a wrong length"));
        }
        for &[hash @ .., low, high] in entries {
            let code = u16::from_le_bytes([low, high]);
            if u32::from(code) >= DATE_CODES || !segment.insert(u64::from_le_bytes(hash), code) {
                return Err(damaged(&key, "it has an impossible entry"));
            }
        }
        if bytes.len() == JOURNAL_PAGE_BYTES {
            segment.journal_pages = page as u32 + 1;
        } else {
            segment.journal_tail = bytes;
        }
    }
    Ok(())
}
