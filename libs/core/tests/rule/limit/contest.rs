//! The cap by contest.

use longhu_core::contest::{Cap, Indicator, Limit};
use longhu_core::rule::limit;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{a_point_each, cap, contest, points};

#[test]
fn without_rounds_the_cap_by_contest_applies_and_the_cap_by_round_does_not() {
    let caps = vec![
        cap(Limit::Round(limit::Round), 1),
        Cap { boards: vec!["employee".into()], ..cap(Limit::Contest(limit::Contest), 5) },
    ];
    let capped = Indicator { caps, ..a_point_each() };
    let scenario = Scenario::of(contest(vec![capped])).branch("b1", &["wang"]).cards("1", 1, 10, "wang");
    let says = scenario.says();
    // The board of branches has no cap.
    assert_eq!((says.tables[0].rows[0].score, says.tables[1].rows[0].score), (points(5), points(10)));
}
