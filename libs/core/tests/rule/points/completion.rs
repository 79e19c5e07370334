//! The points `completion`: a weight for reaching a target, with floor, cap, threshold, and a target of zero.

use longhu_core::contest::{Completion, Contest, Measure, Points, ZeroTarget};
use longhu_core::oracle::{Rate, rate};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{contest, counts, figure, points, some, weight};

fn scorecard(rule: Completion) -> Contest {
    contest(vec![counts("cards", Measure::Quantity(measure::Quantity), Points::Completion(rule))])
}

/// Completion and points for a number of cards and a target.
fn reached(rule: Completion, cards: i64, target: Option<i64>) -> (Option<Rate>, i128) {
    let scenario = Scenario::of(scorecard(rule)).cards("1", 3, cards, "wang");
    let scenario = match target {
        Some(target) => scenario.targets("wang", &[("cards", "", target)]),
        None => scenario,
    };
    let says = scenario.says();
    assert_eq!(figure(&says, "wang").target, target.map(|target| points(i128::from(target))));
    (figure(&says, "wang").completion.clone(), figure(&says, "wang").points)
}

#[test]
fn a_weight_is_multiplied_by_the_completion_and_rounded_once() {
    assert_eq!(reached(weight(100), 10, Some(40)), (Some(rate(1, 4)), points(25)));
    assert_eq!(reached(weight(100), 80, Some(40)), (some(2), points(200)));
    assert_eq!(reached(weight(100), -4, Some(40)), (Some(rate(-1, 10)), points(-10)));
    assert_eq!(reached(weight(100), 1, Some(3)), (Some(rate(1, 3)), 333_333));
}

#[test]
fn less_than_the_floor_counts_as_the_floor_and_more_than_the_cap_as_the_cap() {
    let rule = Completion { floor_e4: Some(5_000), cap_e4: Some(12_000), ..weight(100) };
    assert_eq!(reached(rule, 10, Some(40)), (Some(rate(1, 4)), points(50)));
    assert_eq!(reached(rule, 20, Some(40)).1, points(50));
    assert_eq!(reached(rule, 24, Some(40)).1, points(60));
    assert_eq!(reached(rule, 48, Some(40)).1, points(120));
    // The completion itself is not capped.
    assert_eq!(reached(rule, 80, Some(40)), (some(2), points(120)));
}

#[test]
fn below_the_threshold_there_are_no_points_whatever_the_floor() {
    let rule = Completion { floor_e4: Some(8_000), threshold_e4: Some(6_000), ..weight(100) };
    assert_eq!(reached(rule, 23, Some(40)), (Some(rate(23, 40)), 0));
    assert_eq!(reached(rule, 24, Some(40)).1, points(80));
    assert_eq!(reached(rule, 40, Some(40)).1, points(100));
}

#[test]
fn a_target_of_zero_is_reached_by_any_value_from_zero_on_or_never() {
    assert_eq!(reached(weight(100), 3, Some(0)), (None, 0));
    let rule = Completion { zero_target: ZeroTarget::Reached, ..weight(100) };
    assert_eq!(reached(rule, 3, Some(0)), (some(1), points(100)));
    assert_eq!(reached(rule, 0, Some(0)), (some(1), points(100)));
    assert_eq!(reached(rule, -1, Some(0)), (None, 0));
}

#[test]
fn without_a_target_there_is_no_completion_and_not_even_the_floor() {
    let rule = Completion { floor_e4: Some(5_000), zero_target: ZeroTarget::Reached, ..weight(100) };
    assert_eq!(reached(rule, 3, None), (None, 0));
}
