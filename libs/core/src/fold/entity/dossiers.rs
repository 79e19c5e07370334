//! Dossiers: what a rule must look at together, all counted events of one account or of one customer. One set a shard,
//! however many contests ask. They keep what the journal keeps; they decide nothing.
//!
//! An account's events lie by the months of their business dates, so that a report reads and writes the month that it is
//! of, however many reports the account has. Which months there are is written once for all accounts of a page. A
//! customer's events are few, and lie together.

mod reading;
mod segment;

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use crate::Position;
use crate::fold::journal::Fact;
use crate::fold::journal::reversal_part::Taking;
use crate::types::cache::{Cache, Weigh};
use crate::types::ids::KeyId;
use crate::types::pages::{DirtyPages, PageError, Pages, Space};

pub use reading::{At, Member, Reading};
use segment::Page;
pub use segment::{Head, Segment};

/// What clean pages may take in memory.
const BUDGET_BYTES: usize = 64 << 20;
/// What clean lists of months may take in memory.
const MONTHS_BUDGET_BYTES: usize = 4 << 20;
/// Dossiers a page.
const PAGE: u32 = 16;
/// The month under which all events of a customer are.
const ANY_MONTH: i32 = 0;

/// About what a dossier is, by the number of its text among the shard's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// An account: reports of its balance.
    Account(KeyId),
    /// A customer: openings and products.
    Customer(KeyId),
}

impl About {
    fn number(self) -> u32 {
        let (About::Account(key) | About::Customer(key)) = self;
        key.get()
    }

    fn slot(self) -> usize {
        (self.number() % PAGE) as usize
    }

    fn page(self) -> u32 {
        self.number() / PAGE
    }

    fn key(self, month: i32) -> Key {
        let is_account = matches!(self, About::Account(_));
        Key { is_account, page: self.page(), month: if is_account { month } else { ANY_MONTH } }
    }
}

/// Of which dossiers and of which month a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    is_account: bool,
    page: u32,
    month: i32,
}

/// The month of a packed date.
fn month_of(date: i32) -> i32 {
    date >> 5
}

impl Weigh for Arc<Page> {
    fn heap_bytes(&self) -> usize {
        size_of::<Page>() + Page::heap_bytes(self)
    }
}

/// The months of which the accounts of a page have reports, in their order.
#[derive(Default)]
struct Months(Vec<i32>);

impl Weigh for Months {
    fn heap_bytes(&self) -> usize {
        self.0.capacity() * size_of::<i32>()
    }
}

/// All dossiers.
pub struct Dossiers {
    /// Whoever reads one has a share of its pages; they are changed in place when nobody does.
    pages: Cache<Key, Arc<Page>>,
    months: Cache<u32, Months>,
    encoded: Vec<u8>,
}

impl Default for Dossiers {
    fn default() -> Self {
        let months = Cache::new(MONTHS_BUDGET_BYTES);
        Dossiers { pages: Cache::new(BUDGET_BYTES), months, encoded: Vec::new() }
    }
}

/// One dossier; of its pages those that were asked for are in memory.
pub struct Dossier<'d> {
    months: Vec<i32>,
    slot: usize,
    pages: Vec<OnceCell<Arc<Page>>>,
    load: &'d dyn Fn(i32) -> Result<Arc<Page>, PageError>,
}

impl Dossier<'_> {
    /// Its months, in their order; of a customer there is one.
    pub fn months(&self) -> &[i32] {
        &self.months
    }

    /// What it has in the month of that index.
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
    /// Lets somebody read a dossier; an empty one if there is none.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged, and what the reader says.
    pub fn read<T>(
        &mut self,
        pages: &dyn Pages,
        about: About,
        reader: impl FnOnce(&Dossier) -> Result<T, PageError>,
    ) -> Result<T, PageError> {
        let months = match about {
            About::Account(_) => self.months(pages, about.page())?.to_vec(),
            About::Customer(_) => vec![ANY_MONTH],
        };
        let own = RefCell::new(self);
        let load = |month| {
            let (mut own, key) = (own.borrow_mut(), about.key(month));
            let page = own.page(pages, key)?;
            match (page, key.is_account) {
                (Some(page), _) => Ok(page),
                (None, true) => Err(damaged(page_key(key), "it is missing")),
                (None, false) => Ok(Arc::default()),
            }
        };
        let cells = months.iter().map(|_| OnceCell::new()).collect();
        reader(&Dossier { months, slot: about.slot(), pages: cells, load: &load })
    }

    /// Puts an event into a dossier that lacks it, or says what takes it back now. The answer are the bytes of what it was
    /// before: [`Reading::decode`] reads them.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn put(
        &mut self,
        pages: &dyn Pages,
        about: About,
        position: Position,
        fact: &Fact,
        takings: &[Taking],
    ) -> Result<Option<Vec<u8>>, PageError> {
        let head = fact.head(position, takings);
        let key = about.key(month_of(head.date));
        let mut body = std::mem::take(&mut self.encoded);
        body.clear();
        let failed = |error: postcard::Error| damaged(page_key(key), &error.to_string());
        body = postcard::to_extend(&fact.shape(), body).map_err(failed)?;
        let shape = body.len();
        body = postcard::to_extend(&(&fact.unlinked(), takings), body).map_err(failed)?;
        let is_new = self.page(pages, key)?.is_none();
        if is_new {
            self.note_month(pages, key)?;
            self.pages.add(key, Arc::default(), true);
        }
        let (mut before, mut has_room) = (None, true);
        if let Some(page) = self.pages.entry(&key) {
            let segment = &page.value.segments[about.slot()];
            let old = segment.find(head.date, position).map(|index| &segment.heads()[index]);
            before = old.map(|old| segment.event(old).to_vec());
            if !segment.has(&head, &body) {
                page.change(|page| {
                    has_room = Arc::make_mut(page).segments[about.slot()].put(head, &body, shape);
                });
            }
        }
        self.encoded = body;
        if has_room { Ok(before) } else { Err(damaged(page_key(key), "it has more than 4 GB")) }
    }

    /// The months of which the accounts of a page have reports.
    fn months(&mut self, pages: &dyn Pages, page: u32) -> Result<&[i32], PageError> {
        if self.months.peek(&page).is_none() {
            let key = months_key(page);
            let months = match pages.load(&key)? {
                Some(bytes) => {
                    let months = postcard::take_from_bytes::<Vec<i32>>(&bytes);
                    let (months, rest) = months.map_err(|error| damaged(key.clone(), &error.to_string()))?;
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

    fn note_month(&mut self, pages: &dyn Pages, key: Key) -> Result<(), PageError> {
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

    fn page(&mut self, pages: &dyn Pages, key: Key) -> Result<Option<Arc<Page>>, PageError> {
        if let Some(page) = self.pages.get(&key) {
            return Ok(Some(page.clone()));
        }
        let name = page_key(key);
        let Some(bytes) = pages.load(&name)? else { return Ok(None) };
        let is_own = |date| !key.is_account || month_of(date) == key.month;
        let page = Arc::new(Page::decode(&bytes, is_own).map_err(|reason| damaged(name, &reason))?);
        self.pages.add(key, page.clone(), false);
        Ok(Some(page))
    }

    /// What they take in memory, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        (self.pages.memory_bytes() + self.months.memory_bytes()) as u64
    }

    /// Adds what changed to the pages of a checkpoint.
    pub fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        self.months.clean(|page, months| {
            dirty.push((months_key(*page), postcard::to_allocvec(&months.0).ok()));
        });
        self.pages.clean(|key, page| dirty.push((page_key(*key), page.encode())));
    }
}

/// All their pages begin with it.
const PREFIX: [u8; 1] = [Space::Dossiers as u8];
/// Parts of the space; 0 and 1 are the numbers of accounts' and customers' dossiers of earlier versions.
const MONTHS: u8 = 2;
const ACCOUNTS: u8 = 3;
const CUSTOMERS: u8 = 4;

fn months_key(page: u32) -> Vec<u8> {
    [&[Space::Dossiers as u8, MONTHS][..], &page.to_be_bytes()].concat()
}

fn page_key(key: Key) -> Vec<u8> {
    let part = if key.is_account { ACCOUNTS } else { CUSTOMERS };
    [&[Space::Dossiers as u8, part][..], &key.page.to_be_bytes(), &key.month.to_be_bytes()].concat()
}

fn damaged(key: Vec<u8>, reason: &str) -> PageError {
    PageError::Damaged { key, reason: format!("no dossiers: {reason}") }
}
