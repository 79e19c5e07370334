//! How much memory the rules of a contest use, counted by the allocator: for each participant, for each
//! further rule and round, and for the cells of a rule. A bank of 16,000 branches, 50,000 teams and 420,000
//! employees, each of whom sells something on two days; three boards. Names, identities and the journal are
//! not counted, because they exist for any contest.
//!
//! `cargo run --release -p longhu-core --example rules_memory`

mod bank;

use allocation_counter::measure;
use bank::{BRANCHES, EMPLOYEES, TEAMS};
use jiff::civil::date;
use longhu_core::contest::{
    Cap, Contest, Indicator, Limit, LocalizedText, Measure, Period, Points, RankedBy, Round, TieBreak,
};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::fold::shard::Shard;
use longhu_core::plan::{Target, Targets};
use longhu_core::rule::{limit, measure, ranking, tie_break};

/// On the days before and after the end of the first half-year.
const SALES: u64 = 2 * EMPLOYEES as u64;
const SETTLE: usize = 16_000;

/// The memory of a contest after all sales, in bytes.
struct Taken {
    /// Its boards before anything was sold.
    boards: i64,
    /// The whole contest.
    contest: i64,
    /// The number of cells.
    cells: usize,
}

fn sale<'a>(number: u64, id: &'a str, employee: &'a str, customer: &'a str) -> Event<'a> {
    let day = if number < SALES / 2 { date(2026, 6, 30) } else { date(2026, 7, 1) };
    let plain = bank::event(number, id, employee);
    Event { source: "core".into(), business_date: day, customer: customer.into(), ..plain }
}

fn take(contest: Contest, targets: u32) -> Taken {
    let mut shard = bank::organised();
    let indicator = contest.indicators[0].id.clone();
    let mut define = || bank::decide(&mut shard, 3, "bench", Payload::Contest(Box::new(contest.clone())));
    let boards = measure(&mut define).bytes_current;
    for participant in (0..targets).map(bank::employee) {
        let target = Target { indicator: indicator.clone(), round: String::new(), value_e4: 200_000 };
        let targets = Targets { contest: "bench".into(), participant, targets: vec![target] };
        bank::decide(&mut shard, 3, &targets.key(), Payload::Targets(targets));
    }
    bank::open_source(&mut shard, "core", true);
    let texts: Vec<[String; 3]> = (0..SALES)
        .map(|number| {
            let employee = bank::employee((number % u64::from(EMPLOYEES)) as u32);
            [format!("event-{number:010}"), employee, format!("p1.customer{number:014}")]
        })
        .collect();
    bank::fold(&mut shard, SALES, SETTLE, |number| {
        let [id, employee, customer] = &texts[number as usize];
        sale(number, id, employee, customer)
    });
    shard.settle();
    let (contest, cells) = copy_of(&shard);
    Taken { boards, contest, cells }
}

/// The memory of a copy of the contest's state. Rosters are shared between copies, so they are counted with
/// the boards.
fn copy_of(shard: &Shard) -> (i64, usize) {
    let live = shard.subscribers().contest("bench").and_then(|served| served.live.as_ref());
    let mut copy = None;
    let bytes = measure(|| copy = live.cloned()).bytes_current;
    (bytes, copy.map_or(0, |copy| copy.cells()))
}

fn indicators(count: usize, change: impl Fn(Indicator) -> Indicator) -> Vec<Indicator> {
    let plain = |at: usize| {
        bank::indicator(
            &format!("cards{at}"),
            "card.issued",
            Measure::Count(measure::Count),
            Points::per_unit(10_000),
        )
    };
    (0..count).map(|at| change(plain(at))).collect()
}

fn same(indicator: Indicator) -> Indicator {
    indicator
}

fn halves() -> Vec<Round> {
    let round = |id: &str, start, end| Round {
        id: id.to_owned(),
        name: LocalizedText::default(),
        period: Period { start, end },
    };
    vec![round("h1", date(2026, 1, 1), date(2026, 6, 30)), round("h2", date(2026, 7, 1), date(2026, 12, 31))]
}

fn main() {
    let participants = i64::from(BRANCHES + TEAMS + EMPLOYEES);
    let plain = take(bank::contest(indicators(1, same)), 0);
    println!("bytes, of {participants} participants on three boards and {EMPLOYEES} leaves of employees:");
    let say = |what: &str, bytes: i64, by: i64| println!("{:>8.1}  {what}", bytes as f64 / by as f64);
    let more = |with: &Taken| with.contest - plain.contest;
    say(
        "a participant: boards of one rule, with their roster, nobody having anything",
        plain.boards,
        participants,
    );
    say("a participant: boards and leaves of one rule after the sales", plain.contest, participants);
    let six = take(bank::contest(indicators(6, same)), 0);
    say("a participant and further rule, boards and leaves", more(&six) / 5, participants);
    let rounds = take(Contest { rounds: halves(), ..bank::contest(indicators(1, same)) }, 0);
    say("a participant and round, with a leaf of each employee in it", more(&rounds) / 2, participants);
    let tied = Contest {
        tie_breaks: vec![TieBreak::Indicator(tie_break::Indicator(0))],
        ..bank::contest(indicators(1, same))
    };
    say("a participant and indicator that breaks ties", more(&take(tied, 0)), participants);
    let rated =
        Contest { ranked_by: RankedBy::PerHead(ranking::PerHead), ..bank::contest(indicators(1, same)) };
    say("a participant where a rate ranks", more(&take(rated, 0)), participants);
    let targets = take(bank::contest(indicators(1, same)), EMPLOYEES);
    say("a target", more(&targets), i64::from(EMPLOYEES));
    let of_day = |own| Indicator {
        caps: vec![Cap { per: Limit::Day(limit::Day), points_e4: 1_000_000, boards: Vec::new() }],
        ..own
    };
    let apart = take(bank::contest(indicators(1, of_day)), 0);
    say(
        "a day of a creditor under a cap of a day, on its leaf and three boards",
        more(&apart),
        apart.cells as i64,
    );
    let customers = |own| Indicator { measure: Measure::Customers(measure::Customers), ..own };
    let apart = take(bank::contest(indicators(1, customers)), 0);
    say("a customer of a creditor where customers are counted, the same", more(&apart), apart.cells as i64);
}
