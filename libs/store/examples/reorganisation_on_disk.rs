//! What a reorganisation costs at a large bank, on a real store: creating 20,000 outlets, 60,000 teams and
//! 500,000 employees; memory with three boards; one backdated transfer in a contest with many events; and
//! 10,000 transfers in one feed. Prints figures and asserts nothing about them.
//!
//! `cargo run --release -p longhu-store --example reorganisation_on_disk DIRECTORY [events]`

use std::time::Instant;

use jiff::civil::{Date, date};
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieBreak,
    TieRule, UnitFrom,
};
use longhu_core::control::{Decision, Payload};
use longhu_core::event::{Credit, Event};
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::{Employee, Membership, Unit};
use longhu_core::rule::{format, measure, ranking, tie_break, tie_rule};
use longhu_core::types::money::Currency;
use longhu_core::{Position, Time};
use longhu_store::Store;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const OUTLETS: u64 = 20_000;
const TEAMS: u64 = 60_000;
const EMPLOYEES: u64 = 500_000;
const BATCH: u64 = 1_000;
const COMMIT_EVENTS: u64 = 100_000;
const TRANSFERS: u64 = 10_000;

/// A shard on a store, and the log's next sequence.
struct Bank {
    shard: Shard,
    store: Store,
    sequence: u64,
}

impl Bank {
    fn decide(&mut self, entries: Vec<(String, u64, Payload)>) -> Outcome<f64> {
        let began = Instant::now();
        let count = entries.len() as u32;
        let close = (String::new(), 0, Payload::Close { count });
        for (key, revision, payload) in entries.into_iter().chain([close]) {
            let (principal, change_set) = ("hq".into(), "set".into());
            let decision = Decision { principal, key, revision, change_set, payload };
            self.sequence += 1;
            let position = Position::new(self.sequence, 0);
            self.shard.decision(&self.store, position, Time(1), decision)?;
        }
        self.shard.settle();
        Ok(began.elapsed().as_secs_f64())
    }

    fn commit(&mut self) -> Outcome<()> {
        let dirty = self.shard.take_dirty();
        Ok(self.store.commit(&dirty, &self.sequence.to_be_bytes())?)
    }
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().ok_or("name a directory that may be overwritten")?;
    let events: u64 = arguments.next().map_or(Ok(10_000_000), |text| text.parse())?;
    let mut bank = Bank { shard: Shard::default(), store: Store::recreate(&directory)?, sequence: 0 };
    let took = bank.decide(organisation())?;
    bank.commit()?;
    println!(
        "{} units and employees applied in {took:.2} s; memory {}",
        OUTLETS + TEAMS + EMPLOYEES,
        memory()
    );
    bank.decide(vec![("bench".into(), 1, Payload::Contest(Box::new(contest())))])?;
    println!("with a contest on three boards: memory {}", memory());
    let began = Instant::now();
    fill(&mut bank, events)?;
    println!(
        "{events} events folded and committed in {:.0} s; memory {}, {:.1} GB on disk",
        began.elapsed().as_secs_f64(),
        memory(),
        bank.store.disk_bytes()? as f64 / 1e9
    );
    let mut each = Vec::new();
    for number in 0..21 {
        each.push(bank.decide(vec![transfer(number * 20_011 % EMPLOYEES, 2)])? * 1e3);
    }
    each.sort_unstable_by(f64::total_cmp);
    println!("one transfer, dated back: {:.0} ms in the middle, at most {:.0} ms", each[10], each[20]);
    let many = (0..TRANSFERS).map(|number| transfer((number * 47 + 1) % EMPLOYEES, 3)).collect();
    println!("{TRANSFERS} transfers in one feed: {:.1} s; memory {}", bank.decide(many)?, memory());
    let unit = Unit::new("team-new", "team", Some("outlet-00007"), "New");
    println!("one new unit: {:.2} s", bank.decide(vec![("team-new".into(), 1, Payload::Unit(unit))])?);
    let began = Instant::now();
    bank.commit()?;
    println!("committed in {:.2} s", began.elapsed().as_secs_f64());
    Ok(())
}

fn outlet(number: u64) -> String {
    format!("outlet-{number:05}")
}

fn team(number: u64) -> String {
    format!("team-{number:05}")
}

fn employee(number: u64) -> String {
    format!("employee-{number:06}")
}

fn organisation() -> Vec<(String, u64, Payload)> {
    let unit = |id: String, kind: &str, parent: Option<String>| {
        let unit = Unit::new(&id, kind, parent.as_deref(), &id);
        (id, 1, Payload::Unit(unit))
    };
    let outlets = (0..OUTLETS).map(|number| unit(outlet(number), "outlet", None));
    let teams = (0..TEAMS).map(|number| unit(team(number), "team", Some(outlet(number % OUTLETS))));
    let people = (0..EMPLOYEES).map(|number| {
        let id = employee(number);
        let person = Employee::new(&id, &id, Some(&team(number % TEAMS)));
        (id, 1, Payload::Employee(person))
    });
    outlets.chain(teams).chain(people).collect()
}

/// A transfer to another team in another outlet, on a day in the middle of the contest.
fn transfer(number: u64, revision: u64) -> (String, u64, Payload) {
    let id = employee(number);
    let member = |unit: String, start, end| Membership { unit, start, end, ..Membership::default() };
    let memberships = vec![
        member(team(number % TEAMS), None, Some(date(2026, 6, 14))),
        member(team((number + revision * 7) % TEAMS), Some(date(2026, 6, 15)), None),
    ];
    let person = Employee { memberships, ..Employee::new(&id, &id, None) };
    (id, revision, Payload::Employee(person))
}

fn contest() -> Contest {
    let indicator = Indicator {
        id: "cards".into(),
        name: LocalizedText::default(),
        events: vec!["card.issued".into()],
        filter: Filter::default(),
        measure: Measure::Count(measure::Count),
        points: Points::per_unit(20_000),
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    };
    Contest {
        id: "bench".into(),
        name: LocalizedText::default(),
        campaign: String::new(),
        start: date(2026, 1, 1),
        end: date(2026, 12, 31),
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["outlet".into(), "team".into(), "employee".into()],
        listing: Listing::Scored,
        indicators: vec![indicator],
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: vec![TieBreak::Indicator(tie_break::Indicator(0))],
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        currency: Currency::parse("CNY").expect("a currency"),
    }
}

fn fill(bank: &mut Bank, events: u64) -> Outcome<()> {
    for first in (0..events).step_by(BATCH as usize) {
        bank.sequence += 1;
        let batch: Vec<Event> = (first..(first + BATCH).min(events)).map(event).collect();
        let position = |index| Some(Position::new(bank.sequence, index as u32));
        bank.shard.events(&bank.store, Time(1), &batch, position)?;
        if (first + BATCH).is_multiple_of(COMMIT_EVENTS) {
            bank.shard.settle();
            bank.commit()?;
        }
    }
    bank.shard.settle();
    bank.commit()
}

fn event(number: u64) -> Event<'static> {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    let day = Date::constant(2026, 1 + (mixed / EMPLOYEES % 12) as i8, 1 + (mixed / 64 % 28) as i8);
    Event {
        source: "core-cards".into(),
        id: format!("card-{number:010}").into(),
        source_sequence: Some(number + 1),
        kind: "card.issued".into(),
        occurred: Time(1_767_225_600_000_000_000 + number as i64 * 1_000_000),
        business_date: day,
        branch: outlet(mixed % EMPLOYEES % TEAMS % OUTLETS).into(),
        credits: vec![Credit {
            employee: employee(mixed % EMPLOYEES).into(),
            role: "owner".into(),
            share_ppm: None,
        }],
        customer: "p1.Lt7_CcL650ZWkIHDGraRcw".into(),
        subject: "p1.ETrmPNvZs45espKlE_pQJw".into(),
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

/// The memory of this process now, and its maximum so far.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        kilobytes.map_or("unknown".to_owned(), |kilobytes| format!("{:.2} GB", kilobytes / 1e6))
    };
    format!("{} (at most {})", of("VmRSS:"), of("VmHWM:"))
}
