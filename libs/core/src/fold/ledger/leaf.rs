//! Leaves: what each creditor has earned in a contest, before it is added up through the organisation. Every
//! board is a sum of leaves, so the boards of employees and units cannot disagree. Leaves are what the read
//! model stores on disk.

use std::hint::black_box;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::fold::credit::reach::{Reach, ReachRef, keep_latest};
use crate::fold::ledger::cells::{Bucket, CellKey, Cells};
use crate::fold::ledger::narrow_sums::Sums;
use crate::rule::class::Apart;
use crate::rule::pair::Pair;
use crate::types::damage::Damage;
use crate::types::ids::{HolderId, IndicatorIx, LeafId, PlaceId, SourceId, SpanIx};
use crate::types::marks::Marks;
use crate::types::names::Names;
use crate::types::page_bounds::{self, PageBounds};
use crate::types::pages::{DirtyPages, PageError, PagedList, Pages, decode};

/// Leaves in a page.
const PAGE: usize = 256;

/// Identifies a leaf: who holds the credits, by participant numbers, and from which place units receive them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LeafKey {
    /// The name in the events. The leaf's entries are in the journal chain of this name.
    pub holder: HolderId,
    /// The participant that the name means, whose row on the board of employees has the credits; or
    /// [`HolderId::NOBODY`], or [`HolderId::UNKNOWN`].
    pub person: HolderId,
    /// The place from which units receive the credits: where the person belonged, or where the event's branch
    /// stood.
    pub place: PlaceId,
    /// The span of the contest in which the credits count.
    pub span: u32,
}

impl LeafKey {
    /// The span, as boards know it.
    #[inline]
    pub const fn span(self) -> SpanIx {
        SpanIx::at(self.span as usize)
    }

    /// The participant that people are shown as the holder.
    pub fn shown(self) -> HolderId {
        if self.person.is_somebody() { self.person } else { self.holder }
    }

    /// Refuses values that a valid page cannot contain.
    pub(crate) fn check(&self, bounds: &PageBounds) -> Result<(), Damage> {
        bounds.participant(self.holder)?;
        if self.person.is_somebody() {
            bounds.participant(self.person)?;
        }
        bounds.place(self.place)?;
        bounds.span(self.span)
    }
}

/// Marks a holder without a leaf.
const NO_LEAF: LeafId = LeafId::new(u32::MAX);

/// One credit to a leaf.
#[derive(Clone, Copy, Debug)]
pub struct LeafCredit<'a> {
    /// The indicator.
    pub indicator: IndicatorIx,
    /// 1 for a credit that is given, -1 for one that is taken back.
    pub live: i64,
    /// The creditor's part.
    pub part: Pair,
    /// The bucket, if the indicator splits its credits.
    pub bucket: Option<Bucket>,
    /// When it raised the score, if it did and the contest needs to know.
    pub reach: Option<ReachRef<'a>>,
}

/// A contest's leaves.
#[derive(Clone, Debug, Default)]
pub struct Leaves {
    index: FxHashMap<LeafKey, LeafId>,
    /// The first leaf of each holder, by number. Nearly all holders have no other.
    first: Vec<LeafId>,
    keys: Vec<LeafKey>,
    live: Vec<i64>,
    /// Measure and points of each indicator, one leaf after another.
    totals: Sums,
    reach: Vec<Option<Reach>>,
    cells: Cells,
    indicators: usize,
    dirty: Marks,
}

#[derive(Serialize, Deserialize)]
struct Record {
    key: LeafKey,
    live: i64,
    totals: Vec<(i128, i128)>,
    reach: Option<Reach>,
}

impl Record {
    fn check(&self, limits: &PageBounds) -> Result<(), Damage> {
        self.key.check(limits)?;
        self.reach.as_ref().map_or(Ok(()), |reach| reach.check(limits))?;
        page_bounds::live(self.live)?;
        if self.totals.len() != limits.indicators {
            let (own, of_contest) = (self.totals.len(), limits.indicators);
            return Err(Damage::OtherIndicators { own, of_contest });
        }
        self.totals.iter().try_for_each(|(measure, points)| page_bounds::worth(*measure, *points))
    }
}

impl Leaves {
    /// No leaves, for a contest with this many indicators.
    pub fn new(indicators: usize) -> Leaves {
        Leaves { indicators, ..Leaves::default() }
    }

    /// Returns the leaf of a key, and whether it was created.
    pub fn open(&mut self, key: LeafKey) -> (LeafId, bool) {
        if let Some(leaf) = self.find(key) {
            return (leaf, false);
        }
        let leaf = LeafId::at(self.keys.len());
        let at = key.holder.index();
        self.first.resize(self.first.len().max(at + 1), NO_LEAF);
        match &mut self.first[at] {
            first if *first == NO_LEAF => *first = leaf,
            _ => drop(self.index.insert(key, leaf)),
        }
        self.keys.push(key);
        self.live.push(0);
        self.totals.grow(2 * self.indicators);
        self.reach.push(None);
        (leaf, true)
    }

    fn find(&self, key: LeafKey) -> Option<LeafId> {
        let first = self.first.get(key.holder.index()).copied().filter(|leaf| *leaf != NO_LEAF)?;
        if self.keys[first.index()] == key {
            return Some(first);
        }
        self.index.get(&key).copied()
    }

    /// Adds a credit.
    pub fn add(&mut self, leaf: LeafId, credit: &LeafCredit, sources: &Names<SourceId>) {
        let at = leaf.index();
        self.live[at] += credit.live;
        let first = 2 * (at * self.indicators + credit.indicator.index());
        self.totals.add(first, credit.part.0[0]);
        self.totals.add(first + 1, credit.part.0[1]);
        if let Some(bucket) = credit.bucket {
            let key = CellKey { indicator: credit.indicator.get().into(), bucket };
            self.cells.add(leaf, key, credit.part);
        }
        if let Some(came) = credit.reach {
            keep_latest(&mut self.reach[at], came, sources);
        }
        self.dirty.mark(leaf.get() / PAGE as u32);
    }

    /// Whether a leaf reached its score by exactly this credit.
    pub fn is_reach(&self, leaf: LeafId, reach: &ReachRef) -> bool {
        self.reach[leaf.index()].as_ref().is_some_and(|own| own.borrow() == *reach)
    }

    /// Sets when a leaf reached its score.
    pub fn set_reach(&mut self, leaf: LeafId, reach: Option<Reach>) {
        self.reach[leaf.index()] = reach;
        self.dirty.mark(leaf.get() / PAGE as u32);
    }

    /// Clears when scores were reached, because it will no longer be kept up to date.
    pub fn forget_reach(&mut self) {
        self.reach.iter_mut().for_each(|reach| *reach = None);
        (0..self.keys.len().div_ceil(PAGE) as u32).for_each(|page| self.dirty.mark(page));
    }

    /// Sets a leaf to zero.
    pub fn clear(&mut self, leaf: LeafId) {
        let at = leaf.index();
        self.live[at] = 0;
        (2 * at * self.indicators..2 * (at + 1) * self.indicators).for_each(|sum| self.totals.set(sum, 0));
        self.reach[at] = None;
        self.cells.clear(leaf);
        self.dirty.mark(leaf.get() / PAGE as u32);
    }

    /// The first leaf of a holder.
    pub(crate) fn first_of(&self, holder: HolderId) -> Option<LeafId> {
        let first = self.first.get(holder.index()).copied().filter(|leaf| *leaf != NO_LEAF)?;
        black_box(self.keys[first.index()]);
        Some(first)
    }

    /// Prefetches what a credit to a leaf will touch. It affects only speed.
    pub(crate) fn warm(&self, leaf: LeafId) {
        let first = leaf.index() * 2 * self.indicators;
        let last = (first + 2 * self.indicators).saturating_sub(1);
        black_box((self.live[leaf.index()], self.totals.get(first), self.totals.get(last)));
        self.cells.warm(leaf);
    }

    /// All leaves in the order in which they were opened.
    pub fn keys(&self) -> &[LeafKey] {
        &self.keys
    }

    /// The number of live credits of a leaf.
    pub fn live(&self, leaf: LeafId) -> i64 {
        self.live[leaf.index()]
    }

    /// Measure and points of a leaf, by indicator.
    pub fn totals(&self, leaf: LeafId) -> impl Iterator<Item = Pair> + '_ {
        let first = leaf.index() * self.indicators;
        (first..first + self.indicators)
            .map(|at| Pair([self.totals.get(2 * at), self.totals.get(2 * at + 1)]))
    }

    /// The cells of a leaf, in no order.
    pub fn cells(&self, leaf: LeafId) -> impl Iterator<Item = (CellKey, Pair)> + '_ {
        self.cells.of(leaf)
    }

    /// The number of cells of all leaves.
    pub fn cell_count(&self) -> usize {
        self.cells.count()
    }

    /// When a leaf's score was last raised.
    pub fn reach(&self, leaf: LeafId) -> Option<&Reach> {
        self.reach[leaf.index()].as_ref()
    }

    /// Writes the pages that changed: leaves and their cells, each with its own prefix.
    pub fn take_dirty(&mut self, [prefix, of_cells]: &[Vec<u8>; 2], pages: &mut DirtyPages) {
        self.cells.take_dirty(of_cells, pages);
        for page in self.dirty.take() {
            let first = page as usize * PAGE;
            let last = (first + PAGE).min(self.keys.len());
            let records: Vec<Record> = (first..last)
                .map(|at| Record {
                    key: self.keys[at],
                    live: self.live[at],
                    totals: self.totals(LeafId::at(at)).map(|total| (total.0[0], total.0[1])).collect(),
                    reach: self.reach[at].clone(),
                })
                .collect();
            pages.push((page_key(prefix, page), postcard::to_allocvec(&records).ok()));
        }
    }

    /// Deletes every page, including those not yet written.
    pub fn forget(&self, [prefix, of_cells]: &[Vec<u8>; 2], pages: &mut DirtyPages) {
        self.cells.forget(of_cells, pages);
        let count = self.keys.len().div_ceil(PAGE) as u32;
        pages.extend((0..count).map(|page| (page_key(prefix, page), None)));
    }

    /// Restores leaves from the stored pages. `apart` says how each indicator splits its credits.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(
        limits: &PageBounds,
        apart: &[Option<Apart>],
        [prefix, of_cells]: &[Vec<u8>; 2],
        pages: &dyn Pages,
    ) -> Result<Leaves, PageError> {
        let indicators = limits.indicators;
        let mut leaves = Leaves::new(indicators);
        let list = PagedList { prefix, page_max: PAGE };
        for (number, (key, page)) in pages.scan(prefix)?.into_iter().enumerate() {
            let damaged = |reason: Damage| PageError::damaged(&key, reason);
            let records: Vec<Record> = decode(&key, &page)?;
            list.check(&key, number, leaves.keys.len(), &records)?;
            for record in records {
                // Checked before opening the leaf, because a table is sized by the holder's number.
                record.check(limits).map_err(damaged)?;
                let (leaf, is_new) = leaves.open(record.key);
                if !is_new {
                    return Err(damaged("it has a leaf that was there before".into()));
                }
                leaves.live[leaf.index()] = record.live;
                leaves.reach[leaf.index()] = record.reach;
                let totals = record.totals.into_iter().flat_map(|(measure, points)| [measure, points]);
                for (at, sum) in (2 * leaf.index() * indicators..).zip(totals) {
                    leaves.totals.set(at, sum);
                }
            }
        }
        leaves.cells = Cells::restore(limits, apart, leaves.keys.len(), of_cells, pages)?;
        Ok(leaves)
    }
}

fn page_key(prefix: &[u8], page: u32) -> Vec<u8> {
    let mut key = prefix.to_vec();
    key.extend_from_slice(&page.to_be_bytes());
    key
}
