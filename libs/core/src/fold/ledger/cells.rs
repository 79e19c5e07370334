//! Cells: the sums of a leaf for one indicator, split by day, by customer, or by customer and product, where a
//! rule needs more than the leaf's total, such as a cap per day.
//!
//! The cells of a leaf are stored in chunks by hash, so that one credit to a leaf with many customers does
//! not rewrite them all.

use std::hash::BuildHasher;
use std::hint::black_box;

use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::{Deserialize, Serialize};

use crate::rule::class::Apart;
use crate::rule::pair::Pair;
use crate::types::damage::Damage;
use crate::types::ids::{KeyId, LeafId};
use crate::types::page_bounds::{self, PageBounds};
use crate::types::pages::{DirtyPages, PageError, Pages, check, decode};
use crate::types::score::SCALE;

/// Average number of cells in a chunk before the number of chunks is doubled.
const CHUNK: usize = 256;
/// More chunks than this would mean 200 million customers in one leaf.
const CHUNKS_MAX: usize = 1 << 20;

/// What splits the credits: a packed date, or the numbers of customer and product.
pub type Bucket = u64;

/// The bucket of events without a customer.
pub const NO_CUSTOMER: Bucket = Bucket::MAX;

/// Limit for the references of one leaf to a pair of customer and product. A row adds up those of many leaves
/// in 32 bits.
const REFERENCES_MAX: i128 = 1 << 26;

/// Identifies a cell within a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellKey {
    /// The indicator's index.
    pub indicator: u32,
    /// The bucket.
    pub bucket: Bucket,
}

impl CellKey {
    /// Refuses values that a valid page cannot contain. `apart` says how each indicator splits its credits.
    fn check(self, sum: Pair, bounds: &PageBounds, apart: &[Option<Apart>]) -> Result<(), Damage> {
        bounds.indicator(self.indicator)?;
        page_bounds::worth(sum.0[0], sum.0[1])?;
        let key = |half: u32| match KeyId::new(half) {
            KeyId::NONE => Ok(()),
            key => bounds.key(key),
        };
        match apart[self.indicator as usize] {
            None => Err(Damage::NothingApart(self.indicator)),
            Some(Apart::Days) => match u32::try_from(self.bucket) {
                Ok(packed) => page_bounds::packed_date(packed.cast_signed()),
                Err(_) => Err(Damage::NoDate(self.bucket.into())),
            },
            Some(Apart::Customers) if self.bucket == NO_CUSTOMER => Ok(()),
            Some(Apart::Customers) => check(self.bucket, bounds.keys, "key"),
            Some(Apart::Products) => {
                key((self.bucket >> 32) as u32)?;
                key(self.bucket as u32)?;
                page_bounds::at_most(
                    sum.references().count,
                    REFERENCES_MAX * SCALE,
                    "references to a product",
                )
            }
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Own {
    sums: FxHashMap<CellKey, Pair>,
    /// The number of chunks: a power of two, or 0 if there are none.
    chunks: u32,
    /// The chunks that changed: bit n mod 64 is set for chunk n.
    dirty: u64,
}

impl Own {
    fn is_dirty(&self, chunk: u32) -> bool {
        self.dirty >> (chunk % 64) & 1 == 1
    }
}

/// The cells of all leaves.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// By leaf; shorter than the list of leaves if the last ones have no cells.
    leaves: Vec<Option<Box<Own>>>,
    /// Leaves with chunks that changed.
    dirty: Vec<LeafId>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    key: CellKey,
    measure: i128,
    points: i128,
}

impl Cells {
    /// Adds to a cell. A cell that becomes zero is removed.
    pub fn add(&mut self, leaf: LeafId, key: CellKey, part: Pair) {
        let own = own(&mut self.leaves, leaf);
        if own.dirty == 0 {
            self.dirty.push(leaf);
        }
        let sum = own.sums.entry(key).or_default();
        sum.add(part);
        if *sum == Pair::default() {
            own.sums.remove(&key);
        }
        if own.sums.len() > own.chunks as usize * CHUNK {
            own.chunks = (own.chunks * 2).max(1);
            own.dirty = u64::MAX;
        }
        own.dirty |= 1 << (chunk_of(key, own.chunks) % 64);
    }

    fn get(&self, leaf: LeafId) -> Option<&Own> {
        self.leaves.get(leaf.index())?.as_deref()
    }

    /// Prefetches the cells of a leaf. It affects only speed.
    pub fn warm(&self, leaf: LeafId) {
        black_box(self.get(leaf).map(|own| own.chunks));
    }

    /// The cells of a leaf, in no order.
    pub fn of(&self, leaf: LeafId) -> impl Iterator<Item = (CellKey, Pair)> + '_ {
        self.get(leaf).into_iter().flat_map(|own| own.sums.iter().map(|(key, sum)| (*key, *sum)))
    }

    /// Empties a leaf's cells.
    pub fn clear(&mut self, leaf: LeafId) {
        if let Some(Some(own)) = self.leaves.get_mut(leaf.index()) {
            own.sums.clear();
            if std::mem::replace(&mut own.dirty, u64::MAX) == 0 {
                self.dirty.push(leaf);
            }
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.leaves.iter().flatten().map(|own| own.sums.len()).sum()
    }

    /// Writes the chunks that changed, under `prefix`.
    pub fn take_dirty(&mut self, prefix: &[u8], pages: &mut DirtyPages) {
        let mut changed = std::mem::take(&mut self.dirty);
        changed.sort_unstable();
        for leaf in changed {
            let Some(Some(own)) = self.leaves.get_mut(leaf.index()) else { continue };
            let mut chunks: Vec<Vec<Record>> = (0..own.chunks).map(|_| Vec::new()).collect();
            for (key, sum) in &own.sums {
                let chunk = chunk_of(*key, own.chunks);
                if own.is_dirty(chunk) {
                    let record = Record { key: *key, measure: sum.0[0], points: sum.0[1] };
                    chunks[chunk as usize].push(record);
                }
            }
            for (chunk, mut records) in (0..).zip(chunks) {
                if own.is_dirty(chunk) {
                    records.sort_unstable_by_key(|record| record.key);
                    let page = (!records.is_empty()).then(|| postcard::to_allocvec(&records).ok());
                    pages.push((page_key(prefix, leaf, chunk), page.flatten()));
                }
            }
            own.dirty = 0;
        }
    }

    /// Deletes every page, including those not yet written.
    pub fn forget(&self, prefix: &[u8], pages: &mut DirtyPages) {
        for (leaf, own) in (0..).map(LeafId::new).zip(&self.leaves) {
            let chunks = own.as_ref().map_or(0, |own| own.chunks);
            pages.extend((0..chunks).map(|chunk| (page_key(prefix, leaf, chunk), None)));
        }
    }

    /// Restores the cells of the leaves from the stored pages. `apart` says how each indicator splits its
    /// credits.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(
        limits: &PageBounds,
        apart: &[Option<Apart>],
        leaves: usize,
        prefix: &[u8],
        pages: &dyn Pages,
    ) -> Result<Cells, PageError> {
        let mut cells = Cells::default();
        for (key, page) in pages.scan(prefix)? {
            let damaged = |reason: Damage| PageError::damaged(&key, reason);
            let records: Vec<Record> = decode(&key, &page)?;
            let (leaf, chunk) = read_key(prefix, &key).ok_or_else(|| damaged("its key".into()))?;
            check(leaf.get().into(), leaves, "leaf").map_err(damaged)?;
            check(chunk.into(), CHUNKS_MAX, "chunk").map_err(damaged)?;
            let (own, chunks) = (own(&mut cells.leaves, leaf), (chunk + 1).next_power_of_two());
            own.chunks = own.chunks.max(chunks);
            own.sums.reserve(records.len());
            for record in records {
                let sum = Pair([record.measure, record.points]);
                record.key.check(sum, limits, apart).map_err(damaged)?;
                // A cell in the wrong chunk would not be rewritten there when it changes.
                let is_own = chunk_of(record.key, chunks) == chunk;
                if !is_own || own.sums.insert(record.key, sum).is_some() {
                    return Err(damaged("it has a cell that belongs in another page, or one twice".into()));
                }
            }
        }
        Ok(cells)
    }
}

/// The leaf and chunk of a page.
fn read_key(prefix: &[u8], key: &[u8]) -> Option<(LeafId, u32)> {
    let (leaf, chunk) = key.strip_prefix(prefix)?.split_first_chunk()?;
    Some((LeafId::new(u32::from_be_bytes(*leaf)), u32::from_be_bytes(chunk.try_into().ok()?)))
}

fn own(leaves: &mut Vec<Option<Box<Own>>>, leaf: LeafId) -> &mut Own {
    let at = leaf.index();
    if leaves.len() <= at {
        leaves.resize(at + 1, None);
    }
    leaves[at].get_or_insert_default()
}

/// When the number of chunks is doubled, a cell stays in its chunk or moves to a new one.
fn chunk_of(key: CellKey, chunks: u32) -> u32 {
    (FxBuildHasher.hash_one(key) >> 32) as u32 & chunks.max(1).wrapping_sub(1)
}

fn page_key(prefix: &[u8], leaf: LeafId, chunk: u32) -> Vec<u8> {
    [prefix, &leaf.get().to_be_bytes(), &chunk.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::pages::MemoryPages;

    /// Restores two leaves and one indicator, with 3,000 keys.
    fn restore(pages: &MemoryPages) -> Result<Cells, PageError> {
        let limits = PageBounds { indicators: 1, keys: 3_000, ..PageBounds::default() };
        Cells::restore(&limits, &[Some(Apart::Customers)], 2, b"x", pages)
    }

    #[test]
    fn cells_are_read_back_as_they_were_while_chunks_split_and_empty() {
        let (mut cells, mut store) = (Cells::default(), MemoryPages::default());
        let key = |bucket| CellKey { indicator: 0, bucket };
        let part = |measure| Pair([measure, 1]);
        for step in 0..5u64 {
            for bucket in 0..400 {
                cells.add(LeafId::new((step % 2) as u32), key(step * 300 + bucket), part(7));
            }
            if step == 3 {
                cells.clear(LeafId::new(0));
            }
            let mut dirty = DirtyPages::new();
            cells.take_dirty(b"x", &mut dirty);
            store.commit(dirty);
            let again = restore(&store).unwrap();
            for leaf in (0..2).map(LeafId::new) {
                let (mut own, mut read): (Vec<_>, Vec<_>) =
                    (cells.of(leaf).collect(), again.of(leaf).collect());
                own.sort_by_key(|(key, _)| *key);
                read.sort_by_key(|(key, _)| *key);
                assert_eq!(own, read);
            }
        }
        cells.add(LeafId::new(1), key(2_000), part(3));
        cells.add(LeafId::new(1), key(2_000), Pair([-3, -1]));
        assert!(cells.of(LeafId::new(1)).all(|(other, _)| other != key(2_000)));
        let mut dirty = DirtyPages::new();
        cells.forget(b"x", &mut dirty);
        store.commit(dirty);
        assert_eq!(restore(&store).unwrap().count(), 0);
    }
}
