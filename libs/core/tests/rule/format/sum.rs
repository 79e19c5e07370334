//! The format `sum`: the total is the sum of the rounds.

use longhu_core::contest::Contest;
use longhu_core::oracle::Table;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{POINT, a_point_each, contest, in_rounds, ranks, row};

/// Rounds from 1 to 10 and from 12 to 20 March: nothing counts on the 11th.
fn two_rounds() -> Contest {
    in_rounds(contest(vec![a_point_each()]), &[(1, 10), (12, 20)])
}

fn scores(table: &Table) -> Vec<(u64, &str, i128)> {
    let rows = ranks(table).into_iter();
    rows.map(|(rank, id, score)| (rank, id, score / i128::from(POINT))).collect()
}

fn two_rounds_of_three() -> Scenario {
    // Round 1: wang 3, li 2. Round 2: li 4, wang 1, zhao 4. Total: li 6, wang 4, zhao 4.
    Scenario::of(two_rounds())
        .cards("1", 1, 3, "wang")
        .cards("2", 10, 2, "li")
        .cards("3", 12, 4, "li")
        .cards("4", 20, 1, "wang")
        .cards("5", 15, 4, "zhao")
}

#[test]
fn each_round_has_its_own_standings_and_the_total_is_their_sum() {
    let scenario = two_rounds_of_three();
    let says = scenario.says();
    assert_eq!(says.rounds.len(), 2);
    assert_eq!(scores(&says.rounds[0][0]), [(1, "wang", 3), (2, "li", 2)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "li", 4), (1, "zhao", 4), (3, "wang", 1)]);
    assert_eq!(scores(&says.tables[0]), [(1, "li", 6), (2, "wang", 4), (2, "zhao", 4)]);
    assert_eq!(row(&says.tables[0], "wang").live, 2);
    assert_eq!(says.rounds[0][0].unlisted, 1);
    // A contest without rounds has no tables of rounds.
    assert!(Scenario::of(contest(vec![a_point_each()])).says().rounds.is_empty());
}
