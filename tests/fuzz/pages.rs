//! The pages of a read model, each behind the store's checksum: a real shard's, one of them damaged as if the checksum were
//! right. A shard is restored from them, asked, and given more to fold. What it says then may be wrong, for nobody wrote such
//! a page; but it takes no memory without bound, and panics nowhere but where a number stands for nothing in another page.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use longhu_core::Position;
use longhu_core::control::{Decision, Payload};
use longhu_core::event::Event;
use longhu_core::fold::shard::Shard;
use longhu_core::fold::sweep::Slice;
use longhu_core::fold::unresolved::UnresolvedSearch;
use longhu_core::organisation::Employee;
use longhu_core::pages::{MemoryPages, PageError, Pages};
use longhu_proto::stored_event;
use longhu_proto::wire::event::v1 as wire;
use prost::Message as _;

use crate::corpus::{self, recorded};
use crate::driver::{Bound, Input, Step, Surface, Verdict, run};
use crate::mutate::{self, shown};

/// A page, and what it is in the place of.
#[derive(Clone)]
struct Page {
    key: Vec<u8>,
    content: Vec<u8>,
}

impl Input for Page {
    fn bytes(&self) -> usize {
        self.content.len()
    }

    fn shown(&self) -> String {
        format!("page {:?}: {}", self.key, shown(&self.content))
    }

    fn damage(&mut self, step: Step, others: &[Page]) {
        let other = &others[step.2 as usize % others.len()].content;
        mutate::bytes(&mut self.content, step, other);
    }
}

/// The pages, with one of them another.
struct Damaged<'a>(&'a BTreeMap<Vec<u8>, Vec<u8>>, &'a Page);

impl Pages for Damaged<'_> {
    fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
        if key == self.1.key {
            return Ok(Some(self.1.content.clone()));
        }
        Ok(self.0.get(key).cloned())
    }

    fn scan(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, PageError> {
        let keys =
            self.0.range(prefix.to_vec()..).map(|(key, _)| key).take_while(|key| key.starts_with(prefix));
        let page = |key: &Vec<u8>| Some((key.clone(), self.load(key).ok()??));
        Ok(keys.filter_map(page).collect())
    }
}

/// What is folded before the pages are written, and what after they were read.
fn fold(shard: &mut Shard, pages: &dyn Pages, sequence: u64, events: &[Vec<u8>]) -> Result<(), PageError> {
    for (index, bytes) in (0..).zip(events) {
        let event: Event = stored_event::decode(bytes).unwrap();
        let position = Position::new(sequence, index);
        shard.event(pages, position, recorded(position), &event)?;
    }
    shard.settle();
    Ok(())
}

/// Every page that a shard of all examples writes.
pub fn written(events: &[Vec<u8>]) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let (mut shard, mut pages) = (Shard::default(), MemoryPages::default());
    for (index, decision) in (0..).zip(corpus::decisions()) {
        let position = Position::new(1, index);
        shard.decision(&pages, position, recorded(position), decision).unwrap();
    }
    fold(&mut shard, &pages, 2, events).unwrap();
    pages.commit(shard.take_dirty());
    pages.scan(&[]).unwrap().into_iter().collect()
}

/// The pages of leaves, by space and part of their keys: they are left out. A leaf names its holder by a number, a table is laid
/// out by that number, and only the checksum guards it.
const LEAVES: [u8; 2] = [4, 1];

/// What is done with a read model after it was read.
struct More {
    events: Vec<Vec<u8>>,
    decisions: Vec<Decision>,
}

impl More {
    /// New events of the accounts, customers and employees that there are, and some that are there already; then employees who
    /// go elsewhere, so that what they did is read again.
    fn of(events: &[Vec<u8>]) -> More {
        let renamed = events.iter().step_by(5).map(|bytes| {
            let mut event = wire::Event::decode(&**bytes).unwrap();
            event.id = format!("again-{}", event.id);
            event.encode_to_vec()
        });
        let employees = corpus::decisions().into_iter().filter_map(|decision| match &decision.payload {
            Payload::Employee(one) => {
                let moved = Employee::new(&one.id, &one.name, Some("xihu"));
                Some(Decision { revision: 2, payload: Payload::Employee(moved), ..decision })
            }
            _ => None,
        });
        More {
            events: renamed.chain(events.iter().take(5).cloned()).collect(),
            decisions: employees.step_by(3).collect(),
        }
    }
}

/// Reads everything, asks for all that can be asked, and folds on.
fn use_all(pages: &dyn Pages, more: &More) -> Result<(), PageError> {
    let mut shard = Shard::restore(pages)?;
    shard.settle();
    let mut search = UnresolvedSearch::default();
    shard.unresolved(pages, &mut search, Slice { names: 10_000, entries: 10_000 })?;
    for source in 0..8 {
        shard.identities().status(pages, source)?;
        shard.identities().conflicts(pages, source)?;
    }
    fold(&mut shard, pages, 1_000, &more.events)?;
    for (index, decision) in (0..).zip(&more.decisions) {
        let position = Position::new(1_001, index);
        shard.decision(pages, position, recorded(position), decision.clone())?;
    }
    shard.settle();
    shard.take_dirty();
    Ok(())
}

#[test]
fn no_page_of_a_read_model_takes_much_memory_is_refused_without_a_code_or_panics_but_at_a_dangling_number() {
    let events = corpus::events();
    let (pages, more) = (written(&events), More::of(&events));
    use_all(&Damaged(&pages, &Page { key: vec![255], content: Vec::new() }), &more).unwrap();
    let page = |(key, content): (&Vec<u8>, &Vec<u8>)| Page { key: key.clone(), content: content.clone() };
    let mut kinds: BTreeMap<Vec<u8>, Vec<Page>> = BTreeMap::new();
    for page in pages.iter().map(page).filter(|page| !page.key.starts_with(&LEAVES)) {
        kinds.entry(page.key.iter().take(2).copied().collect()).or_default().push(page);
    }
    // As many of each kind, however many pages it has.
    let corpus =
        (0..8).flat_map(|turn| kinds.values().map(move |pages| pages[turn % pages.len()].clone())).collect();
    // All other pages are read besides.
    let all: usize = pages.values().map(Vec::len).sum();
    let bound = Bound { per_byte: 512, fixed: (16 << 20) + 64 * all as u64 };
    run(Surface { name: "pages and segments", corpus, bound, one_in: 10 }, |page| {
        match catch_unwind(AssertUnwindSafe(|| use_all(&Damaged(&pages, page), &more))) {
            Ok(used) => Verdict::said(used),
            Err(panic) if is_dangling(&*panic) => Verdict::Accepted,
            Err(panic) => resume_unwind(panic),
        }
    });
}

/// Whether the fold stopped at a number that stands for nothing in another page: of a name, a place or an indicator. Nothing
/// asks for that when pages are read, since only the checksum guards them; a projector ends there, and says so.
fn is_dangling(panic: &(dyn std::any::Any + Send)) -> bool {
    panic.downcast_ref::<String>().is_some_and(|text| text.starts_with("index out of bounds: "))
}
