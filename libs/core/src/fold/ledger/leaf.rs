//! Leaves: what each creditor has earned in a contest, before it is summed up the organisation. Every board is a sum of
//! leaves, so employees and units agree by construction. Leaves are what the read model keeps on disk.

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

/// Leaves a page.
const PAGE: usize = 256;

/// Who holds a credit, by participant numbers, and from which place units get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LeafKey {
    /// Whom the event names: in this one's chain of the journal the leaf's entries are.
    pub holder: HolderId,
    /// Who is meant, and has it on the board of employees; or [`HolderId::NOBODY`], or [`HolderId::UNKNOWN`].
    pub person: HolderId,
    /// From where units get it: where the person belonged, or where the event's branch stood.
    pub place: PlaceId,
    /// The span of the contest that it counts in.
    pub span: u32,
}

impl LeafKey {
    /// The span, as boards know it.
    #[inline]
    pub const fn span(self) -> SpanIx {
        SpanIx::at(self.span as usize)
    }

    /// Whom people see as the one who holds it.
    pub fn shown(self) -> HolderId {
        if self.person.is_somebody() { self.person } else { self.holder }
    }

    /// Refuses what a page cannot have.
    pub(crate) fn check(&self, bounds: &PageBounds) -> Result<(), Damage> {
        bounds.participant(self.holder)?;
        if self.person.is_somebody() {
            bounds.participant(self.person)?;
        }
        bounds.place(self.place)?;
        bounds.span(self.span)
    }
}

/// A holder has no leaf.
const NO_LEAF: LeafId = LeafId::new(u32::MAX);

/// One credit to a leaf.
#[derive(Clone, Copy, Debug)]
pub struct LeafCredit<'a> {
    /// The indicator.
    pub indicator: IndicatorIx,
    /// 1 for a credit that is given, -1 for one that is taken away again.
    pub live: i64,
    /// The creditor's part.
    pub part: Pair,
    /// By what it is kept apart, if it is.
    pub bucket: Option<Bucket>,
    /// When it raised the score, if it did.
    pub reach: Option<ReachRef<'a>>,
}

/// A contest's leaves.
#[derive(Clone, Debug, Default)]
pub struct Leaves {
    index: FxHashMap<LeafKey, LeafId>,
    /// The first leaf of each holder, by number: nearly all have no other.
    first: Vec<LeafId>,
    keys: Vec<LeafKey>,
    live: Vec<i64>,
    /// Measure and points of each indicator, leaf by leaf.
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
    /// No leaves of a contest with so many indicators.
    pub fn new(indicators: usize) -> Leaves {
        Leaves { indicators, ..Leaves::default() }
    }

    /// The leaf of a key, and whether it is new.
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

    /// Whether a leaf reached its score by this very credit.
    pub fn is_reach(&self, leaf: LeafId, reach: &ReachRef) -> bool {
        self.reach[leaf.index()].as_ref().is_some_and(|own| own.borrow() == *reach)
    }

    /// Corrects when a leaf reached its score.
    pub fn set_reach(&mut self, leaf: LeafId, reach: Option<Reach>) {
        self.reach[leaf.index()] = reach;
        self.dirty.mark(leaf.get() / PAGE as u32);
    }

    /// Forgets when scores were reached: nobody keeps it up to date any more.
    pub fn forget_reach(&mut self) {
        self.reach.iter_mut().for_each(|reach| *reach = None);
        (0..self.keys.len().div_ceil(PAGE) as u32).for_each(|page| self.dirty.mark(page));
    }

    /// Takes everything away from a leaf.
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

    /// Reads what a credit to a leaf will touch; nothing depends on that but speed.
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

    /// Live credits of a leaf.
    pub fn live(&self, leaf: LeafId) -> i64 {
        self.live[leaf.index()]
    }

    /// Measure and points by indicator of a leaf.
    pub fn totals(&self, leaf: LeafId) -> impl Iterator<Item = Pair> + '_ {
        let first = leaf.index() * self.indicators;
        (first..first + self.indicators)
            .map(|at| Pair([self.totals.get(2 * at), self.totals.get(2 * at + 1)]))
    }

    /// What a leaf keeps apart, in no order.
    pub fn cells(&self, leaf: LeafId) -> impl Iterator<Item = (CellKey, Pair)> + '_ {
        self.cells.of(leaf)
    }

    /// How many sums all leaves keep apart.
    pub fn cell_count(&self) -> usize {
        self.cells.count()
    }

    /// When a leaf last raised its score.
    pub fn reach(&self, leaf: LeafId) -> Option<&Reach> {
        self.reach[leaf.index()].as_ref()
    }

    /// Writes the pages that changed: leaves and their cells, each under a prefix of its own.
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

    /// Deletes every page, also those not yet written.
    pub fn forget(&self, [prefix, of_cells]: &[Vec<u8>; 2], pages: &mut DirtyPages) {
        self.cells.forget(of_cells, pages);
        let count = self.keys.len().div_ceil(PAGE) as u32;
        pages.extend((0..count).map(|page| (page_key(prefix, page), None)));
    }

    /// Reads what was written of a contest whose indicators keep apart what `apart` says.
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
                // Before it is opened: a table is laid out by the holder's number.
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
