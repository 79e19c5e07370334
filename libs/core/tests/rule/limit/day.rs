//! The cap by day, on all boards or on some.

use longhu_core::contest::{Cap, Contest, Indicator, Limit};
use longhu_core::rule::limit;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{a_point_each, cap, contest, figure, points};

fn capped(cap: Cap) -> Contest {
    contest(vec![Indicator { caps: vec![cap], ..a_point_each() }])
}

#[test]
fn a_cap_by_day_applies_to_the_sum_of_the_credits_of_a_day() {
    // The 3rd: 4 and 4, capped at 5. The 4th: 3. The 5th: 8 of the first two are reversed, capped at 5.
    let scenario = Scenario::of(capped(cap(Limit::Day(limit::Day), 5)))
        .cards("1", 3, 4, "wang")
        .cards("2", 3, 4, "wang")
        .cards("3", 4, 3, "wang")
        .takes_back("4", "1", 5)
        .takes_back("5", "2", 5);
    let figure = figure(&scenario.says(), "wang").clone();
    assert_eq!((figure.points, figure.measure), (points(5 + 3 - 5), 30_000));
}

#[test]
fn a_cap_applies_on_its_own_boards_and_to_a_unit_as_a_whole() {
    // wang and li have 4 each on one day, which is below the cap. Their branch has 8.
    let on = |boards: &[&str]| {
        let boards = boards.iter().map(|board| (*board).to_owned()).collect();
        let contest = capped(Cap { boards, ..cap(Limit::Day(limit::Day), 5) });
        let scenario = Scenario::of(contest).branch("b1", &["wang", "li"]);
        let scenario = scenario.cards("1", 3, 4, "wang").cards("2", 3, 4, "li");
        let says = scenario.says();
        (says.tables[0].rows[0].score, says.tables[1].rows[0].score)
    };
    assert_eq!(on(&[]), (points(4), points(5)));
    assert_eq!(on(&["branch"]), (points(4), points(5)));
    assert_eq!(on(&["employee"]), (points(4), points(8)));
}
