//! The tie rule `dense` (1223): equal rows share a rank, and the next rank follows it.

use longhu_core::contest::{Contest, TieRule};
use longhu_core::rule::tie_rule;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{a_point_each, contest};

#[test]
fn two_who_are_second_are_followed_by_the_third() {
    let contest = Contest { tie_rule: TieRule::Dense(tie_rule::Dense), ..contest(vec![a_point_each()]) };
    let scenario = Scenario::of(contest)
        .employee("sun", None)
        .cards("1", 3, 3, "sun")
        .cards("2", 3, 4, "li")
        .cards("3", 3, 4, "zhao")
        .cards("4", 3, 5, "wang");
    let says = scenario.says();
    let ranks: Vec<_> = says.tables[0].rows.iter().map(|row| (row.rank, row.id.as_str())).collect();
    assert_eq!(ranks, [(1, "wang"), (2, "li"), (2, "zhao"), (3, "sun")]);
}
