//! The window `times`: within its days, points are multiplied by a factor.

use longhu_core::contest::{Contest, Indicator, Points, Window};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::days;
use longhu_core::testkit::rules::{POINT, a_point_each, contest, points};

fn worth_more(times_e4: i64, points_e4: i64) -> Contest {
    let window = Window { period: days(10, 12), times_e4 };
    contest(vec![Indicator { points: Points::per_unit(points_e4), windows: vec![window], ..a_point_each() }])
}

#[test]
fn points_are_multiplied_from_the_first_day_of_a_window_to_the_last() {
    let score = |of_march| {
        Scenario::of(worth_more(25_000, POINT)).cards("1", of_march, 2, "wang").says().credits[0].points
    };
    // Two cards, at one point or at two and a half.
    assert_eq!([9, 10, 12, 13].map(score), [points(2), points(5), points(5), points(2)]);
}

#[test]
fn a_reversal_uses_the_factor_of_its_originals_day() {
    // 3 cards at 2.5 give 7.5; one is reversed on the 20th, which leaves 2 at 2.5: 5.
    let scenario =
        Scenario::of(worth_more(25_000, POINT)).cards("1", 11, 3, "wang").takes_part("2", "1", 20, 1);
    let says = scenario.says();
    assert_eq!([says.credits[0].points, says.credits[1].points], [75_000, -25_000]);
    // The other way round: 3 cards of the 9th at 1, one of them reversed within the window.
    let scenario =
        Scenario::of(worth_more(25_000, POINT)).cards("1", 9, 3, "wang").takes_part("2", "1", 11, 1);
    assert_eq!(scenario.says().credits[1].points, points(-1));
}

#[test]
fn an_event_in_a_window_is_rounded_once() {
    // 1, 3 and 5 times 0.0001 times one half are 0.5, 1.5 and 2.5 units, rounded to 0, 2 and 2.
    let score =
        |count| Scenario::of(worth_more(5_000, 1)).cards("1", 10, count, "wang").says().credits[0].points;
    assert_eq!([1, 3, 5].map(score), [0, 2, 2]);
}
