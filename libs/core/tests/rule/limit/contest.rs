//! The most that the whole contest may be worth.

use longhu_core::contest::{Cap, Indicator, Limit};
use longhu_core::rule::limit;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{a_point_each, cap, contest, points};

#[test]
fn without_rounds_the_cap_of_the_contest_holds_and_that_of_a_round_does_not() {
    let caps = vec![
        cap(Limit::Round(limit::Round), 1),
        Cap { boards: vec!["employee".into()], ..cap(Limit::Contest(limit::Contest), 5) },
    ];
    let capped = Indicator { caps, ..a_point_each() };
    let scenario = Scenario::of(contest(vec![capped])).branch("b1", &["wang"]).cards("1", 1, 10, "wang");
    let says = scenario.says();
    // On the branches' board nothing is capped.
    assert_eq!((says.tables[0].rows[0].score, says.tables[1].rows[0].score), (points(5), points(10)));
}
