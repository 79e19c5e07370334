//! Pages of a read model, behind the store's checksum: those of a real shard, with one of them damaged but
//! with a correct checksum. A shard is restored from them, queried, and given more to fold. Either the page
//! is refused, when it is read or first used; or the shard can be used. What it answers then may be wrong,
//! because no such page is ever written, but it must not use unlimited memory or panic.

use std::collections::{BTreeMap, BTreeSet};

use longhu_core::Position;
use longhu_core::control::{Decision, Payload, Seal};
use longhu_core::event::Event;
use longhu_core::fold::query::journal_scan::Slice;
use longhu_core::fold::query::mismatches::{MismatchSearch, Scope};
use longhu_core::fold::query::statement::statement;
use longhu_core::fold::query::unresolved::UnresolvedSearch;
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::Employee;
use longhu_core::types::ids::SourceId;
use longhu_core::types::pages::{MemoryPages, PageError, Pages};
use longhu_proto::stored_event;
use longhu_proto::wire::event::v1 as wire;
use prost::Message as _;

use crate::corpus::{self, recorded};
use crate::driver::{Bound, Input, Step, Surface, Verdict, run};
use crate::mutate::{self, shown};

/// A page, and the key of the page it replaces: its own, unless the key was damaged.
#[derive(Clone)]
struct Page {
    instead: Vec<u8>,
    key: Vec<u8>,
    content: Vec<u8>,
}

impl Input for Page {
    fn bytes(&self) -> usize {
        self.key.len() + self.content.len()
    }

    fn shown(&self) -> String {
        format!("page {:?} in the place of {:?}: {}", self.key, self.instead, shown(&self.content))
    }

    fn damage(&mut self, step: Step, others: &[Page]) {
        let other = &others[step.2 as usize % others.len()];
        match step.0 {
            0..160 => mutate::number(&mut self.content, step),
            160..180 => mutate::bytes(&mut self.key, step, &other.key),
            180.. => mutate::bytes(&mut self.content, step, &other.content),
        }
    }
}

/// The pages, with one of them replaced, perhaps under another key.
struct Damaged<'a>(&'a BTreeMap<Vec<u8>, Vec<u8>>, &'a Page);

impl Pages for Damaged<'_> {
    fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
        if key == self.1.key {
            return Ok(Some(self.1.content.clone()));
        }
        Ok(self.0.get(key).filter(|_| key != self.1.instead).cloned())
    }

    fn scan(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, PageError> {
        let mut keys: BTreeSet<&Vec<u8>> = self
            .0
            .range(prefix.to_vec()..)
            .map(|(key, _)| key)
            .take_while(|key| key.starts_with(prefix))
            .collect();
        keys.extend(self.1.key.starts_with(prefix).then_some(&self.1.key));
        let page = |key: &Vec<u8>| Some((key.clone(), self.load(key).ok()??));
        Ok(keys.into_iter().filter_map(page).collect())
    }
}

/// Folds events, before the pages are written or after they were read.
fn fold(shard: &mut Shard, pages: &dyn Pages, sequence: u64, events: &[Vec<u8>]) -> Result<(), PageError> {
    for (index, bytes) in (0..).zip(events) {
        let event: Event = stored_event::decode(bytes).unwrap();
        let position = Position::new(sequence, index);
        shard.event(pages, position, recorded(position), &event)?;
    }
    shard.settle();
    Ok(())
}

/// The contest with a sealed result.
const SEALED: &str = "ebanking-2025-q4";

/// Every page of a shard with all examples, with a result and late entries, a contest that is being
/// backfilled, and an open change set.
pub fn written(events: &[Vec<u8>]) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let (mut shard, mut pages) = (Shard::default(), MemoryPages::default());
    let decide = |shard: &mut Shard, sequence: u64, index: u32, decision: Decision| {
        let position = Position::new(sequence, index);
        shard.decision(&MemoryPages::default(), position, recorded(position), decision).unwrap();
    };
    let decisions = corpus::decisions();
    for (index, decision) in (0..).zip(decisions.clone()) {
        decide(&mut shard, 1, index, decision);
    }
    let (before, after) = events.split_at(events.len() / 2);
    fold(&mut shard, &pages, 2, before).unwrap();
    let payload = Payload::Seal(Seal { contest: SEALED.into(), forced: true, reason: "early".into() });
    decide(&mut shard, 3, 0, Decision { key: SEALED.into(), payload, ..decisions[0].clone() });
    fold(&mut shard, &pages, 4, after).unwrap();
    let contests: Vec<String> = shard.register().contests().map(|(id, _)| id.to_owned()).collect();
    assert!(contests.iter().filter(|id| shard.begin_backfill(id)).count() > 0);
    for (index, decision) in (0..).zip(decisions.into_iter().skip(2).take(5)) {
        decide(&mut shard, 5, index, Decision { change_set: "open".into(), ..decision });
    }
    pages.commit(shard.take_dirty());
    pages.scan(&[]).unwrap().into_iter().collect()
}

/// What is done with a read model after it was read.
struct More {
    events: Vec<Vec<u8>>,
    decisions: Vec<Decision>,
}

impl More {
    /// New events of existing accounts, customers and employees, and some copies; then transfers of
    /// employees, so that their journal entries are read again.
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

/// Reads everything, makes every kind of query, and folds more.
fn use_all(pages: &dyn Pages, more: &More) -> Result<(), PageError> {
    let mut shard = Shard::restore(pages)?;
    shard.settle();
    ask(&mut shard, pages)?;
    fold(&mut shard, pages, 1_000, &more.events)?;
    for (index, decision) in (0..).zip(&more.decisions) {
        let position = Position::new(1_001, index);
        shard.decision(pages, position, recorded(position), decision.clone())?;
    }
    for waiting in shard.waiting() {
        for (index, bytes) in (0..).zip(&more.events) {
            let event: Event = stored_event::decode(bytes).unwrap();
            let position = Position::new(2, index);
            shard.backfill_event(pages, &waiting.id, position, recorded(position), &event)?;
        }
        shard.backfilled_through(&waiting.id, waiting.generation, waiting.backfill.until.sequence);
    }
    shard.settle();
    ask(&mut shard, pages)?;
    shard.take_dirty();
    Ok(())
}

/// Makes the queries that services make.
fn ask(shard: &mut Shard, pages: &dyn Pages) -> Result<(), PageError> {
    let slice = Slice { names: 10_000, entries: 10_000 };
    UnresolvedSearch::default().go_on(shard, pages, slice)?;
    let (from, until) = (jiff::civil::Date::MIN, jiff::civil::Date::MAX);
    let mut mismatches = MismatchSearch::new(Scope { from, until, kinds: None, limit: 1_000 });
    mismatches.go_on(shard, pages, slice)?;
    for source in (0..8).map(SourceId::new) {
        shard.identities().status(pages, source)?;
        shard.identities().conflicts(pages, source)?;
    }
    let contests: Vec<String> = shard.register().contests().map(|(id, _)| id.to_owned()).collect();
    for id in &contests {
        let Some(served) = shard.subscribers().contest(id) else { continue };
        let mut listed = Vec::new();
        if let Some(state) = &served.live {
            for (round, board) in state.tables() {
                for (_, row) in board.from(0, shard.sources()) {
                    state.figures(&board.kind, round, row);
                    state.live(&board.kind, round, row);
                    board.next_better(row);
                    listed.push(shard.participants().text(board.participant(row)).to_owned());
                }
            }
        }
        if let Some(sealed) = &served.sealed {
            for (round, board) in &sealed.tables {
                for (_, row) in board.from(0, shard.sources()) {
                    assert!(sealed.row(&board.kind, *round, row).is_some());
                }
            }
            sealed.late_entries(pages, 0, 1_000)?;
        }
        for participant in listed.iter().take(2) {
            statement(shard, pages, id, participant)?;
        }
    }
    Ok(())
}

#[test]
fn a_page_of_a_read_model_is_refused_with_a_code_or_can_be_used_and_takes_no_memory_without_bound() {
    let events = corpus::events();
    let (pages, more) = (written(&events), More::of(&events));
    use_all(&Damaged(&pages, &Page { instead: vec![255], key: vec![255], content: Vec::new() }), &more)
        .unwrap();
    let page = |(key, content): (&Vec<u8>, &Vec<u8>)| Page {
        instead: key.clone(),
        key: key.clone(),
        content: content.clone(),
    };
    let mut kinds: BTreeMap<Vec<u8>, Vec<Page>> = BTreeMap::new();
    for page in pages.iter().map(page) {
        kinds.entry(page.key.iter().take(2).copied().collect()).or_default().push(page);
    }
    // The same number of each kind, however many pages it has.
    let corpus =
        (0..8).flat_map(|turn| kinds.values().map(move |pages| pages[turn % pages.len()].clone())).collect();
    // All other pages are read as well.
    let all: usize = pages.values().map(Vec::len).sum();
    let bound = Bound { per_byte: 512, fixed: (16 << 20) + 64 * all as u64 };
    run(Surface { name: "pages and segments", corpus, bound, one_in: 10 }, |page| {
        Verdict::said(use_all(&Damaged(&pages, page), &more))
    });
}
