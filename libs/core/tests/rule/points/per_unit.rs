//! The points `per_unit`: points for each counted unit.

use longhu_core::contest::{Contest, Indicator, Measure, Points};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{cards, day};
use longhu_core::testkit::rules::{POINT, a_point_each, contest, counts, figure, points};

fn per_unit(points_e4: i64) -> Contest {
    contest(vec![Indicator { points: Points::per_unit(points_e4), ..a_point_each() }])
}

#[test]
fn each_piece_gives_its_points_which_may_be_negative() {
    let score = |rate| figure(&Scenario::of(per_unit(rate)).cards("1", 3, 4, "wang").says(), "wang").points;
    assert_eq!([score(25_000), score(-POINT), score(0)], [points(10), points(-4), 0]);
}

#[test]
fn an_event_is_rounded_half_to_even_before_it_is_divided() {
    // 3 pieces of 0.0001 for two creditors: 2 and 1 units; nothing is lost.
    let shared = cards("1", day(3), 3, &[("wang", ""), ("li", "")]);
    let scenario = Scenario::of(per_unit(1)).when(shared);
    let says = scenario.says();
    assert_eq!((figure(&says, "li").points, figure(&says, "wang").points), (2, 1));
}

#[test]
fn without_points_by_event_the_value_gives_the_points() {
    // Two customers at 3 points, although there are four cards.
    let customers = counts("customers", Measure::Customers(measure::Customers), Points::per_unit(3 * POINT));
    let scenario = Scenario::of(contest(vec![customers]))
        .card_for("1", 3, ("k", ""), "wang")
        .card_for("2", 4, ("k", ""), "wang")
        .card_for("3", 5, ("j", ""), "wang")
        .card_for("4", 6, ("j", ""), "wang");
    let says = scenario.says();
    assert_eq!(figure(&says, "wang").points, points(6));
    assert!(says.credits.iter().all(|credit| credit.points == 0));
}
