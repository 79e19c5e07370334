//! What the programs that measure the fold share: a bank of 16,000 branches, 50,000 teams and 420,000
//! employees, a contest of one year on three boards, and the loop that folds events and measures the time of
//! each part of the work. It prints nothing; the events come from its callers.

use std::time::{Duration, Instant};

use jiff::civil::date;
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieRule, UnitFrom,
};
use longhu_core::control::{Decision, Payload, Source};
use longhu_core::event::{Credit, Event};
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::{Employee, Unit};
use longhu_core::rule::{format, ranking, tie_rule};
use longhu_core::types::money::Currency;
use longhu_core::types::pages::MemoryPages;
use longhu_core::{Position, Time};

/// The bank's branches.
pub const BRANCHES: u32 = 16_000;
/// The bank's teams.
pub const TEAMS: u32 = 50_000;
/// The bank's employees.
pub const EMPLOYEES: u32 = 420_000;
/// Events in a record batch.
const BATCH: u64 = 1_000;
/// The sequence of the first event, after all decisions.
const FIRST_SEQUENCE: u64 = 5;
/// Events between two checkpoints.
const CHECKPOINT: usize = 100_000;

/// An employee's id.
pub fn employee(number: u32) -> String {
    format!("employee-{number:06}")
}

/// A team's id.
pub fn team(number: u32) -> String {
    format!("team-{number:05}")
}

/// A shard that knows the organisation.
pub fn organised() -> Shard {
    let mut shard = Shard::default();
    let set = |shard: &mut Shard, key: &str, payload| decide_in(shard, 1, "org", key, payload);
    for number in 0..BRANCHES {
        let id = format!("branch-{number:05}");
        set(&mut shard, &id, Payload::Unit(Unit::new(&id, "branch", None, &id)));
    }
    for number in 0..TEAMS {
        let (id, branch) = (team(number), format!("branch-{:05}", number % BRANCHES));
        set(&mut shard, &id, Payload::Unit(Unit::new(&id, "team", Some(&branch), &id)));
    }
    for number in 0..EMPLOYEES {
        let (id, team) = (employee(number), team(number % TEAMS));
        set(&mut shard, &id, Payload::Employee(Employee::new(&id, &id, Some(&team))));
    }
    let count = BRANCHES + TEAMS + EMPLOYEES;
    decide_in(&mut shard, 2, "org", "", Payload::Close { count });
    shard
}

/// Folds a single decision, before all events.
pub fn decide(shard: &mut Shard, sequence: u64, key: &str, payload: Payload) {
    decide_in(shard, sequence, "", key, payload);
}

fn decide_in(shard: &mut Shard, sequence: u64, change_set: &str, key: &str, payload: Payload) {
    let (principal, change_set) = ("hq".to_owned(), change_set.to_owned());
    let decision = Decision { principal, key: key.to_owned(), revision: 1, change_set, payload };
    let (pages, position) = (MemoryPages::default(), Position::new(sequence, 0));
    shard.decision(&pages, position, Time(sequence as i64), decision).expect("pages are in memory");
}

/// Registers the source of all events, as the last decision.
pub fn open_source(shard: &mut Shard, name: &str, numbered: bool) {
    let source =
        Source { name: name.to_owned(), numbered, horizon_days: None, principal: "adapter".to_owned() };
    decide(shard, FIRST_SEQUENCE - 1, name, Payload::Source(source));
}

/// An indicator on one event type, or on none.
pub fn indicator(id: &str, kind: &str, measure: Measure, points: Points) -> Indicator {
    Indicator {
        id: id.into(),
        name: LocalizedText::default(),
        events: if kind.is_empty() { Vec::new() } else { vec![kind.into()] },
        filter: Filter::default(),
        measure,
        points,
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    }
}

/// The contest `bench` of 2026 on three boards.
pub fn contest(indicators: Vec<Indicator>) -> Contest {
    Contest {
        id: "bench".into(),
        name: LocalizedText::default(),
        campaign: String::new(),
        start: date(2026, 1, 1),
        end: date(2026, 12, 31),
        grace_days: None,
        scoring_deadline: None,
        boards: ["branch", "team", "employee"].map(str::to_owned).to_vec(),
        listing: Listing::Scored,
        indicators,
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: Vec::new(),
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        currency: Currency::parse("CNY").expect("a currency"),
    }
}

/// A card that an employee sold on the first day of the year, one millisecond after the previous event.
/// Workloads replace the fields in which theirs differ.
pub fn event<'a>(number: u64, id: &'a str, employee: &'a str) -> Event<'a> {
    Event {
        source: "".into(),
        id: id.into(),
        source_sequence: Some(number + 1),
        kind: "card.issued".into(),
        occurred: Time(1_767_225_600_000_000_000 + number as i64 * 1_000_000),
        business_date: date(2026, 1, 1),
        branch: "branch-00001".into(),
        credits: vec![Credit { employee: employee.into(), role: "owner".into(), share_ppm: None }],
        customer: "".into(),
        subject: "".into(),
        product: "gold".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: None,
        amount: None,
        revision: None,
        reverses: None,
        attributes: Vec::new(),
    }
}

/// How long each part of the work took.
#[derive(Default)]
pub struct Spent {
    /// Adding events to leaves.
    pub folding: Duration,
    /// Computing scores, ranks and digests.
    pub settling: Duration,
    /// Writing pages for checkpoints.
    pub writing: Duration,
}

/// Folds a number of events, settles after every few of them, and writes a checkpoint into memory after every
/// 100,000. Making the events is not measured.
pub fn fold<'a>(
    shard: &mut Shard,
    events: u64,
    settle_every: usize,
    event: impl Fn(u64) -> Event<'a>,
) -> (Spent, MemoryPages) {
    let (mut pages, mut spent, mut since_checkpoint) = (MemoryPages::default(), Spent::default(), 0);
    // The pages of the decisions are written first, so that they are not measured.
    pages.commit(shard.take_dirty());
    for first in (0..events).step_by(settle_every) {
        let last = (first + settle_every as u64).min(events);
        let batch: Vec<Event> = (first..last).map(&event).collect();
        let started = Instant::now();
        let position = |index: usize| {
            let (sequence, index) = (first / BATCH + index as u64 / BATCH, index as u64 % BATCH);
            Some(Position::new(FIRST_SEQUENCE + sequence, index as u32))
        };
        shard.events(&pages, Time(FIRST_SEQUENCE as i64), &batch, position).expect("pages are in memory");
        spent.folding += started.elapsed();
        let started = Instant::now();
        shard.settle();
        spent.settling += started.elapsed();
        since_checkpoint += settle_every;
        if since_checkpoint >= CHECKPOINT {
            since_checkpoint = 0;
            let started = Instant::now();
            let dirty = shard.take_dirty();
            spent.writing += started.elapsed();
            pages.commit(dirty);
        }
    }
    (spent, pages)
}
