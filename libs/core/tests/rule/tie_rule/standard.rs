//! The tie rule `standard` (1224): equal rows share a rank, and ranks are skipped after it.

use longhu_core::contest::{Contest, TieRule};
use longhu_core::rule::tie_rule;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{a_point_each, contest};

#[test]
fn after_two_second_ranks_there_is_no_third() {
    let contest =
        Contest { tie_rule: TieRule::Standard(tie_rule::Standard), ..contest(vec![a_point_each()]) };
    let scenario = Scenario::of(contest)
        .employee("sun", None)
        .cards("1", 3, 3, "sun")
        .cards("2", 3, 4, "li")
        .cards("3", 3, 4, "zhao")
        .cards("4", 3, 5, "wang");
    let says = scenario.says();
    let ranks: Vec<_> = says.tables[0].rows.iter().map(|row| (row.rank, row.id.as_str())).collect();
    assert_eq!(ranks, [(1, "wang"), (2, "li"), (2, "zhao"), (4, "sun")]);
}
