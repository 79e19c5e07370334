//! Rounds: what counts in which, what they make together as a sum and by places, and who is listed where.

use jiff::civil::date;
use longhu_core::contest::{Cap, CapPer, Contest, Indicator, Listing, Overall, TieBreak};
use longhu_core::event::Event;
use longhu_core::oracle::{Refusal, Table};

use super::ledger::Ledger;
use super::words::{POINT, a_point_each, cap, contest, day, given, in_rounds, points, ranks, row};
use crate::given::{at, cards};

/// Rounds from 1 to 10 and from 12 to 20 March: nothing counts on the 11th.
fn two_rounds() -> Contest {
    in_rounds(contest(vec![a_point_each()]), &[(1, 10), (12, 20)])
}

fn scores(table: &Table) -> Vec<(u64, &str, i128)> {
    let rows = ranks(table).into_iter();
    rows.map(|(rank, id, score)| (rank, id, score / i128::from(POINT))).collect()
}

fn two_rounds_of_three() -> Ledger {
    // Round 1: wang 3, li 2. Round 2: li 4, wang 1, zhao 4. Together: li 6, wang 4, zhao 4.
    given(two_rounds())
        .cards("1", 1, 3, "wang")
        .cards("2", 10, 2, "li")
        .cards("3", 12, 4, "li")
        .cards("4", 20, 1, "wang")
        .cards("5", 15, 4, "zhao")
}

#[test]
fn each_round_has_standings_of_its_own_and_their_sums_make_the_whole() {
    let ledger = two_rounds_of_three();
    let says = ledger.says();
    assert_eq!(says.rounds.len(), 2);
    assert_eq!(scores(&says.rounds[0][0]), [(1, "wang", 3), (2, "li", 2)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "li", 4), (1, "zhao", 4), (3, "wang", 1)]);
    assert_eq!(scores(&says.tables[0]), [(1, "li", 6), (2, "wang", 4), (2, "zhao", 4)]);
    assert_eq!(row(&says.tables[0], "wang").live, 2);
    assert_eq!(says.rounds[0][0].unlisted, 1);
    // Without rounds there are none.
    assert!(given(contest(vec![a_point_each()])).says().rounds.is_empty());
}

#[test]
fn the_day_between_two_rounds_and_those_outside_count_for_nothing_and_are_never_late() {
    let deadline = at(day(31), 0);
    let dated = Contest { scoring_deadline: Some(deadline), ..two_rounds() };
    let ledger = given(dated).cards("1", 11, 3, "wang").cards("2", 21, 3, "wang");
    // All were recorded at 20 on the 31st, past the deadline; only the third is of a day that counts.
    let ledger = ledger.cards("3", 12, 1, "wang");
    let february = Event { business_date: date(2025, 2, 28), ..cards("4", day(1), 1, &[("wang", "")]) };
    let ledger = ledger.when(february);
    let says = ledger.says();
    assert!(says.credits.is_empty() && says.tables[0].rows.is_empty());
    let (between, after) = (Refusal::BetweenSpans, Refusal::TooLate);
    assert_eq!(says.refusals, [between, after, Refusal::AfterDeadline, Refusal::TooEarly]);
    assert_eq!(says.late, 1);
}

#[test]
fn what_is_taken_back_counts_in_the_round_of_its_own_day_or_in_none() {
    // 5 cards in round 1; 2 are taken back on the 11th, between the rounds, and 1 on the 12th.
    let ledger = given(two_rounds()).cards("1", 5, 5, "wang");
    let ledger = ledger.takes_part("2", "1", 11, 2).takes_part("3", "1", 12, 1);
    let says = ledger.says();
    assert_eq!(scores(&says.rounds[0][0]), [(1, "wang", 5)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "wang", -1)]);
    assert_eq!(scores(&says.tables[0]), [(1, "wang", 4)]);
    let spans: Vec<usize> = says.credits.iter().map(|credit| credit.span).collect();
    assert_eq!(spans, [0, 1]);
}

fn by_places(places: &[i64]) -> Contest {
    let places = places.iter().map(|place| place * POINT).collect();
    Contest { overall: Overall::Places(places), ..two_rounds() }
}

#[test]
fn places_of_the_rounds_make_the_whole_and_equal_ranks_have_equal_places() {
    // Round 1: wang 1st: 5, li 2nd: 3. Round 2: li and zhao 1st: 5 each, wang 3rd: 1.
    let ledger = two_rounds_of_three().contest(3, by_places(&[5, 3, 1]));
    let says = ledger.says();
    assert_eq!(scores(&says.tables[0]), [(1, "li", 8), (2, "wang", 6), (3, "zhao", 5)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "li", 4), (1, "zhao", 4), (3, "wang", 1)]);
    // Places end after the second: wang has nothing for being third.
    let ledger = two_rounds_of_three().contest(3, by_places(&[5, 3]));
    assert_eq!(scores(&ledger.says().tables[0]), [(1, "li", 8), (2, "wang", 5), (2, "zhao", 5)]);
}

#[test]
fn who_has_nothing_in_a_round_has_no_place_in_it_though_all_are_listed() {
    // Round 1: wang 1st. li and zhao are listed as 2nd without a credit, and have no place.
    // Round 2: zhao 1st; li has a card and gave it back: nothing, but 2nd with two live credits; wang 2nd with none.
    let ledger = given(Contest { listing: Listing::Eligible, ..by_places(&[5, 3]) })
        .cards("1", 1, 3, "wang")
        .cards("2", 12, 3, "zhao")
        .cards("3", 13, 1, "li")
        .takes_back("4", "3", 14);
    let says = ledger.says();
    assert_eq!(scores(&says.rounds[0][0]), [(1, "wang", 3), (2, "li", 0), (2, "zhao", 0)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "zhao", 3), (2, "li", 0), (2, "wang", 0)]);
    assert_eq!(scores(&says.tables[0]), [(1, "wang", 5), (1, "zhao", 5), (3, "li", 3)]);
}

#[test]
fn a_round_has_its_cap_and_the_whole_has_another() {
    // Round 1: 10, at most 3. Round 2: 4, at most 3. Together 6, at most 5.
    let capped = Indicator { caps: vec![cap(CapPer::Round, 3), cap(CapPer::Contest, 5)], ..a_point_each() };
    let contest = Contest { indicators: vec![capped], ..two_rounds() };
    let ledger = given(contest.clone()).cards("1", 1, 10, "wang").cards("2", 12, 4, "wang");
    let says = ledger.says();
    let of_round = |round: usize| says.rounds[round][0].rows[0].score;
    assert_eq!((of_round(0), of_round(1)), (points(3), points(3)));
    assert_eq!(says.tables[0].rows[0].score, points(5));
    assert_eq!(says.tables[0].rows[0].figures[0].measure, 140_000);
    // Below zero it is the same: -10 and -4 are -3 and -3, together -5.
    let ledger = given(contest).cards("1", 1, -10, "wang").cards("2", 12, -4, "wang");
    assert_eq!(ledger.says().tables[0].rows[0].score, points(-5));
}

#[test]
fn without_rounds_the_cap_of_the_contest_holds_and_that_of_a_round_does_not() {
    let caps =
        vec![cap(CapPer::Round, 1), Cap { boards: vec!["employee".into()], ..cap(CapPer::Contest, 5) }];
    let capped = Indicator { caps, ..a_point_each() };
    let ledger = given(contest(vec![capped])).branch("b1", &["wang"]).cards("1", 1, 10, "wang");
    let says = ledger.says();
    // On the branches' board nothing is capped.
    assert_eq!((says.tables[0].rows[0].score, says.tables[1].rows[0].score), (points(5), points(10)));
}

#[test]
fn ties_of_a_round_are_broken_by_what_was_in_the_round() {
    // Round 1: li reached 2 on the 3rd, wang on the 4th. Round 2: wang on the 12th, li on the 13th; on the whole, too.
    let contest = Contest { tie_breaks: vec![TieBreak::Earliest], ..two_rounds() };
    let ledger = given(contest)
        .cards("1", 3, 2, "li")
        .cards("2", 4, 2, "wang")
        .cards("3", 12, 1, "wang")
        .cards("4", 13, 1, "li");
    let says = ledger.says();
    assert_eq!(scores(&says.rounds[0][0]), [(1, "li", 2), (2, "wang", 2)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "wang", 1), (2, "li", 1)]);
    assert_eq!(scores(&says.tables[0]), [(1, "wang", 3), (2, "li", 3)]);
}
