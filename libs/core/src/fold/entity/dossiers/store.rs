//! All dossiers of a shard, in pages. The pages used last stay in memory.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use crate::Position;
use crate::fold::entity::dossiers::id::{ANY_MONTH, DossierId, PageKey, damaged, month_of};
use crate::fold::entity::dossiers::segment::{Head, Page, Segment};
use crate::fold::journal::record::Fact;
use crate::fold::journal::reversal_part::ReversalPart;
use crate::types::cache::{Cache, Weigh};
use crate::types::damage::Damage;
use crate::types::pages::{DirtyPages, PageError, Pages};
use crate::types::prefix::Prefix;

/// How much memory clean pages may use.
const BUDGET_BYTES: usize = 64 << 20;
/// How much memory clean lists of months may use.
const MONTHS_BUDGET_BYTES: usize = 4 << 20;
impl Weigh for Arc<Page> {
    fn heap_bytes(&self) -> usize {
        size_of::<Page>() + Page::heap_bytes(self)
    }
}

/// The months in which the accounts of a page have reports, in order.
#[derive(Default)]
struct Months(Vec<i32>);

impl Weigh for Months {
    fn heap_bytes(&self) -> usize {
        self.0.capacity() * size_of::<i32>()
    }
}

/// All dossiers.
pub struct Dossiers {
    /// Readers share a page. A page that nobody reads is changed in place.
    pages: Cache<PageKey, Arc<Page>>,
    months: Cache<u32, Months>,
    encoded: Vec<u8>,
}

impl Default for Dossiers {
    fn default() -> Self {
        let months = Cache::new(MONTHS_BUDGET_BYTES);
        Dossiers { pages: Cache::new(BUDGET_BYTES), months, encoded: Vec::new() }
    }
}

/// One dossier. Its pages are loaded when they are asked for.
pub struct Dossier<'d> {
    id: DossierId,
    months: Vec<i32>,
    slot: usize,
    pages: Vec<OnceCell<Arc<Page>>>,
    load: &'d dyn Fn(i32) -> Result<Arc<Page>, PageError>,
}

impl Dossier<'_> {
    /// The error for a dossier that is damaged.
    pub(crate) fn damaged(&self, damage: impl Into<Damage>) -> PageError {
        damaged(self.id.key(ANY_MONTH).prefix().key(&[]), damage)
    }

    /// Its months, in order; a customer has one.
    pub fn months(&self) -> &[i32] {
        &self.months
    }

    /// Its events in the month with that index.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn segment(&self, index: usize) -> Result<&Segment, PageError> {
        let cell = &self.pages[index];
        let page = match cell.get() {
            Some(page) => page,
            None => {
                let page = (self.load)(self.months[index])?;
                cell.get_or_init(|| page)
            }
        };
        Ok(&page.segments[self.slot])
    }
}

impl Dossiers {
    /// Calls `reader` with a dossier; an empty one if there is none.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged, and whatever error the reader returns.
    pub fn read<T>(
        &mut self,
        pages: &dyn Pages,
        id: DossierId,
        reader: impl FnOnce(&Dossier) -> Result<T, PageError>,
    ) -> Result<T, PageError> {
        let months = match id {
            DossierId::Account(_) => self.months(pages, id.page())?.to_vec(),
            DossierId::Customer(_) => vec![ANY_MONTH],
        };
        let own = RefCell::new(self);
        let load = |month| {
            let (mut own, key) = (own.borrow_mut(), id.key(month));
            let page = own.page(pages, key)?;
            match (page, key.is_account) {
                (Some(page), _) => Ok(page),
                (None, true) => Err(damaged(key.bytes(), "it is missing")),
                (None, false) => Ok(Arc::default()),
            }
        };
        let cells = months.iter().map(|_| OnceCell::new()).collect();
        reader(&Dossier { id, months, slot: id.slot(), pages: cells, load: &load })
    }

    /// Adds an event to a dossier, or replaces it together with its reversals. Returns the bytes that it had
    /// before: [`Reading::decode`](crate::fold::entity::dossiers::reading::Reading::decode) decodes them.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn put(
        &mut self,
        pages: &dyn Pages,
        id: DossierId,
        position: Position,
        fact: &Fact,
        reversal_parts: &[ReversalPart],
    ) -> Result<Option<Vec<u8>>, PageError> {
        let head = Head::of(fact, position, reversal_parts);
        let key = id.key(month_of(head.date));
        let mut body = std::mem::take(&mut self.encoded);
        body.clear();
        let failed = |error: postcard::Error| damaged(key.bytes(), error);
        body = postcard::to_extend(&fact.shape(), body).map_err(failed)?;
        let shape = body.len();
        body = postcard::to_extend(&(&fact.unlinked(), reversal_parts), body).map_err(failed)?;
        let is_new = self.page(pages, key)?.is_none();
        if is_new {
            self.note_month(pages, key)?;
            self.pages.add(key, Arc::default(), true);
        }
        let (mut before, mut has_room) = (None, true);
        if let Some(page) = self.pages.entry(&key) {
            let segment = &page.value.segments[id.slot()];
            let old = segment.find(head.date, position).map(|index| &segment.heads()[index]);
            before = old.map(|old| segment.event(old).to_vec());
            if !segment.has(&head, &body) {
                page.change(|page| {
                    has_room = Arc::make_mut(page).segments[id.slot()].put(head, &body, shape);
                });
            }
        }
        self.encoded = body;
        if has_room { Ok(before) } else { Err(damaged(key.bytes(), "it has more than 4 GB")) }
    }

    /// The months in which the accounts of a page have reports.
    fn months(&mut self, pages: &dyn Pages, page: u32) -> Result<&[i32], PageError> {
        if self.months.peek(&page).is_none() {
            let key = Prefix::DossierMonths.numbered(page);
            let months = match pages.load(&key)? {
                Some(bytes) => {
                    let months = postcard::take_from_bytes::<Vec<i32>>(&bytes);
                    let (months, rest) = months.map_err(|error| damaged(key.clone(), error))?;
                    if !rest.is_empty() || !months.is_sorted_by(|a, b| a < b) {
                        return Err(damaged(key, "no months in their order"));
                    }
                    months
                }
                None => Vec::new(),
            };
            self.months.add(page, Months(months), false);
        }
        Ok(self.months.get(&page).map_or(&[], |months| &months.0))
    }

    fn note_month(&mut self, pages: &dyn Pages, key: PageKey) -> Result<(), PageError> {
        if !key.is_account {
            return Ok(());
        }
        if let Err(at) = self.months(pages, key.page)?.binary_search(&key.month)
            && let Some(months) = self.months.entry(&key.page)
        {
            months.change(|months| months.0.insert(at, key.month));
        }
        Ok(())
    }

    fn page(&mut self, pages: &dyn Pages, key: PageKey) -> Result<Option<Arc<Page>>, PageError> {
        if let Some(page) = self.pages.get(&key) {
            return Ok(Some(page.clone()));
        }
        let name = key.bytes();
        let Some(bytes) = pages.load(&name)? else { return Ok(None) };
        let is_own = |date| !key.is_account || month_of(date) == key.month;
        let page = Arc::new(Page::decode(&bytes, is_own).map_err(|reason| damaged(name, reason))?);
        self.pages.add(key, page.clone(), false);
        Ok(Some(page))
    }

    /// Memory used, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        (self.pages.memory_bytes() + self.months.memory_bytes()) as u64
    }

    /// Adds what changed to the pages of a checkpoint.
    pub fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        self.months.clean(|page, months| {
            dirty.push((Prefix::DossierMonths.numbered(*page), postcard::to_allocvec(&months.0).ok()));
        });
        self.pages.clean(|key, page| dirty.push((key.bytes(), page.encode())));
    }
}
