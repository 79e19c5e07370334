//! How many events a second the fold takes under rules that are more than sums, alone, in memory: 16,000 branches, 50,000
//! teams, 420,000 employees, three boards. Prints figures and what rules take in memory; asserts nothing about them.
//!
//! `cargo run --release -p longhu-core --example rules_throughput [-- MILLIONS_OF_EVENTS [PART_OF_A_NAME]]`

use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use longhu_core::contest::{
    Cap, CapPer, Completion, Contest, Credited, Filter, Indicator, Listing, LocalizedText, Measure, Overall,
    Period, Points, RankedBy, Round, TieRule, Tier, TierKind, Tiers, UnitFrom, Window, ZeroTarget,
};
use longhu_core::control::{Decision, Payload, Source};
use longhu_core::event::{Credit, Event};
use longhu_core::fold::shard::Shard;
use longhu_core::fold::warm::WARM_EVENTS;
use longhu_core::money::{Amount, Currency};
use longhu_core::organisation::{Employee, Unit};
use longhu_core::pages::MemoryPages;
use longhu_core::plan::{Target, Targets};
use longhu_core::{Position, Time};

const BRANCHES: u32 = 16_000;
const TEAMS: u32 = 50_000;
const EMPLOYEES: u32 = 420_000;
const CUSTOMERS: u64 = 1_000_000;
const BATCH: usize = 1_000;
const SETTLE: usize = 16_000;

fn decision(key: &str, change_set: &str, payload: Payload) -> Decision {
    Decision { principal: "hq".into(), key: key.into(), revision: 1, change_set: change_set.into(), payload }
}

fn decide(shard: &mut Shard, sequence: u64, entry: Decision) {
    let pages = MemoryPages::default();
    shard
        .decision(&pages, Position::new(sequence, 0), Time(sequence as i64), entry)
        .expect("pages are in memory");
}

fn organise(shard: &mut Shard) {
    let unit = |id: &str, kind: &str, parent: Option<&str>| {
        decision(id, "org", Payload::Unit(Unit::new(id, kind, parent, id)))
    };
    for branch in 0..BRANCHES {
        decide(shard, 1, unit(&format!("branch-{branch:05}"), "branch", None));
    }
    for team in 0..TEAMS {
        let branch = format!("branch-{:05}", team % BRANCHES);
        decide(shard, 1, unit(&format!("team-{team:05}"), "team", Some(&branch)));
    }
    for number in 0..EMPLOYEES {
        let (id, team) = (employee(number), format!("team-{:05}", number % TEAMS));
        let payload = Payload::Employee(Employee::new(&id, &id, Some(&team)));
        decide(shard, 1, decision(&id, "org", payload));
    }
    let count = BRANCHES + TEAMS + EMPLOYEES;
    decide(shard, 2, decision("", "org", Payload::Close { count }));
}

fn employee(number: u32) -> String {
    format!("employee-{number:06}")
}

fn indicator(id: &str, kind: &str, measure: Measure, points: Points) -> Indicator {
    Indicator {
        id: id.into(),
        name: LocalizedText::default(),
        events: if kind.is_empty() { Vec::new() } else { vec![kind.into()] },
        filter: Filter::default(),
        measure,
        points,
        windows: Vec::new(),
        caps: Vec::new(),
    }
}

fn contest(indicators: Vec<Indicator>, has_rounds: bool) -> Contest {
    let round = |number: i8| Round {
        id: format!("q{number}"),
        name: LocalizedText::default(),
        period: Period { start: date(2026, 3 * number - 2, 1), end: date(2026, 3 * number, 28) },
    };
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
        tie_rule: TieRule::Standard1224,
        tie_breaks: Vec::new(),
        unit_from: UnitFrom::Membership,
        currency: Currency::parse("CNY").expect("a currency"),
        rounds: if has_rounds { (1..=4).map(round).collect() } else { Vec::new() },
        overall: Overall::Sum,
        ranked_by: RankedBy::Score,
        calendar: None,
        utc_offsets: Vec::new(),
    }
}

/// Tiers, a window with a cap of a day, customers, a ratio, a scorecard line, and a deduction with a cap of the contest.
fn six_rules() -> Vec<Indicator> {
    let tier = |from_e4, to_e4, points_e4| Tier { from_e4, to_e4, points_e4, per_e4: 10_000, fixed_e4: 0 };
    let tiers = Tiers {
        kind: TierKind::Marginal,
        steps: vec![tier(0, Some(100_000), 50_000), tier(100_000, None, 80_000)],
    };
    let first_quarter = Period { start: date(2026, 1, 1), end: date(2026, 3, 31) };
    let cap = |per, points_e4| Cap { per, points_e4, boards: Vec::new() };
    let completion = Completion {
        weight_e4: 300_000,
        floor_e4: None,
        cap_e4: Some(12_000),
        threshold_e4: None,
        zero_target: ZeroTarget::NoCompletion,
    };
    vec![
        indicator("cards", "card.issued", Measure::Count, Points::Tiers(tiers)),
        Indicator {
            windows: vec![Window { period: first_quarter, times_e4: 20_000 }],
            caps: vec![cap(CapPer::Day, 1_000_000)],
            ..indicator("wealth", "wealth.sold", Measure::SumAmount, Points::PerUnit(1))
        },
        indicator("customers", "wealth.sold", Measure::Customers, Points::PerUnit(10_000)),
        indicator("rate", "", Measure::Ratio { of: 2, to: 0 }, Points::PerUnit(10_000)),
        indicator("visits", "visit.made", Measure::Count, Points::Completion(completion)),
        Indicator {
            caps: vec![cap(CapPer::Contest, 100_000)],
            ..indicator("complaints", "complaint.received", Measure::Count, Points::PerUnit(-20_000))
        },
    ]
}

struct Texts {
    employees: Vec<String>,
    customers: Vec<String>,
    ids: Vec<String>,
}

/// Of every ten events four cards, three sales, two visits and a complaint; or reports of balances, a day after the other.
fn event<'a>(texts: &'a Texts, number: u64, is_balance: bool) -> Event<'a> {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    let kind = match (is_balance, number % 10) {
        (true, _) => "account.balance_reported",
        (false, 0..=3) => "card.issued",
        (false, 4..=6) => "wealth.sold",
        (false, 7 | 8) => "visit.made",
        (false, _) => "complaint.received",
    };
    // Every account reports once a day, its holder the same all the time.
    let account = if is_balance { number % CUSTOMERS } else { mixed % CUSTOMERS };
    let holder = if is_balance { account } else { mixed } % u64::from(EMPLOYEES);
    let day = if is_balance { (number / CUSTOMERS) as i64 } else { (number / 40_000 % 336) as i64 };
    let currency = Currency::parse("CNY").expect("a currency");
    let amount = (kind == "wealth.sold" || is_balance)
        .then_some(Amount { currency, minor: 1_000_000 + (mixed % 5_000_000) as i64 });
    Event {
        source: "core".into(),
        id: texts.ids[number as usize].as_str().into(),
        source_sequence: Some(number + 1),
        kind: kind.into(),
        occurred: Time(1_767_225_600_000_000_000 + number as i64 * 1_000_000),
        business_date: Date::constant(2026, 1, 1).saturating_add(jiff::Span::new().days(day)),
        branch: "branch-00001".into(),
        credits: vec![Credit {
            employee: texts.employees[holder as usize].as_str().into(),
            role: "owner".into(),
            share_ppm: None,
        }],
        customer: texts.customers[account as usize].as_str().into(),
        subject: texts.customers[account as usize].as_str().into(),
        product: "gold".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: None,
        amount,
        revision: None,
        reverses: None,
        attributes: Vec::new(),
    }
}

fn run(name: &str, texts: &Texts, events: u64, contest: Contest, is_balance: bool) {
    if std::env::args().nth(2).is_some_and(|part| !name.contains(&part)) {
        return;
    }
    let mut shard = Shard::default();
    organise(&mut shard);
    decide(&mut shard, 3, decision("bench", "", Payload::Contest(Box::new(contest))));
    for team in 0..TEAMS {
        let target = Target { indicator: "visits".into(), round: String::new(), value_e4: 200_000 };
        let participant = format!("team-{team:05}");
        let targets = Targets { contest: "bench".into(), participant, targets: vec![target] };
        decide(&mut shard, 3, decision(&targets.key(), "", Payload::Targets(targets)));
    }
    let source =
        Source { name: "core".into(), numbered: true, horizon_days: None, principal: "adapter".into() };
    decide(&mut shard, 4, decision("core", "", Payload::Source(source)));
    shard.settle();
    let before = memory_bytes();
    let mut pages = MemoryPages::default();
    let [mut folding, mut settling, mut writing] = [Duration::ZERO; 3];
    let mut since_checkpoint = 0;
    for first in (0..events).step_by(SETTLE) {
        let last = (first + SETTLE as u64).min(events);
        let batch: Vec<Event> = (first..last).map(|number| event(texts, number, is_balance)).collect();
        let started = Instant::now();
        for (index, event) in batch.iter().enumerate() {
            if index % WARM_EVENTS == 0 {
                shard.warm(&batch[index..(index + WARM_EVENTS).min(batch.len())]);
            }
            let sequence = 5 + first / BATCH as u64 + (index / BATCH) as u64;
            let position = Position::new(sequence, (index % BATCH) as u32);
            shard.event(&pages, position, Time(5), event).expect("pages are in memory");
        }
        folding += started.elapsed();
        let started = Instant::now();
        shard.settle();
        settling += started.elapsed();
        since_checkpoint += SETTLE;
        if since_checkpoint >= 100_000 {
            since_checkpoint = 0;
            let started = Instant::now();
            let dirty = shard.take_dirty();
            writing += started.elapsed();
            pages.commit(dirty);
        }
    }
    let spent = folding + settling + writing;
    let percent = |part: Duration| 100.0 * part.as_secs_f64() / spent.as_secs_f64();
    let cells = shard.contest("bench").and_then(|served| served.live.as_ref()).map_or(0, |live| live.cells());
    println!(
        "{name:<30} {:>5.0} k events/s: fold {:.0} %, scores, ranks and digests {:.0} %, pages {:.0} %; {cells} cells; \
         {:.2} GB more in memory, pages of the store among it",
        events as f64 / spent.as_secs_f64() / 1e3,
        percent(folding),
        percent(settling),
        percent(writing),
        memory_bytes().saturating_sub(before) as f64 / 1e9,
    );
}

/// What the process has in memory, as the system counts it; 0 where it does not tell.
fn memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: Option<u64> = status.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0) * 4_096
}

fn main() {
    let millions: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2);
    let events = millions * 1_000_000;
    let texts = Texts {
        employees: (0..EMPLOYEES).map(employee).collect(),
        customers: (0..CUSTOMERS).map(|number| format!("p1.customer{number:014}")).collect(),
        ids: (0..events).map(|number| format!("event-{number:010}")).collect(),
    };
    println!(
        "{millions} M events from a numbered source, settled every {SETTLE}; checkpoints of 100 k events into memory"
    );
    let count = vec![indicator("cards", "card.issued", Measure::Count, Points::PerUnit(10_000))];
    run("one plain rule", &texts, events, contest(count.clone(), false), false);
    run("one plain rule, four rounds", &texts, events, contest(count, true), false);
    run("six rules", &texts, events, contest(six_rules(), false), false);
    run("six rules, four rounds", &texts, events, contest(six_rules(), true), false);
    let credited = Credited::HolderOfTheDay;
    let balances =
        |measure| vec![indicator("deposits", "account.balance_reported", measure, Points::PerUnit(1))];
    let net_change = Measure::NetChange { credited, base: None };
    run("net change", &texts, events, contest(balances(net_change), false), true);
    let average = Measure::AverageBalance { credited };
    run("average balance", &texts, events, contest(balances(average), false), true);
}
