//! The format `places`: points for ranks in each round.

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
    // Round 1: wang 3, li 2. Round 2: li 4, wang 1, zhao 4. Total: li 6, wang 4, zhao 4.
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
fn places_in_rounds_give_the_total_and_equal_ranks_give_equal_points() {
    // Round 1: wang is 1st and gets 5, li is 2nd and gets 3. Round 2: li and zhao are 1st and get 5 each,
    // wang is 3rd and gets 1.
    let scenario = two_rounds_of_three().amended(3, by_places(&[5, 3, 1]));
    let says = scenario.says();
    assert_eq!(scores(&says.tables[0]), [(1, "li", 8), (2, "wang", 6), (3, "zhao", 5)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "li", 4), (1, "zhao", 4), (3, "wang", 1)]);
    // Only two places give points: wang gets nothing for being third.
    let scenario = two_rounds_of_three().amended(3, by_places(&[5, 3]));
    assert_eq!(scores(&scenario.says().tables[0]), [(1, "li", 8), (2, "wang", 5), (2, "zhao", 5)]);
}

#[test]
fn without_a_live_credit_there_is_no_place_in_a_round_even_if_listed() {
    // Round 1: wang is 1st; li and zhao are listed as 2nd without a credit, and have no place. Round 2: zhao
    // is 1st; li has a card that a dated reversal took back, so two live credits and the 2nd place; wang is
    // 2nd without a credit.
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
