//! The tie-break `name`: equal scores are separated by the name on the last day.

use longhu_core::contest::{Contest, TieBreak};
use longhu_core::control::Payload;
use longhu_core::organisation::Employee;
use longhu_core::rule::tie_break;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{a_point_each, contest};

#[test]
fn names_go_before_ids() {
    let by_name =
        Contest { tie_breaks: vec![TieBreak::Name(tie_break::Name)], ..contest(vec![a_point_each()]) };
    let named = |id: &str, name: &str| Payload::Employee(Employee::new(id, name, None));
    let scenario = Scenario::of(by_name)
        .decided("li", 2, named("li", "Zoe"))
        .decided("wang", 2, named("wang", "Ann"))
        .cards("1", 3, 2, "li")
        .cards("2", 3, 2, "wang")
        .cards("3", 3, 2, "zhao");
    // By id: li, wang, zhao. By name: Ann, Zoe, zhao.
    let says = scenario.says();
    let ids: Vec<_> = says.tables[0].rows.iter().map(|row| (row.rank, row.id.as_str())).collect();
    assert_eq!(ids, [(1, "wang"), (2, "li"), (3, "zhao")]);
}
