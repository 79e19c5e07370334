//! Rounds whose places make the whole.

use longhu_core::contest::{Contest, Listing, Overall};
use longhu_core::oracle::Table;
use longhu_core::rule::format;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::rules::{POINT, a_point_each, contest, in_rounds, ranks};

/// Rounds from 1 to 10 and from 12 to 20 March: nothing counts on the 11th.
fn two_rounds() -> Contest {
    in_rounds(contest(vec![a_point_each()]), &[(1, 10), (12, 20)])
}

fn scores(table: &Table) -> Vec<(u64, &str, i128)> {
    let rows = ranks(table).into_iter();
    rows.map(|(rank, id, score)| (rank, id, score / i128::from(POINT))).collect()
}

fn two_rounds_of_three() -> Scenario {
    // Round 1: wang 3, li 2. Round 2: li 4, wang 1, zhao 4. Together: li 6, wang 4, zhao 4.
    Scenario::of(two_rounds())
        .cards("1", 1, 3, "wang")
        .cards("2", 10, 2, "li")
        .cards("3", 12, 4, "li")
        .cards("4", 20, 1, "wang")
        .cards("5", 15, 4, "zhao")
}

fn by_places(places: &[i64]) -> Contest {
    let places = places.iter().map(|place| place * POINT).collect();
    Contest { overall: Overall::Places(format::Places { points_e4: places }), ..two_rounds() }
}

#[test]
fn places_of_the_rounds_make_the_whole_and_equal_ranks_have_equal_places() {
    // Round 1: wang 1st: 5, li 2nd: 3. Round 2: li and zhao 1st: 5 each, wang 3rd: 1.
    let scenario = two_rounds_of_three().amended(3, by_places(&[5, 3, 1]));
    let says = scenario.says();
    assert_eq!(scores(&says.tables[0]), [(1, "li", 8), (2, "wang", 6), (3, "zhao", 5)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "li", 4), (1, "zhao", 4), (3, "wang", 1)]);
    // Places end after the second: wang has nothing for being third.
    let scenario = two_rounds_of_three().amended(3, by_places(&[5, 3]));
    assert_eq!(scores(&scenario.says().tables[0]), [(1, "li", 8), (2, "wang", 5), (2, "zhao", 5)]);
}

#[test]
fn who_has_nothing_in_a_round_has_no_place_in_it_though_all_are_listed() {
    // Round 1: wang 1st. li and zhao are listed as 2nd without a credit, and have no place.
    // Round 2: zhao 1st; li has a card and gave it back: nothing, but 2nd with two live credits; wang 2nd with none.
    let scenario = Scenario::of(Contest { listing: Listing::Eligible, ..by_places(&[5, 3]) })
        .cards("1", 1, 3, "wang")
        .cards("2", 12, 3, "zhao")
        .cards("3", 13, 1, "li")
        .takes_back("4", "3", 14);
    let says = scenario.says();
    assert_eq!(scores(&says.rounds[0][0]), [(1, "wang", 3), (2, "li", 0), (2, "zhao", 0)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "zhao", 3), (2, "li", 0), (2, "wang", 0)]);
    assert_eq!(scores(&says.tables[0]), [(1, "wang", 5), (1, "zhao", 5), (3, "li", 3)]);
}
