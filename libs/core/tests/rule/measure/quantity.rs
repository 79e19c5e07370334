//! The measure `quantity`: the sum of quantities.

use longhu_core::event::Event;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{cards, day, three};
use longhu_core::testkit::rules::{a_point_each, contest, figure, points, some};

#[test]
fn quantities_add_up_and_an_event_without_one_is_one_piece() {
    let without = Event { quantity: None, ..three("2", 1) };
    let scenario = Scenario::of(contest(vec![a_point_each()])).when(three("1", 5)).when(without);
    let says = scenario.says();
    assert_eq!((figure(&says, "wang").value.clone(), figure(&says, "wang").points), (some(6), points(6)));
}

#[test]
fn a_partial_reversal_leaves_the_rest_of_the_quantity() {
    // 5 pieces of two creditors: 2.5 each. When 2 are reversed: 1.5 each.
    let shared = cards("1", day(3), 5, &[("wang", ""), ("li", "")]);
    let scenario = Scenario::of(contest(vec![a_point_each()])).when(shared).takes_part("2", "1", 9, 2);
    assert_eq!(figure(&scenario.says(), "li").measure, 15_000);
}
