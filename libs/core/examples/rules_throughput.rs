//! How many events per second the fold handles under rules that are more than sums, alone and in memory:
//! 16,000 branches, 50,000 teams, 420,000 employees, three boards. Prints figures, and the memory that rules
//! use, and asserts nothing about them.
//!
//! `cargo run --release -p longhu-core --example rules_throughput [-- MILLIONS_OF_EVENTS [PART_OF_A_NAME]]`

mod bank;
mod report;

use bank::{EMPLOYEES, TEAMS};
use jiff::civil::date;
use longhu_core::contest::{
    Cap, Completion, Contest, Credited, Indicator, Limit, LocalizedText, Measure, Period, Points, Round,
    Tier, TierKind, Tiers, Window, ZeroTarget,
};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::plan::{Target, Targets};
use longhu_core::rule::{limit, measure};
use longhu_core::types::money::{Amount, Currency};

const CUSTOMERS: u64 = 1_000_000;
const SETTLE: usize = 16_000;

/// The contest in four rounds.
fn in_quarters(indicators: Vec<Indicator>) -> Contest {
    let round = |number: i8| Round {
        id: format!("q{number}"),
        name: LocalizedText::default(),
        period: Period { start: date(2026, 3 * number - 2, 1), end: date(2026, 3 * number, 28) },
    };
    Contest { rounds: (1..=4).map(round).collect(), ..bank::contest(indicators) }
}

/// Tiers, a window with a daily cap, customers, a ratio, a scorecard line, and a deduction with a cap on the
/// contest.
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
        bank::indicator("cards", "card.issued", Measure::Count(measure::Count), Points::Tiers(tiers)),
        Indicator {
            better: None,
            windows: vec![Window { period: first_quarter, times_e4: 20_000 }],
            caps: vec![cap(Limit::Day(limit::Day), 1_000_000)],
            ..bank::indicator("wealth", "wealth.sold", Measure::Amount(measure::Amount), Points::per_unit(1))
        },
        bank::indicator(
            "customers",
            "wealth.sold",
            Measure::Customers(measure::Customers),
            Points::per_unit(10_000),
        ),
        bank::indicator(
            "rate",
            "",
            Measure::Ratio(measure::Ratio { of: 2, to: 0 }),
            Points::per_unit(10_000),
        ),
        bank::indicator(
            "visits",
            "visit.made",
            Measure::Count(measure::Count),
            Points::Completion(completion),
        ),
        Indicator {
            caps: vec![cap(Limit::Contest(limit::Contest), 100_000)],
            ..bank::indicator(
                "complaints",
                "complaint.received",
                Measure::Count(measure::Count),
                Points::per_unit(-20_000),
            )
        },
    ]
}

struct Texts {
    employees: Vec<String>,
    customers: Vec<String>,
    ids: Vec<String>,
}

/// The kind of events.
#[derive(Clone, Copy, PartialEq)]
enum Workload {
    /// Of every ten events, four are cards, three sales, two visits and one a complaint.
    Business,
    /// The balance of each of this many accounts, day after day.
    Balances(u64),
}

fn event<'a>(texts: &'a Texts, number: u64, workload: Workload) -> Event<'a> {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    let kind = match (workload, number % 10) {
        (Workload::Balances(_), _) => "account.balance_reported",
        (Workload::Business, 0..=3) => "card.issued",
        (Workload::Business, 4..=6) => "wealth.sold",
        (Workload::Business, 7 | 8) => "visit.made",
        (Workload::Business, _) => "complaint.received",
    };
    // Every account reports once a day and always has the same holder.
    let (account, holder, day) = match workload {
        Workload::Balances(accounts) => (number % accounts, number % accounts, number / accounts),
        Workload::Business => (mixed % CUSTOMERS, mixed, number / 40_000 % 336),
    };
    let holder = holder % u64::from(EMPLOYEES);
    let currency = Currency::parse("CNY").expect("a currency");
    let amount = (kind == "wealth.sold" || workload != Workload::Business)
        .then_some(Amount { currency, minor: 1_000_000 + (mixed % 5_000_000) as i64 });
    let plain = bank::event(number, &texts.ids[number as usize], &texts.employees[holder as usize]);
    Event {
        source: "core".into(),
        kind: kind.into(),
        business_date: plain.business_date.saturating_add(jiff::Span::new().days(day as i64)),
        customer: texts.customers[account as usize].as_str().into(),
        subject: texts.customers[account as usize].as_str().into(),
        amount,
        ..plain
    }
}

fn run(name: &str, texts: &Texts, events: u64, contest: Contest, workload: Workload) {
    if !report::is_asked(name) {
        return;
    }
    let mut shard = bank::organised();
    bank::decide(&mut shard, 3, "bench", Payload::Contest(Box::new(contest)));
    for team in (0..TEAMS).map(bank::team) {
        let target = Target { indicator: "visits".into(), round: String::new(), value_e4: 200_000 };
        let targets = Targets { contest: "bench".into(), participant: team, targets: vec![target] };
        bank::decide(&mut shard, 3, &targets.key(), Payload::Targets(targets));
    }
    bank::open_source(&mut shard, "core", true);
    shard.settle();
    let before = memory_bytes();
    // The pages are kept until memory is measured.
    let (spent, _pages) = bank::fold(&mut shard, events, SETTLE, |number| event(texts, number, workload));
    let cells = shard
        .subscribers()
        .contest("bench")
        .and_then(|served| served.live.as_ref())
        .map_or(0, |live| live.cells());
    println!(
        "{name:<30} {}; {cells} cells; {:.2} GB more in memory, pages of the store among it",
        report::rate(events, &spent),
        memory_bytes().saturating_sub(before) as f64 / 1e9,
    );
}

/// The memory of the process according to the system; 0 if the system does not tell.
fn memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: Option<u64> = status.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0) * 4_096
}

fn main() {
    let millions = report::millions_asked();
    let events = millions * 1_000_000;
    let texts = Texts {
        employees: (0..EMPLOYEES).map(bank::employee).collect(),
        customers: (0..CUSTOMERS).map(|number| format!("p1.customer{number:014}")).collect(),
        ids: (0..events).map(|number| format!("event-{number:010}")).collect(),
    };
    println!(
        "{millions} M events from a numbered source, settled every {SETTLE}; checkpoints of 100 k events into memory"
    );
    let count = vec![bank::indicator(
        "cards",
        "card.issued",
        Measure::Count(measure::Count),
        Points::per_unit(10_000),
    )];
    run("one plain rule", &texts, events, bank::contest(count.clone()), Workload::Business);
    run("one plain rule, four rounds", &texts, events, in_quarters(count), Workload::Business);
    run("six rules", &texts, events, bank::contest(six_rules()), Workload::Business);
    run("six rules, four rounds", &texts, events, in_quarters(six_rules()), Workload::Business);
    let credited = Credited::HolderOfTheDay;
    let balances =
        |measure| vec![bank::indicator("deposits", "account.balance_reported", measure, Points::per_unit(1))];
    let net_change = Measure::NetChange(measure::NetChange { credited, base: None });
    run("net change", &texts, events, bank::contest(balances(net_change)), Workload::Balances(CUSTOMERS));
    let average = Measure::AverageBalance(measure::AverageBalance { credited });
    run(
        "average balance",
        &texts,
        events,
        bank::contest(balances(average.clone())),
        Workload::Balances(CUSTOMERS),
    );
    // One report per account and day, for a quarter and for a year.
    for reports in [90, 365] {
        for (whom, credited) in
            [("average balance", Credited::HolderOfTheDay), ("of present holder", Credited::PresentHolder)]
        {
            let contest =
                bank::contest(balances(Measure::AverageBalance(measure::AverageBalance { credited })));
            let workload = Workload::Balances(events / reports);
            run(&format!("{whom}, {reports} reports"), &texts, events, contest, workload);
        }
    }
}
