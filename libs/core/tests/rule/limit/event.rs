//! The cap by event: the most points of each creditor's part of one event.

use jiff::civil::date;
use longhu_core::contest::{Cap, Contest, Indicator, Limit};
use longhu_core::rule::limit;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{cards, day};
use longhu_core::testkit::rules::{a_point_each, cap, contest, figure, points};

fn capped(cap: Cap) -> Contest {
    contest(vec![Indicator { caps: vec![cap], ..a_point_each() }])
}

#[test]
fn a_cap_by_event_applies_to_each_creditors_part_and_not_to_the_measure() {
    // 10 cards shared by two: 5 each, capped at 4. First 2 cards are reversed: 4 each is not above the cap,
    // so nobody loses points. Then the rest.
    let scenario = Scenario::of(capped(cap(Limit::Event(limit::Event), 4)))
        .when(cards("1", day(3), 10, &[("wang", ""), ("li", "")]))
        .takes_part("2", "1", 10, 2)
        .takes_part("3", "1", 11, 3)
        .takes_back("4", "1", 12);
    let says = scenario.says();
    let of_wang: Vec<(i128, i128)> = says
        .credits
        .iter()
        .filter(|credit| credit.employee == Some("wang"))
        .map(|credit| (credit.measure, credit.points))
        .collect();
    // Of the remaining 8 cards, 3 are reversed: 2.5 each are left, a loss of 1.5. Then all: a loss of 2.5.
    assert_eq!(of_wang, [(50_000, points(4)), (-10_000, 0), (-15_000, -15_000), (-25_000, -25_000)]);
}

#[test]
fn two_events_are_capped_apart() {
    // 10 is capped at 4, twice; 3 is below the cap.
    let scenario = Scenario::of(capped(cap(Limit::Event(limit::Event), 4)));
    let scenario = scenario.cards("1", 3, 10, "wang").cards("2", 3, 10, "wang").cards("3", 3, 3, "wang");
    assert_eq!(figure(&scenario.says(), "wang").points, points(11));
}

#[test]
fn the_cap_applies_to_what_march_takes_from_an_event_of_february() {
    // March gave nothing for the 10 cards, so it takes at most 4 points for them.
    let taken = |count| {
        let card = cards("1", date(2025, 2, 3), 10, &[("wang", "")]);
        let scenario = Scenario::of(capped(cap(Limit::Event(limit::Event), 4)))
            .when(card)
            .takes_part("2", "1", 3, count);
        scenario.says().credits[0].points
    };
    assert_eq!([taken(3), taken(10)], [points(-3), points(-4)]);
}

#[test]
fn the_unassigned_part_of_an_event_is_capped_like_a_creditors() {
    // wang has 30 %, which is 3; the branch has the rest, 7, capped at 4.
    let mut card = cards("1", day(3), 10, &[("wang", "")]);
    card.credits[0].share_ppm = Some(300_000);
    let scenario =
        Scenario::of(capped(cap(Limit::Event(limit::Event), 4))).branch("b1", &["wang"]).when(card);
    let says = scenario.says();
    assert_eq!((says.tables[0].rows[0].score, says.tables[1].rows[0].score), (points(3), points(7)));
    assert_eq!(says.credits[1].points, points(4));
}
