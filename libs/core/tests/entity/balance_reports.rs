//! Reports of one account in every order, compared with the oracle after each entry, because the fold
//! recomputes only what a report can change. Covers all measures of balances, for the holder of the day and
//! for the present one, over the whole and in two rounds, with and without a filter.

use crate::generated::arrange::{Arrangement, arrange};
use crate::generated::contests::{day, instant};
use crate::generated::counters::Counters;
use crate::generated::dice::Dice;
use crate::generated::drive::{Drive, Journey};
use crate::generated::events::{Fact, NAMED, money};
use crate::generated::organisation::decision;
use crate::generated::world::World;
use jiff::civil::date;
use longhu_core::Time;
use longhu_core::contest::{
    Contest, Credited, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Period, Points, RankedBy,
    Round, TieRule, UnitFrom,
};
use longhu_core::control::Payload;
use longhu_core::event::{Credit, Event, Reversal};
use longhu_core::organisation::Employee;
use longhu_core::rule::{format, measure, ranking, tie_rule};
use longhu_core::testkit::agreement::Disagreement;
use longhu_core::types::money::Currency;

const KIND: &str = "account.balance_reported";
/// How many arrangements of each world are tested.
const WAYS: usize = 6;

fn contest(measure: Measure, in_rounds: bool, product: Option<&str>) -> Contest {
    let round = |number: usize, (first, last)| Round {
        id: format!("r{number}"),
        name: LocalizedText::default(),
        period: Period { start: day(first), end: day(last) },
    };
    let rounds = [(3, 14), (15, 33)].into_iter().enumerate().map(|(number, days)| round(number, days));
    let products = product.into_iter().map(str::to_owned).collect();
    let indicator = Indicator {
        id: "i0".into(),
        name: LocalizedText::default(),
        events: vec![KIND.to_owned()],
        filter: Filter { products, ..Filter::default() },
        measure,
        points: Points::per_unit(10_000),
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    };
    Contest {
        id: "c".into(),
        name: LocalizedText::default(),
        campaign: String::new(),
        start: day(3),
        end: day(33),
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["employee".into()],
        listing: Listing::Scored,
        indicators: vec![indicator],
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: Vec::new(),
        unit_from: UnitFrom::Membership,
        rounds: if in_rounds { rounds.collect() } else { Vec::new() },
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        currency: Currency::parse("CNY").unwrap(),
    }
}

/// A report: an account has this balance in yuan on a day; the report names a creditor.
fn holds(id: &str, number: i64, yuan: i64, who: &'static str) -> Fact {
    let event = Event {
        source: NAMED.into(),
        id: id.to_owned().into(),
        source_sequence: None,
        kind: KIND.into(),
        occurred: Time(instant(number).0 + 3_600_000_000_000),
        business_date: day(number),
        branch: "".into(),
        credits: vec![Credit { employee: who.into(), role: "".into(), share_ppm: None }],
        customer: "".into(),
        subject: "a1".into(),
        product: "gold".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: None,
        amount: Some(money("CNY", yuan * 100)),
        revision: None,
        reverses: None,
        attributes: Vec::new(),
    };
    Fact { event, recorded: instant(40) }
}

fn but(mut fact: Fact, change: impl Fn(&mut Event<'static>)) -> Fact {
    change(&mut fact.event);
    fact
}

/// A void reversal of a whole report.
fn back(id: &str, of: &str) -> Fact {
    let (id, of): (String, String) = (id.into(), of.into());
    but(holds("", 20, 1, "li"), |event| {
        event.id = id.clone().into();
        let (id, source_sequence) = (of.clone().into(), None);
        event.reverses = Some(Reversal { id, source_sequence, quantity: None, amount: None, dated: false });
    })
}

/// Compares with the oracle after each entry, also in other orders.
fn check(facts: &[Fact]) {
    let credited = [Credited::HolderOfTheDay, Credited::PresentHolder];
    let base = Some(day(5));
    let measures = credited.into_iter().flat_map(|credited| {
        let change = |base| Measure::NetChange(measure::NetChange { credited, base });
        [change(None), change(base), Measure::AverageBalance(measure::AverageBalance { credited })]
    });
    for measure in measures {
        for (in_rounds, product) in [(false, None), (true, None), (true, Some("gold"))] {
            let contests = vec![vec![contest(measure.clone(), in_rounds, product)]];
            let employee = |id: &str| vec![decision(id, 1, Payload::Employee(Employee::new(id, id, None)))];
            let organisation = ["li", "wang", "zhao"].map(employee).to_vec();
            let world = World { organisation, contests, facts: facts.to_vec(), seals: Vec::new(), seed: 1 };
            let what = format!("{measure:?}, in rounds: {in_rounds}, of {product:?}");
            run(&world).unwrap_or_else(|reason| panic!("{what}: {reason}"));
        }
    }
}

fn run(world: &World) -> Result<(), Disagreement> {
    let (mut counters, mut dice) = (Counters::default(), Dice::new(7));
    let journey = Journey { settle: 1, compare: 1, checkpoint: 2, crash: 0, backfill: 1, begin_backfill: 0 };
    let log = arrange(world, &Arrangement::plain(1), &mut counters);
    Drive::new(world, &log, journey, 1).run(&mut counters)?;
    for seed in 0..WAYS {
        let log = arrange(world, &Arrangement::any(&mut dice), &mut counters);
        let journey = Journey { begin_backfill: 9, ..journey };
        Drive::new(world, &log, journey, seed as u64).run(&mut counters)?;
    }
    Ok(())
}

/// Reports in both rounds and before them, each with another amount and mostly with another holder than the
/// next.
fn several() -> Vec<Fact> {
    let who = ["li", "wang", "zhao", "li", "li", "wang"];
    let days = [1, 6, 11, 16, 21, 26];
    let one = |(at, number): (usize, i64)| holds(&format!("{at}"), number, 100 * (at as i64 + 1), who[at]);
    days.into_iter().enumerate().map(one).collect()
}

fn with(more: impl IntoIterator<Item = Fact>) -> Vec<Fact> {
    several().into_iter().chain(more).collect()
}

#[test]
fn a_report_between_two_others_changes_what_both_give() {
    for number in [4, 8, 13, 14, 15, 18, 23] {
        check(&with([holds("new", number, 5_000, "zhao")]));
    }
}

#[test]
fn a_report_before_all_others_changes_what_the_first_one_gives() {
    check(&with([holds("new", 0, 70, "zhao")]));
    check(&several().split_off(2).into_iter().chain([holds("new", 4, 70, "zhao")]).collect::<Vec<_>>());
}

#[test]
fn a_report_after_all_others_names_the_present_holder() {
    check(&with([holds("new", 30, 7, "zhao"), holds("later", 39, 9, "wang")]));
}

#[test]
fn a_reversed_middle_report_makes_its_neighbours_adjacent() {
    for of in ["1", "2", "3", "4"] {
        check(&with([back("back", of)]));
    }
    // All are reversed; the first; the last.
    check(&with(["0", "5", "1", "2", "3", "4"].map(|of| back(&format!("back {of}"), of))));
}

#[test]
fn a_partly_reversed_middle_report_is_lower_on_its_day_only() {
    let part = but(back("back", "2"), |event| {
        event.reverses.iter_mut().for_each(|reverses| reverses.amount = Some(money("CNY", 11_100)));
    });
    check(&with([part]));
}

#[test]
fn a_revision_of_a_middle_day_replaces_its_report_until_it_is_reversed() {
    let revised = but(holds("new", 11, 900, "wang"), |event| event.revision = Some(1));
    let older = but(holds("older", 11, 800, "li"), |event| event.revision = Some(-1));
    check(&with([revised.clone(), older]));
    check(&with([revised, back("back", "new")]));
    // The same revision at the same time: the report with the greater id counts.
    check(&with(
        [holds("3", 11, 5, "li"), holds("20", 11, 6, "li"), holds("1x", 11, 7, "li")]
            .map(|fact| but(fact, |event| event.id = format!("z{}", event.id).into())),
    ));
}

#[test]
fn a_report_outside_of_the_filter_between_two_that_count_is_skipped() {
    let silver =
        |id: &str, number| but(holds(id, number, 4_000, "zhao"), |event| event.product = "silver".into());
    check(&with([silver("s1", 8), silver("s2", 13), silver("s3", 11)]));
    check(&with([silver("s1", 8), silver("s2", 13), holds("new", 9, 60, "zhao"), back("back", "new")]));
    // It is adjacent to reports of the other kind on both sides, and on its day there is one with a greater
    // revision.
    let later = but(silver("s4", 12), |event| event.revision = Some(9));
    check(&with([silver("s1", 10), later, holds("new", 12, 60, "zhao")]));
}

#[test]
fn reports_of_other_months_or_currencies_count_where_they_belong() {
    let yen = but(holds("yen", 9, 60, "zhao"), |event| event.amount = Some(money("JPY", 5)));
    let early = but(holds("early", 1, 60, "zhao"), |event| {
        event.business_date = date(2024, 2, 29);
        event.occurred = Time(0);
    });
    check(&with([yen, early, back("back", "0")]));
}

#[test]
fn accounts_with_many_reports_agree_although_their_sums_are_cached() {
    let who = ["li", "wang", "zhao"];
    let one = |at: i64| holds(&format!("{at}"), at * 7 % 37, 100 + at * at, who[at as usize % 3]);
    let all = (0..37).map(one);
    let taken = [3, 9, 30].map(|of| back(&format!("back {of}"), &of.to_string()));
    let again = (0..9).map(|at| {
        but(holds(&format!("again {at}"), at * 4, at, "li"), |event| {
            event.revision = Some(1);
        })
    });
    check(&all.chain(taken).chain(again).collect::<Vec<_>>());
}
