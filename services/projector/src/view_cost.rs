//! What a table by one indicator's value costs on the largest board, and figures of a page. It prints; it asserts nothing
//! about time. `cargo test --release -p longhu-projector --lib view_cost -- --ignored --nocapture`

use std::time::Instant;

use jiff::civil::date;
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieRule, UnitFrom,
};
use longhu_core::control::{Decision, Payload};
use longhu_core::event::{Credit, Event};
use longhu_core::fold::shard::Shard;
use longhu_core::money::Currency;
use longhu_core::organisation::{Employee, Unit};
use longhu_core::pages::MemoryPages;
use longhu_core::{Position, Time};

use crate::order::Orders;
use crate::render;
use crate::view::{Asked, View};

const EMPLOYEES: usize = 500_000;
const BRANCHES: usize = 16_000;

fn decide(shard: &mut Shard, sequence: u64, key: &str, change_set: &str, payload: Payload) {
    let change_set = change_set.to_owned();
    let decision = Decision { principal: "hq".into(), key: key.into(), revision: 1, change_set, payload };
    let position = Position::new(sequence, 0);
    shard.decision(&MemoryPages::default(), position, Time(sequence as i64), decision).unwrap();
}

fn contest() -> Contest {
    let indicator = |id: &str, measure| Indicator {
        id: id.into(),
        name: LocalizedText::default(),
        events: vec!["card.issued".into()],
        filter: Filter::default(),
        measure,
        points: Points::PerUnit(20_000),
        windows: Vec::new(),
        caps: Vec::new(),
    };
    let ratio = Indicator { events: Vec::new(), ..indicator("rate", Measure::Ratio { of: 1, to: 0 }) };
    Contest {
        id: "cost".into(),
        name: LocalizedText::default(),
        campaign: String::new(),
        start: date(2026, 1, 1),
        end: date(2026, 12, 31),
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["branch".into(), "employee".into()],
        listing: Listing::Eligible,
        indicators: vec![
            indicator("cards", Measure::Count),
            indicator("pieces", Measure::SumQuantity),
            ratio,
            indicator("more", Measure::Count),
        ],
        tie_rule: TieRule::Standard1224,
        tie_breaks: Vec::new(),
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum,
        ranked_by: RankedBy::Score,
        calendar: None,
        utc_offsets: Vec::new(),
        currency: Currency::parse("CNY").unwrap(),
    }
}

fn event(number: usize) -> Event<'static> {
    let employee = format!("e-{:06}", number * 7_919 % EMPLOYEES);
    Event {
        source: "cards".into(),
        id: format!("c-{number}").into(),
        source_sequence: Some(number as u64 + 1),
        kind: "card.issued".into(),
        occurred: Time(1_768_000_000_000_000_000),
        business_date: date(2026, 1, 5),
        branch: "".into(),
        credits: vec![Credit { employee: employee.into(), role: "".into(), share_ppm: None }],
        customer: "".into(),
        subject: "".into(),
        product: "gold".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: Some((number % 97) as i64 + 1),
        amount: None,
        revision: None,
        reverses: None,
        attributes: Vec::new(),
    }
}

fn shard() -> Shard {
    let mut shard = Shard::default();
    for number in 0..BRANCHES {
        let id = format!("b-{number:05}");
        decide(&mut shard, 1, &id, "org", Payload::Unit(Unit::new(&id, "branch", None, &id)));
    }
    for number in 0..EMPLOYEES {
        let (id, unit) = (format!("e-{number:06}"), format!("b-{:05}", number % BRANCHES));
        decide(&mut shard, 1, &id, "org", Payload::Employee(Employee::new(&id, &id, Some(&unit))));
    }
    decide(&mut shard, 2, "", "org", Payload::Close { count: (BRANCHES + EMPLOYEES) as u32 });
    decide(&mut shard, 3, "cost", "", Payload::Contest(Box::new(contest())));
    while let Some(waiting) = shard.waiting().into_iter().next() {
        shard.refolded_through(&waiting.contest, waiting.generation, waiting.backfill.until.sequence);
    }
    for number in 0..2 * EMPLOYEES {
        let position = Position::new(4 + number as u64, 0);
        shard.event(&MemoryPages::default(), position, Time(4), &event(number)).unwrap();
    }
    shard.settle();
    shard
}

#[test]
#[ignore = "it measures; run it in release by name"]
fn a_single_ranking_of_half_a_million_rows() {
    let shard = shard();
    let orders = Orders::default();
    for (board, indicator) in [
        ("branch", "cards"),
        ("branch", "rate"),
        ("employee", "cards"),
        ("employee", "rate"),
        ("employee", "rate"),
    ] {
        let begun = Instant::now();
        let view =
            View::find(&shard, &Asked { contest: "cost", board, indicator, ..Asked::default() }, &orders);
        let view = view.unwrap();
        println!("{board} by {indicator}: {} rows in {:?}", view.board.len(), begun.elapsed());
    }
    let view = View::find(&shard, &Asked { contest: "cost", board: "employee", ..Asked::default() }, &orders);
    let view = view.unwrap();
    for with_figures in [false, true] {
        let begun = Instant::now();
        let rows = view.rows(0).take(1_000).map(|(rank, row)| render::row(&view, rank, row, with_figures));
        let rows: Vec<_> = rows.collect();
        println!("{} rows, figures {with_figures}: {:?}", rows.len(), begun.elapsed());
    }
}
