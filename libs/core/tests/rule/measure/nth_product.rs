//! The measure `nth_product`: which opening starts the window, which event is the n-th product, and what a
//! reversal changes.

use jiff::civil::{Date, date};
use longhu_core::contest::{Contest, Indicator, Limit, Measure, Points, Window};
use longhu_core::event::Event;
use longhu_core::rule::{limit, measure};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, card_for, day, days};
use longhu_core::testkit::rules::{POINT, cap, contest, counts, points};

/// One point for the second product within 7 days of the opening.
fn second() -> Indicator {
    let measure = Measure::NthProduct(measure::NthProduct {
        nth: 2,
        within_days: 7,
        openings: vec!["account.opened".to_owned()],
    });
    counts("cross-sale", measure, Points::per_unit(POINT))
}

fn scenario() -> Scenario {
    Scenario::of(contest(vec![second()]))
}

fn opened(id: &str, on: Date) -> Event<'static> {
    Event { kind: "account.opened".into(), business_date: on, ..card_for(id, 1, ("k", ""), "zhao") }
}

/// Who brought the second product, and on which day.
fn found(scenario: &Scenario) -> Vec<(String, i8)> {
    let says = scenario.says();
    says.credits
        .iter()
        .map(|credit| (credit.employee.unwrap_or_default().to_owned(), credit.date.day()))
        .collect()
}

fn of(who: &str, of_march: i8) -> Vec<(String, i8)> {
    vec![(who.to_owned(), of_march)]
}

#[test]
fn the_second_different_product_counts_from_the_opening_to_the_last_day_of_the_window() {
    let opened = scenario().when(opened("0", day(1)));
    let with = |first, second| {
        let scenario = opened.clone().card_for("1", first, ("k", "a"), "wang");
        found(&scenario.card_for("2", second, ("k", "b"), "li"))
    };
    assert_eq!(with(1, 1), of("li", 1));
    assert_eq!(with(8, 8), of("li", 8));
    assert_eq!(with(8, 9), []);
    // The one with the earlier date is the first product, in whatever order they came.
    assert_eq!(with(3, 2), of("wang", 3));
    let credits = opened.card_for("1", 2, ("k", "a"), "wang").card_for("2", 3, ("k", "b"), "li");
    let says = credits.says();
    assert_eq!((says.credits[0].measure, says.credits[0].points), (10_000, points(1)));
}

#[test]
fn a_product_before_the_opening_or_of_the_same_kind_does_not_count() {
    let opened = scenario().when(opened("0", day(5)));
    let scenario = opened.clone().card_for("1", 4, ("k", "a"), "wang").card_for("2", 5, ("k", "b"), "wang");
    assert_eq!(found(&scenario), []);
    assert_eq!(found(&scenario.clone().card_for("3", 6, ("k", "b"), "li")), []);
    assert_eq!(found(&scenario.card_for("3", 6, ("k", ""), "li")), of("li", 6));
    // Products of another customer, or of none, do not count for this one.
    let scenario = opened.card_for("1", 6, ("j", "a"), "wang").card_for("2", 7, ("k", "b"), "wang");
    assert_eq!(found(&scenario.card_for("3", 7, ("", "c"), "wang")), []);
}

#[test]
fn the_window_begins_with_the_first_opening_that_is_not_reversed() {
    // With the opening of the 1st, the products of the 2nd and the 8th are two. With that of the 5th, the
    // product of the 2nd does not count.
    let scenario = scenario()
        .when(opened("01", day(1)))
        .when(opened("02", day(5)))
        .card_for("1", 2, ("k", "a"), "wang")
        .card_for("2", 8, ("k", "b"), "li");
    assert_eq!(found(&scenario), of("li", 8));
    // The opening of the 1st does not count at all, although its reversal is dated the 30th.
    let scenario = scenario.takes_back("3", "01", 30);
    assert_eq!(found(&scenario), []);
    assert_eq!(found(&scenario.clone().card_for("4", 12, ("k", "c"), "zhao")), of("zhao", 12));
    assert_eq!(found(&scenario.card_for("4", 13, ("k", "c"), "zhao")), []);
}

#[test]
fn if_the_second_product_is_reversed_the_third_becomes_the_second() {
    let scenario = scenario()
        .when(opened("0", day(1)))
        .card_for("1", 2, ("k", "a"), "wang")
        .card_for("2", 3, ("k", "b"), "li")
        .card_for("3", 4, ("k", "c"), "zhao");
    assert_eq!(found(&scenario), of("li", 3));
    // A dated reversal has the same effect, whatever its day.
    assert_eq!(found(&scenario.clone().takes_back("4", "2", 20)), of("zhao", 4));
    assert_eq!(found(&scenario.clone().takes_back("4", "1", 20)), of("zhao", 4));
    assert_eq!(found(&scenario.clone().takes_back("4", "3", 20)), of("li", 3));
    assert_eq!(found(&scenario.takes_back("4", "2", 20).takes_back("5", "3", 20)), []);
}

#[test]
fn opening_and_first_product_may_be_before_the_period_but_not_the_second() {
    let february = date(2025, 2, 25);
    let opened = scenario().when(opened("0", february));
    let first = Event { business_date: february, ..card_for("1", 1, ("k", "a"), "wang") };
    let second = |of_march| opened.clone().when(first.clone()).card_for("2", of_march, ("k", "b"), "li");
    assert_eq!(found(&second(4)), of("li", 4));
    assert_eq!(found(&second(5)), []);
    // The second product was in February, so the one in March is the third.
    let early = Event { business_date: date(2025, 2, 28), ..card_for("3", 1, ("k", "c"), "wang") };
    assert_eq!(found(&second(4).when(early)), []);
}

#[test]
fn a_late_opening_or_product_does_not_count_and_is_listed_as_late() {
    let deadline = at(day(31), 21);
    let scenario = Scenario::of(Contest { scoring_deadline: Some(deadline), ..contest(vec![second()]) });
    let scenario = scenario.card_for("1", 2, ("k", "a"), "wang").card_for("2", 3, ("k", "b"), "li");
    let late = scenario.clone().when_at(deadline, opened("0", day(1)));
    assert_eq!((found(&late), late.says().late), (vec![], 1));
    let late = scenario.when(opened("0", day(2))).when_at(deadline, back("3", "1", day(20)));
    assert_eq!((found(&late), late.says().late), (of("li", 3), 1));
}

#[test]
fn windows_and_caps_apply_to_the_second_product() {
    let window = Window { period: days(3, 3), times_e4: 30_000 };
    let score = |indicator: Indicator, of_march| {
        let scenario = Scenario::of(Contest { indicators: vec![indicator], ..contest(vec![]) });
        let scenario = scenario.when(opened("0", day(1))).card_for("1", 2, ("k", "a"), "wang");
        scenario.card_for("2", of_march, ("k", "b"), "li").says().credits[0].points
    };
    let in_window = Indicator { windows: vec![window], ..second() };
    assert_eq!([score(in_window.clone(), 3), score(in_window.clone(), 4)], [points(3), points(1)]);
    assert_eq!(
        score(Indicator { caps: vec![cap(Limit::Event(limit::Event), 2)], ..in_window }, 3),
        points(2)
    );
}
