//! The measure `customers`: which creditor refers to which customer, and what takes a reference back.

use longhu_core::contest::{Contest, Filter, Measure, Points};
use longhu_core::event::Event;
use longhu_core::oracle::{Rate, Refusal};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{back, card_for, cards, day, with, yuan};
use longhu_core::testkit::rules::{POINT, contest, counts, figure, in_rounds, points, row, some};

fn customers(measure: Measure) -> Contest {
    contest(vec![counts("customers", measure, Points::per_unit(2 * POINT))])
}

fn value(scenario: &Scenario, who: &str) -> Option<Rate> {
    figure(&scenario.says(), who).value.clone()
}

/// Value and score in each round, then in the whole contest.
fn by_round(scenario: &Scenario, who: &str) -> Vec<Option<(Option<Rate>, i128)>> {
    let says = scenario.says();
    let tables = says.rounds.iter().map(|round| &round[0]).chain([&says.tables[0]]);
    let of = |table: &longhu_core::oracle::Table| {
        let row = table.rows.iter().find(|row| row.id == who)?;
        Some((row.figures[0].value.clone(), row.score))
    };
    tables.map(of).collect()
}

#[test]
fn a_customer_is_one_whatever_its_events_and_whole_for_each_creditor() {
    let shared = Event { customer: "k".into(), ..cards("1", day(3), 5, &[("wang", ""), ("li", "")]) };
    let scenario = Scenario::of(customers(Measure::Customers(measure::Customers)))
        .branch("b1", &["wang", "li"])
        .when(shared)
        .card_for("2", 4, ("k", ""), "wang")
        .card_for("3", 4, ("j", ""), "wang")
        .cards("4", 4, 3, "wang");
    let says = scenario.says();
    // wang: k and j, at 2 points each. li: k. The branch: k and j, not three customers.
    assert_eq!((figure(&says, "wang").value.clone(), figure(&says, "wang").points), (some(2), points(4)));
    assert_eq!(figure(&says, "li").value, some(1));
    assert_eq!(row(&says.tables[1], "b1").figures[0].value, some(2));
    // A reference is one whole without points; the card without a customer gives none.
    assert_eq!((says.credits[0].measure, says.credits[0].points), (10_000, 0));
    assert!(says.refusals.contains(&Refusal::NoCustomer));
}

#[test]
fn a_creditor_without_share_gets_no_reference_and_an_unassigned_rest_gives_the_branch_one() {
    let mut card = card_for("1", 3, ("k", ""), "wang");
    card.credits[0].share_ppm = Some(0);
    let scenario =
        Scenario::of(customers(Measure::Customers(measure::Customers))).branch("b1", &["wang"]).when(card);
    let says = scenario.says();
    assert!(says.tables[0].rows.is_empty());
    assert_eq!(row(&says.tables[1], "b1").figures[0].value, some(1));
}

#[test]
fn a_dated_reversal_takes_a_reference_on_its_day_and_a_void_one_from_the_start() {
    let scenario =
        Scenario::of(customers(Measure::Customers(measure::Customers))).card_for("1", 3, ("k", ""), "wang");
    let dated = scenario.clone().takes_back("2", "1", 20);
    assert_eq!(value(&dated, "wang"), some(0));
    assert_eq!(dated.says().credits[1].measure, -10_000);
    // A second card of the same customer still gives a reference.
    assert_eq!(value(&dated.card_for("3", 5, ("k", ""), "wang"), "wang"), some(1));
    let void = scenario.when(back("2", "1", day(20)));
    assert!(void.says().credits.is_empty());
}

#[test]
fn a_part_that_leaves_the_filter_as_it_was_takes_no_reference() {
    let least = Filter { amount_min: Some(50_000), ..Filter::default() };
    let mut contest = customers(Measure::Customers(measure::Customers));
    contest.indicators[0].filter = least;
    let sold = Event { amount: Some(yuan(90_000)), quantity: None, ..card_for("1", 3, ("k", ""), "wang") };
    let part = |id: &str, amount| {
        with(back(id, "1", day(20)), move |part| {
            part.dated = true;
            part.amount = Some(yuan(amount));
        })
    };
    // 900 minus 300 is enough for the filter; minus another 300 it is not.
    let scenario = Scenario::of(contest).when(sold).when(part("2", 30_000));
    assert_eq!((scenario.says().credits.len(), value(&scenario, "wang")), (1, some(1)));
    let scenario = scenario.when(part("3", 30_000));
    assert_eq!((scenario.says().credits.len(), value(&scenario, "wang")), (2, some(0)));
    // What is reversed after that was no reference any more.
    assert_eq!(scenario.takes_back("4", "1", 21).says().credits.len(), 2);
}

#[test]
fn a_part_that_makes_the_filter_match_gives_a_reference_on_its_day() {
    let mut contest = customers(Measure::Customers(measure::Customers));
    contest.indicators[0].filter = Filter { amount_max: Some(50_000), ..Filter::default() };
    let sold = Event { amount: Some(yuan(90_000)), quantity: None, ..card_for("1", 3, ("k", ""), "wang") };
    let part = with(back("2", "1", day(20)), |part| {
        part.dated = true;
        part.amount = Some(yuan(60_000));
    });
    let scenario = Scenario::of(contest).when(sold);
    assert!(scenario.says().credits.is_empty());
    let scenario = scenario.when(part);
    let says = scenario.says();
    assert_eq!((says.credits[0].date, says.credits[0].measure), (day(20), 10_000));
    assert_eq!(value(&scenario, "wang"), some(1));
}

#[test]
fn an_event_without_customer_takes_no_reference() {
    let scenario = Scenario::of(customers(Measure::Customers(measure::Customers)))
        .cards("1", 3, 1, "wang")
        .takes_back("2", "1", 4);
    assert!(scenario.says().credits.is_empty());
}

#[test]
fn a_reference_taken_in_a_later_round_is_missing_there_for_its_product_only() {
    let contest = in_rounds(customers(Measure::Customers(measure::Customers)), &[(1, 10), (12, 20)]);
    // Round 1: k by product a. Round 2: the card of round 1 is reversed: -1, which is no customer.
    let scenario = Scenario::of(contest).card_for("1", 3, ("k", "a"), "wang").takes_back("2", "1", 12);
    let one = |customers: i128| Some((some(customers), points(2 * customers)));
    assert_eq!(by_round(&scenario, "wang"), [one(1), one(0), one(1)]);
    // A new card of the same product only makes up for it: 0, still no customer.
    let again = scenario.clone().card_for("3", 13, ("k", "a"), "wang");
    assert_eq!(by_round(&again, "wang"), [one(1), one(0), one(1)]);
    // A card of another product gives a reference of its own. The total is the sum of the rounds: k counts in
    // both.
    let other = scenario.card_for("3", 13, ("k", "b"), "wang");
    assert_eq!(by_round(&other, "wang"), [one(1), one(1), one(2)]);
}
