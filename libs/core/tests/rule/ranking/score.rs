//! The ranking by `score`.

use longhu_core::contest::{Contest, Listing};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{a_point_each, contest, points, ranks, some};

#[test]
fn the_greater_score_is_first_and_one_below_zero_last() {
    let listed = Contest { listing: Listing::Eligible, ..contest(vec![a_point_each()]) };
    let scenario = Scenario::of(listed).cards("1", 3, -2, "wang").cards("2", 3, 5, "zhao");
    let says = scenario.says();
    // li has no card and is listed with a score of 0.
    assert_eq!(ranks(&says.tables[0]), [(1, "zhao", points(5)), (2, "li", 0), (3, "wang", points(-2))]);
    let keys: Vec<_> = says.tables[0].rows.iter().map(|row| row.key.clone()).collect();
    assert_eq!(keys, [some(5), some(0), some(-2)]);
}
