//! The cap by round.

use longhu_core::contest::{Indicator, Limit};
use longhu_core::rule::limit;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{a_point_each, cap, contest, in_rounds, points};

#[test]
fn a_round_has_its_cap_and_the_whole_has_another() {
    // Round 1: 10, capped at 3. Round 2: 4, capped at 3. Total: 6, capped at 5.
    let capped = Indicator {
        caps: vec![cap(Limit::Round(limit::Round), 3), cap(Limit::Contest(limit::Contest), 5)],
        ..a_point_each()
    };
    let contest = in_rounds(contest(vec![capped]), &[(1, 10), (12, 20)]);
    let scenario = Scenario::of(contest.clone()).cards("1", 1, 10, "wang").cards("2", 12, 4, "wang");
    let says = scenario.says();
    let of_round = |round: usize| says.rounds[round][0].rows[0].score;
    assert_eq!((of_round(0), of_round(1)), (points(3), points(3)));
    assert_eq!(says.tables[0].rows[0].score, points(5));
    assert_eq!(says.tables[0].rows[0].figures[0].measure, 140_000);
    // The same below zero: -10 and -4 are capped at -3 each, and their sum at -5.
    let scenario = Scenario::of(contest).cards("1", 1, -10, "wang").cards("2", 12, -4, "wang");
    assert_eq!(scenario.says().tables[0].rows[0].score, points(-5));
}
