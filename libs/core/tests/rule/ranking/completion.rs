//! The ranking by `completion` of a target.

use longhu_core::contest::{Completion, Contest, Measure, Points, RankedBy};
use longhu_core::oracle::rate;
use longhu_core::rule::{measure, ranking};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{contest, counts, points, ranks, some, weight};

#[test]
fn rows_are_ranked_by_completion_without_its_cap_and_those_without_completion_come_last() {
    // wang has 90 of 30: 3. li has 100 of 40: 2.5. zhao has 500 and no target. The cap gives wang and li the
    // same score, 120.
    let rule = Completion { cap_e4: Some(12_000), ..weight(100) };
    let scenario = Scenario::of(Contest {
        ranked_by: RankedBy::Completion(ranking::Completion(0)),
        ..contest(vec![counts("cards", Measure::Quantity(measure::Quantity), Points::Completion(rule))])
    })
    .targets("wang", &[("cards", "", 30)])
    .targets("li", &[("cards", "", 40)])
    .cards("1", 3, 90, "wang")
    .cards("2", 3, 100, "li")
    .cards("3", 3, 500, "zhao");
    let says = scenario.says();
    assert_eq!(ranks(&says.tables[0]), [(1, "wang", points(120)), (2, "li", points(120)), (3, "zhao", 0)]);
    let keys: Vec<_> = says.tables[0].rows.iter().map(|row| row.key.clone()).collect();
    assert_eq!(keys, [some(3), Some(rate(5, 2)), None]);
}
