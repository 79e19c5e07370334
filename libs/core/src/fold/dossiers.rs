//! Dossiers: what a rule must look at together, all counted events of one account or of one customer, in the order of the
//! log. One set a shard, however many contests ask. They keep what the journal keeps; they decide nothing.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::Position;
use crate::cache::{Cache, Weigh};
use crate::event::Event;
use crate::fold::group::Group;
use crate::fold::holders::Holders;
use crate::fold::journal::Fact;
use crate::fold::limits::Limits;
use crate::fold::surroundings::Surroundings;
use crate::fold::taking::Taking;
use crate::names::Names;
use crate::pages::{self, DirtyPages, PageError, Pages, Space};

/// What clean pages may take in memory.
const BUDGET_BYTES: usize = 64 << 20;
/// Dossiers a page.
const PAGE: u32 = 16;

/// About what a dossier is, by the number of its text among the shard's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// An account: reports of its balance.
    Account(u32),
    /// A customer: openings and products.
    Customer(u32),
}

impl About {
    fn page(self) -> (u8, u32) {
        match self {
            About::Account(number) => (0, number / PAGE),
            About::Customer(number) => (1, number / PAGE),
        }
    }

    fn slot(self) -> usize {
        let (About::Account(number) | About::Customer(number)) = self;
        (number % PAGE) as usize
    }
}

/// An event of a dossier, with what takes it back.
pub struct Member<'a> {
    /// Where it is.
    pub position: Position,
    /// It, without its subject.
    pub event: Event<'a>,
    /// Its source's number.
    pub source: u32,
    recorded: crate::Time,
    takings: Vec<Taking>,
    branch: Option<u32>,
    creditors: SmallVec<[u32; 2]>,
}

impl Member<'_> {
    /// It and what takes it back.
    pub fn group(&self) -> Group<'_> {
        Group { event: &self.event, source: self.source, recorded: self.recorded, takings: &self.takings }
    }

    /// Whom it names.
    pub fn holders<'b>(&'b self, keys: &Names) -> Holders<'b> {
        Holders::of(&self.event, self.branch, &self.creditors, self.source, keys)
    }
}

#[derive(Serialize, Deserialize)]
struct Record<'a> {
    position: Position,
    #[serde(borrow)]
    fact: Fact<'a>,
    takings: Vec<Taking>,
}

impl Record<'_> {
    /// Refuses what a page cannot have.
    fn check(&self, limits: &Limits) -> Result<(), String> {
        self.fact.check(limits)?;
        self.takings.iter().try_for_each(|taking| taking.check(limits))
    }
}

#[derive(Default)]
struct Page {
    /// Records one after the other, of each dossier.
    dossiers: [Vec<u8>; PAGE as usize],
}

impl Weigh for Page {
    fn heap_bytes(&self) -> usize {
        self.dossiers.iter().map(Vec::capacity).sum::<usize>() + size_of::<Page>()
    }
}

/// All dossiers.
pub struct Dossiers {
    pages: Cache<(u8, u32), Page>,
}

impl Default for Dossiers {
    fn default() -> Self {
        Dossiers { pages: Cache::new(BUDGET_BYTES) }
    }
}

/// The bytes of a dossier; [`Dossier::members`] reads them.
#[derive(Clone, Debug, Default)]
pub struct Dossier(Vec<u8>);

impl Dossier {
    /// Its events, in the order of the log.
    ///
    /// # Errors
    /// That they are damaged.
    pub fn members<'a>(
        &'a self,
        codes: &'a Names,
        around: Surroundings<'a>,
    ) -> Result<Vec<Member<'a>>, PageError> {
        let own = |record: Record<'a>| Member {
            position: record.position,
            source: record.fact.source,
            recorded: record.fact.recorded,
            branch: record.fact.branch,
            creditors: record.fact.creditors(),
            event: record.fact.into_event(codes, around.participants, around.sources),
            takings: record.takings,
        };
        let limits = Limits::of(around.participants, around.sources, codes);
        let checked = |record: Record<'a>| {
            record.check(&limits).map_err(|reason| PageError::damaged(&PREFIX, reason))?;
            Ok(own(record))
        };
        self.records()?.into_iter().map(checked).collect()
    }

    fn records(&self) -> Result<Vec<Record<'_>>, PageError> {
        let (mut records, mut rest) = (Vec::new(), self.0.as_slice());
        while !rest.is_empty() {
            let (record, after) = postcard::take_from_bytes(rest).map_err(|error| damaged(&error))?;
            records.push(record);
            rest = after;
        }
        Ok(records)
    }

    /// With an event that it lacks, or with what takes one back.
    ///
    /// # Errors
    /// That its bytes are damaged.
    pub fn with(&self, position: Position, fact: &Fact, takings: &[Taking]) -> Result<Dossier, PageError> {
        let new = Record { position, fact: fact.unlinked(), takings: takings.to_vec() };
        let mut records = self.records()?;
        match records.binary_search_by_key(&position, |record| record.position) {
            Ok(at) => records[at] = new,
            // The common case: no other record needs to be written again.
            Err(at) if at == records.len() => return Ok(Dossier(encode(&new, self.0.clone())?)),
            Err(at) => records.insert(at, new),
        }
        let encoded = records.iter().try_fold(Vec::new(), |bytes, record| encode(record, bytes));
        Ok(Dossier(encoded?))
    }
}

fn encode(record: &Record, into: Vec<u8>) -> Result<Vec<u8>, PageError> {
    postcard::to_extend(record, into).map_err(|error| damaged(&error))
}

fn damaged(error: &postcard::Error) -> PageError {
    PageError::Damaged { key: PREFIX.to_vec(), reason: format!("no dossier: {error}") }
}

impl Dossiers {
    /// A dossier; an empty one if there is none.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn read(&mut self, pages: &dyn Pages, about: About) -> Result<Dossier, PageError> {
        self.load(pages, about.page())?;
        Ok(Dossier(
            self.pages.get(&about.page()).map_or(Vec::new(), |page| page.dossiers[about.slot()].clone()),
        ))
    }

    /// Puts a dossier in place of the one that may be there.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn write(&mut self, pages: &dyn Pages, about: About, dossier: Dossier) -> Result<(), PageError> {
        self.load(pages, about.page())?;
        match self.pages.entry(&about.page()) {
            Some(page) => page.change(|page| page.dossiers[about.slot()] = dossier.0),
            None => {
                let mut page = Page::default();
                page.dossiers[about.slot()] = dossier.0;
                self.pages.add(about.page(), page, true);
            }
        }
        Ok(())
    }

    fn load(&mut self, pages: &dyn Pages, key: (u8, u32)) -> Result<(), PageError> {
        if self.pages.peek(&key).is_some() {
            return Ok(());
        }
        let name = page_key(key);
        if let Some(bytes) = pages.load(&name)? {
            let dossiers = pages::decode(&name, &bytes)?;
            self.pages.add(key, Page { dossiers }, false);
        }
        Ok(())
    }

    /// What they take in memory, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        self.pages.memory_bytes() as u64
    }

    /// Adds what changed to the pages of a checkpoint.
    pub fn take_dirty(&mut self, dirty: &mut DirtyPages) {
        self.pages.clean(|key, page| {
            dirty.push((page_key(*key), postcard::to_allocvec(&page.dossiers).ok()));
        });
    }
}

const PREFIX: [u8; 1] = [Space::Dossiers as u8];

fn page_key((about, page): (u8, u32)) -> Vec<u8> {
    [&PREFIX[..], &[about], &page.to_be_bytes()].concat()
}
