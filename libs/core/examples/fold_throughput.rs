//! How many events a second the fold takes, alone, in memory: 16,000 branches, 50,000 teams, 420,000 employees, three
//! boards with exact ranks and digests. Prints figures; asserts nothing about them.
//!
//! `cargo run --release -p longhu-core --example fold_throughput [-- MILLIONS_OF_EVENTS [PART_OF_A_NAME]]`

use std::time::Instant;

use jiff::civil::Date;
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieBreak,
    TieRule, UnitFrom,
};
use longhu_core::control::{Decision, Payload, Source};
use longhu_core::event::{Credit, Event};
use longhu_core::fold::shard::Shard;
use longhu_core::fold::warm::WARM_EVENTS;
use longhu_core::money::Currency;
use longhu_core::organisation::{Employee, Unit};
use longhu_core::pages::{MemoryPages, Pages, Space};
use longhu_core::{Position, Time};

const BRANCHES: u32 = 16_000;
const TEAMS: u32 = 50_000;
const EMPLOYEES: u32 = 420_000;
const BATCH: usize = 1_000;

fn decision(key: &str, change_set: &str, payload: Payload) -> Decision {
    Decision { principal: "hq".into(), key: key.into(), revision: 1, change_set: change_set.into(), payload }
}

fn unit(id: &str, kind: &str, parent: Option<&str>) -> Decision {
    decision(id, "org", Payload::Unit(Unit::new(id, kind, parent, id)))
}

fn organise(shard: &mut Shard) {
    let employee = |number: u32| {
        let id = format!("employee-{number:06}");
        let unit = format!("team-{:05}", number % TEAMS);
        decision(&id, "org", Payload::Employee(Employee::new(&id, &id, Some(&unit))))
    };
    let branches = (0..BRANCHES).map(|b| unit(&format!("branch-{b:05}"), "branch", None));
    let teams = (0..TEAMS).map(|t| {
        let branch = format!("branch-{:05}", t % BRANCHES);
        unit(&format!("team-{t:05}"), "team", Some(&branch))
    });
    for entry in branches.chain(teams).chain((0..EMPLOYEES).map(employee)) {
        decide(shard, 1, entry);
    }
    let count = BRANCHES + TEAMS + EMPLOYEES;
    decide(shard, 2, decision("", "org", Payload::Close { count }));
}

fn decide(shard: &mut Shard, sequence: u64, entry: Decision) {
    let recorded = Time(sequence as i64);
    shard
        .decision(&MemoryPages::default(), Position::new(sequence, 0), recorded, entry)
        .expect("nothing is on pages yet");
}

fn contest(tie_breaks: Vec<TieBreak>) -> Contest {
    let indicator = Indicator {
        id: "cards".into(),
        name: LocalizedText::default(),
        events: vec!["card.issued".into()],
        filter: Filter::default(),
        measure: Measure::Count,
        points: Points::PerUnit(20_000),
        windows: Vec::new(),
        caps: Vec::new(),
    };
    Contest {
        id: "bench".into(),
        name: LocalizedText::default(),
        campaign: String::new(),
        start: Date::constant(2026, 1, 1),
        end: Date::constant(2026, 12, 31),
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["branch".into(), "team".into(), "employee".into()],
        listing: Listing::Scored,
        indicators: vec![indicator],
        tie_rule: TieRule::Standard1224,
        tie_breaks,
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum,
        ranked_by: RankedBy::Score,
        calendar: None,
        utc_offsets: Vec::new(),
        currency: Currency::parse("CNY").expect("a currency"),
    }
}

struct Workload<'a> {
    employees: &'a [String],
    ids: &'a [String],
    numbered: bool,
    skewed: bool,
}

impl<'a> Workload<'a> {
    fn event(&self, number: u64) -> Event<'a> {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let range = u64::from(EMPLOYEES);
        // Skewed: a product of two uniform numbers crowds towards the first employees.
        let at = if self.skewed { (mixed % range) * (mixed / range % range) / range } else { mixed % range };
        Event {
            source: "core-cards".into(),
            id: self.ids[number as usize % self.ids.len()].as_str().into(),
            source_sequence: self.numbered.then_some(number + 1),
            kind: "card.issued".into(),
            occurred: Time(1_767_225_600_000_000_000 + number as i64 * 1_000_000),
            business_date: Date::constant(
                2026,
                1 + (number / 1_000_000 % 12) as i8,
                1 + (number / 40_000 % 28) as i8,
            ),
            branch: "branch-00001".into(),
            credits: vec![Credit {
                employee: self.employees[at as usize].as_str().into(),
                role: "owner".into(),
                share_ppm: None,
            }],
            customer: "p1.Lt7_CcL650ZWkIHDGraRcw".into(),
            subject: "p1.0f0e0d0c0b0a09080706050403020100".into(),
            product: "gold".into(),
            channel: "lobby".into(),
            segment: "".into(),
            quantity: None,
            amount: None,
            revision: None,
            reverses: None,
            attributes: Vec::new(),
        }
    }
}

fn run(name: &str, workload: &Workload, events: u64, settle_every: usize, ties: Vec<TieBreak>) {
    if std::env::args().nth(2).is_some_and(|part| !name.contains(&part)) {
        return;
    }
    let mut shard = Shard::default();
    organise(&mut shard);
    decide(&mut shard, 3, decision("bench", "", Payload::Contest(Box::new(contest(ties)))));
    let source = Source {
        name: "core-cards".into(),
        numbered: workload.numbered,
        horizon_days: None,
        principal: "adapter".into(),
    };
    decide(&mut shard, 4, decision("core-cards", "", Payload::Source(source)));
    let mut pages = MemoryPages::default();
    let [mut folding, mut settling, mut writing] = [std::time::Duration::ZERO; 3];
    let mut since_checkpoint = 0;
    for first in (0..events).step_by(settle_every) {
        let batch: Vec<Event> =
            (first..first + settle_every as u64).map(|number| workload.event(number)).collect();
        let started = Instant::now();
        for (index, event) in batch.iter().enumerate() {
            if index % WARM_EVENTS == 0 {
                shard.warm(&batch[index..(index + WARM_EVENTS).min(batch.len())]);
            }
            let position =
                Position::new(5 + first / BATCH as u64 + (index / BATCH) as u64, (index % BATCH) as u32);
            shard.event(&pages, position, Time(5), event).expect("pages are in memory");
        }
        folding += started.elapsed();
        let started = Instant::now();
        shard.settle();
        settling += started.elapsed();
        since_checkpoint += settle_every;
        if since_checkpoint >= 100_000 {
            since_checkpoint = 0;
            let started = Instant::now();
            let dirty = shard.take_dirty();
            writing += started.elapsed();
            pages.commit(dirty);
        }
    }
    let spent = folding + settling + writing;
    let rate = events as f64 / spent.as_secs_f64();
    let bytes_of = |space: Space| {
        let pages = pages.scan(&[space as u8]).unwrap_or_default();
        pages.iter().map(|(key, page)| key.len() + page.len()).sum::<usize>() as f64 / events as f64
    };
    let (journal, identity) = (bytes_of(Space::Journal), bytes_of(Space::Identity));
    let percent = |part: std::time::Duration| 100.0 * part.as_secs_f64() / spent.as_secs_f64();
    println!(
        "{name:<58} {:>7.0} k events/s: fold {:.0} %, ranks and digests {:.0} %, pages {:.0} %; \
         {journal:.0} B of journal and {identity:.0} B of identity an event",
        rate / 1e3,
        percent(folding),
        percent(settling),
        percent(writing)
    );
}

fn main() {
    let millions: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2);
    let events = millions * 1_000_000;
    let employees: Vec<String> = (0..EMPLOYEES).map(|number| format!("employee-{number:06}")).collect();
    let ids: Vec<String> = (0..events).map(|number| format!("card-{number:010}")).collect();
    let started = Instant::now();
    organise(&mut Shard::default());
    println!(
        "organisation of {} applied in {:.2} s",
        BRANCHES + TEAMS + EMPLOYEES,
        started.elapsed().as_secs_f64()
    );
    println!("{millions} M events, 3 boards; checkpoints of 100 k events into memory");
    for (numbered, skewed) in [(true, false), (true, true), (false, false)] {
        let workload = Workload { employees: &employees, ids: &ids, numbered, skewed };
        let kind = if numbered { "numbered" } else { "un-numbered" };
        let spread = if skewed { "skewed" } else { "uniform" };
        for settle_every in [1_000, 16_000] {
            run(
                &format!("{kind}, {spread}, settled every {settle_every}"),
                &workload,
                events,
                settle_every,
                vec![],
            );
        }
    }
    let workload = Workload { employees: &employees, ids: &ids, numbered: true, skewed: false };
    let earliest = vec![TieBreak::Earliest];
    run("numbered, uniform, settled every 16000, earliest breaks ties", &workload, events, 16_000, earliest);
}
