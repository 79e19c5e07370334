//! The most that the events of a day may be worth, on all boards or on some.

use longhu_core::contest::{Cap, Contest, Indicator, Limit};
use longhu_core::rule::limit;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{a_point_each, cap, contest, figure, points};

fn capped(cap: Cap) -> Contest {
    contest(vec![Indicator { caps: vec![cap], ..a_point_each() }])
}

#[test]
fn a_cap_by_day_holds_for_the_sum_of_the_day_of_each_credit() {
    // The 3rd: 4 and 4, at most 5. The 4th: 3. The 5th: 8 of the first two are taken back, at most 5.
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
fn a_cap_holds_on_its_own_boards_and_a_unit_is_clamped_as_one() {
    // wang and li have 4 each on one day: less than 5. Their branch has 8.
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
