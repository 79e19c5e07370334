//! Boards with many rows, which the rank index keeps in several blocks: the fold agrees with the oracle there
//! too, while scores change in small steps. What small boards can show is tested elsewhere.

use std::borrow::Cow;

use crate::generated::dice::Dice;
use crate::generated::organisation::decision;
use jiff::civil::date;
use longhu_core::contest::{
    Cap, Contest, Filter, Indicator, Limit, Listing, LocalizedText, Measure, Overall, Points, RankedBy,
    TieBreak, TieRule, UnitFrom,
};
use longhu_core::control::Payload;
use longhu_core::event::{Credit, Event};
use longhu_core::fold::shard::Shard;
use longhu_core::oracle::{Entry, Logged, standings};
use longhu_core::organisation::{Employee, Unit};
use longhu_core::rule::{format, limit, measure, ranking, tie_break, tie_rule};
use longhu_core::testkit::agreement::agree;
use longhu_core::types::money::Currency;
use longhu_core::types::pages::MemoryPages;
use longhu_core::{Position, Time};

const EMPLOYEES: usize = 1_400;

#[test]
fn boards_of_many_rows_agree_with_the_oracle_under_every_tie_rule_and_listing() {
    for tie_rule in [
        TieRule::Standard(tie_rule::Standard),
        TieRule::Dense(tie_rule::Dense),
        TieRule::Ordinal(tie_rule::Ordinal),
    ] {
        for listing in [Listing::Scored, Listing::Eligible] {
            let contest = contest(tie_rule, listing);
            let mut log = Vec::new();
            for number in 0..EMPLOYEES {
                let id = id(number);
                let employee = Employee::new(&id, "", None);
                push(&mut log, Entry::Decision(decision(&id, 1, Payload::Employee(employee))));
            }
            let definition = Payload::Contest(Box::new(contest.clone()));
            push(&mut log, Entry::Decision(decision("c", 1, definition)));
            // Each employee gains a point in turn, every third gains two: the last row of a block leaves rows
            // of equal score behind.
            for number in 0..EMPLOYEES {
                let points = if number % 3 == 0 { 2 } else { 1 };
                push(&mut log, Entry::Event(event(number, "visit.made", number, points)));
            }
            let mut dice = Dice::new(7);
            for number in EMPLOYEES..4_000 {
                let kind = if dice.once_in(4) { "fee.posted" } else { "visit.made" };
                let points = 1 + dice.below(3) as i64;
                push(&mut log, Entry::Event(event(number, kind, dice.below(EMPLOYEES), points)));
            }
            check(&log);
        }
    }
}

/// The first settle has so much to do that boards are settled in parallel. Before the second one, so many
/// posts wait that some are added earlier.
#[test]
fn boards_that_are_settled_after_many_events_agree_with_the_oracle() {
    let plain = contest(TieRule::Standard(tie_rule::Standard), Listing::Scored);
    let daily = Cap { per: Limit::Day(limit::Day), points_e4: 50_000, boards: vec!["employee".into()] };
    let customers = Indicator {
        id: "customers".into(),
        measure: Measure::Customers(measure::Customers),
        ..plain.indicators[0].clone()
    };
    let capped = Indicator { caps: vec![daily], ..plain.indicators[0].clone() };
    let boards = vec!["branch".into(), "employee".into()];
    let contest = Contest { boards, indicators: vec![capped, customers], tie_breaks: Vec::new(), ..plain };
    let mut log = Vec::new();
    for branch in 0..40 {
        let id = format!("b{branch:02}");
        push(&mut log, Entry::Decision(decision(&id, 1, Payload::Unit(Unit::new(&id, "branch", None, "")))));
    }
    for number in 0..EMPLOYEES {
        let (id, branch) = (id(number), format!("b{:02}", number % 40));
        let employee = Employee::new(&id, "", Some(&branch));
        push(&mut log, Entry::Decision(decision(&id, 1, Payload::Employee(employee))));
    }
    push(&mut log, Entry::Decision(decision("c", 1, Payload::Contest(Box::new(contest.clone())))));
    let (mut shard, pages, mut dice) = (Shard::default(), MemoryPages::default(), Dice::new(11));
    log.iter().for_each(|logged| fold(&mut shard, &pages, logged));
    let sales = (0..41_000).map(|number| {
        let customer = format!("p1.{}", dice.below(3_000)).into();
        let sold = event(number, "visit.made", dice.below(EMPLOYEES), 1 + dice.below(3) as i64);
        Event { customer, ..sold }
    });
    let sales: Vec<Event> = sales.collect();
    for some in [&sales[..7_500], &sales[7_500..]] {
        let first = log.len() as u64 + 1;
        let position = |at: usize| Some(Position::new(first + at as u64, 0));
        shard.events(&pages, Time(0), some, position).unwrap();
        shard.settle();
        some.iter().for_each(|sold| push(&mut log, Entry::Event(sold.clone())));
    }
    agree(&shard, &MemoryPages::default(), &log, &mut |_, _| {}).unwrap();
}

/// Ids that sort like their numbers.
fn id(number: usize) -> String {
    format!("p{number:04}")
}

fn push(log: &mut Vec<Logged>, entry: Entry) {
    let position = Position::new(log.len() as u64 + 1, 0);
    log.push(Logged { position, recorded: Time(0), entry });
}

fn fold(shard: &mut Shard, pages: &MemoryPages, logged: &Logged) {
    match &logged.entry {
        Entry::Event(event) => shard.event(pages, logged.position, logged.recorded, event).unwrap(),
        Entry::Decision(decision) => {
            shard.decision(pages, logged.position, logged.recorded, decision.clone()).unwrap();
        }
        Entry::Tick => {}
    }
}

/// Folds the log, settles after every few entries, and compares now and then.
fn check(log: &[Logged]) {
    let (mut shard, pages) = (Shard::default(), MemoryPages::default());
    for logged in log {
        fold(&mut shard, &pages, logged);
        let sequence = logged.position.sequence;
        if sequence > EMPLOYEES as u64 {
            shard.settle();
            last_rank_counts_all(&shard);
        }
        if sequence % 1_000 == 0 {
            shard.settle();
            agree(&shard, &MemoryPages::default(), log, &mut |_, _| {}).unwrap();
        }
    }
    shard.settle();
    agree(&shard, &MemoryPages::default(), log, &mut |_, _| {}).unwrap();
    let rows = standings(log, "c", shard.head().position).unwrap().tables[0].rows.len();
    assert!(rows > 1_024, "{rows} rows fit into two blocks");
}

/// Asks for the rank of the last row alone: if a block counts wrongly, it shows there at once.
fn last_rank_counts_all(shard: &Shard) {
    let live = shard.subscribers().contest("c").and_then(|served| served.live.as_ref());
    let Some(board) = live.and_then(|live| live.board("employee")) else { return };
    if let Some((rank, row)) = board.from(0, shard.sources()).last() {
        assert_eq!(board.rank_of(row, shard.sources()), Some(rank), "at {}", shard.head().position);
    }
}

fn contest(tie_rule: TieRule, listing: Listing) -> Contest {
    let indicator = |id: &str, kind: &str, points_e4: i64| Indicator {
        id: id.to_owned(),
        name: LocalizedText::default(),
        events: vec![kind.to_owned()],
        filter: Filter::default(),
        measure: Measure::Quantity(measure::Quantity),
        points: Points::per_unit(points_e4),
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    };
    Contest {
        id: "c".into(),
        name: LocalizedText::default(),
        campaign: String::new(),
        start: date(2025, 3, 1),
        end: date(2025, 3, 31),
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["employee".into()],
        listing,
        indicators: vec![indicator("sold", "visit.made", 10_000), indicator("lost", "fee.posted", -5_000)],
        tie_rule,
        tie_breaks: vec![TieBreak::Indicator(tie_break::Indicator(1))],
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        currency: Currency::parse("CNY").unwrap(),
    }
}

fn event(number: usize, kind: &'static str, employee: usize, quantity: i64) -> Event<'static> {
    let employee = Cow::Owned(id(employee));
    Event {
        source: "wild".into(),
        id: format!("e{number}").into(),
        source_sequence: None,
        kind: kind.into(),
        occurred: Time(0),
        business_date: date(2025, 3, 1),
        branch: "".into(),
        credits: vec![Credit { employee, role: "".into(), share_ppm: None }],
        customer: "".into(),
        subject: "".into(),
        product: "".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: Some(quantity),
        amount: None,
        revision: None,
        reverses: None,
        attributes: vec![],
    }
}
