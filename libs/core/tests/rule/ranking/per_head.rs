//! The ranking `per_head`: the score per employee.

use longhu_core::contest::{Contest, RankedBy};
use longhu_core::control::Payload;
use longhu_core::oracle::{Rate, Table, rate};
use longhu_core::organisation::{Employee, Membership, Unit};
use longhu_core::rule::ranking;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::day;
use longhu_core::testkit::rules::{a_point_each, contest, points, ranks, row, some};

fn keys(table: &Table) -> Vec<Option<Rate>> {
    table.rows.iter().map(|row| row.key.clone()).collect()
}

#[test]
fn the_score_per_head_is_divided_by_the_employees_of_the_last_day() {
    let gone = Membership { unit: "b3".into(), end: Some(day(15)), ..Membership::default() };
    let sun = Employee { memberships: vec![gone], ..Employee::new("sun", "sun", None) };
    let scenario = Scenario::of(Contest {
        ranked_by: RankedBy::PerHead(ranking::PerHead),
        ..contest(vec![a_point_each()])
    })
    .branch("b1", &["wang", "li"])
    .branch("b2", &["zhao"])
    .branch("b3", &[])
    .decided("sun", 1, Payload::Employee(sun))
    .cards("1", 3, 7, "wang")
    .cards("2", 3, 3, "zhao")
    .cards("3", 3, 9, "sun");
    let says = scenario.says();
    // b1 has 7 for 2 employees, b2 has 3 for one. Nobody is at b3 any more, so its 9 have no key.
    assert_eq!(ranks(&says.tables[1]), [(1, "b1", points(7)), (2, "b2", points(3)), (3, "b3", points(9))]);
    assert_eq!(keys(&says.tables[1]), [Some(rate(7, 2)), some(3), None]);
    let heads: Vec<_> = says.tables[1].rows.iter().map(|row| row.heads).collect();
    assert_eq!(heads, [Some(2), Some(1), Some(0)]);
    // A member of a team counts for the branch above it, too.
    let team = scenario.clone().decided("t", 1, Payload::Unit(Unit::new("t", "team", Some("b2"), "t")));
    let chen = Payload::Employee(Employee::new("chen", "chen", Some("t")));
    assert_eq!(row(&team.decided("chen", 1, chen).says().tables[1], "b2").heads, Some(2));
    // On the board of employees, each counts as one.
    assert_eq!(keys(&says.tables[0]), [some(9), some(7), some(3)]);
}
