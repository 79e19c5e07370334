//! The measure `count`: each event is one.

use longhu_core::contest::{Contest, Measure, Points};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{cards, day};
use longhu_core::testkit::rules::{POINT, contest, counts, figure, points, some};

fn events() -> Contest {
    contest(vec![counts("events", Measure::Count(measure::Count), Points::per_unit(2 * POINT))])
}

#[test]
fn each_event_is_one_whatever_its_quantity() {
    let scenario = Scenario::of(events()).cards("1", 3, 7, "wang").cards("2", 4, 0, "wang");
    let says = scenario.says();
    assert_eq!((figure(&says, "wang").value.clone(), figure(&says, "wang").points), (some(2), points(4)));
}

#[test]
fn an_event_is_divided_among_its_creditors_and_counts_until_nothing_is_left() {
    // One event of two creditors is half an event for each.
    let shared = cards("1", day(3), 3, &[("wang", ""), ("li", "")]);
    let scenario = Scenario::of(events()).when(shared).takes_part("2", "1", 20, 1);
    assert_eq!(figure(&scenario.says(), "wang").measure, 5_000);
    // When the last two pieces are reversed, nothing of the event is left.
    let scenario = scenario.takes_part("3", "1", 21, 2);
    let says = scenario.says();
    assert_eq!((figure(&says, "wang").measure, figure(&says, "li").points), (0, 0));
}
