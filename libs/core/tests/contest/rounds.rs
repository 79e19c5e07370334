//! Rounds: which events count in which round, and which in none.

use jiff::civil::date;
use longhu_core::contest::{Contest, TieBreak};
use longhu_core::event::Event;
use longhu_core::oracle::{Refusal, Table};
use longhu_core::rule::tie_break;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, cards, day};
use longhu_core::testkit::rules::{POINT, a_point_each, contest, in_rounds, ranks};

/// Rounds from 1 to 10 and from 12 to 20 March: nothing counts on the 11th.
fn two_rounds() -> Contest {
    in_rounds(contest(vec![a_point_each()]), &[(1, 10), (12, 20)])
}

fn scores(table: &Table) -> Vec<(u64, &str, i128)> {
    let rows = ranks(table).into_iter();
    rows.map(|(rank, id, score)| (rank, id, score / i128::from(POINT))).collect()
}

#[test]
fn events_outside_of_all_rounds_count_for_nothing_and_are_never_late() {
    let deadline = at(day(31), 0);
    let dated = Contest { scoring_deadline: Some(deadline), ..two_rounds() };
    let scenario = Scenario::of(dated).cards("1", 11, 3, "wang").cards("2", 21, 3, "wang");
    // All were recorded on the 31st at 20:00, after the deadline; only the third is for a day that counts.
    let scenario = scenario.cards("3", 12, 1, "wang");
    let february = Event { business_date: date(2025, 2, 28), ..cards("4", day(1), 1, &[("wang", "")]) };
    let scenario = scenario.when(february);
    let says = scenario.says();
    assert!(says.credits.is_empty() && says.tables[0].rows.is_empty());
    let (between, after) = (Refusal::BetweenSpans, Refusal::TooLate);
    assert_eq!(says.refusals, [between, after, Refusal::AfterDeadline, Refusal::TooEarly]);
    assert_eq!(says.late, 1);
}

#[test]
fn a_dated_reversal_counts_in_the_round_of_its_own_day_or_in_none() {
    // 5 cards in round 1; 2 of them are reversed on the 11th, between the rounds, and 1 on the 12th.
    let scenario = Scenario::of(two_rounds()).cards("1", 5, 5, "wang");
    let scenario = scenario.takes_part("2", "1", 11, 2).takes_part("3", "1", 12, 1);
    let says = scenario.says();
    assert_eq!(scores(&says.rounds[0][0]), [(1, "wang", 5)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "wang", -1)]);
    assert_eq!(scores(&says.tables[0]), [(1, "wang", 4)]);
    let spans: Vec<usize> = says.credits.iter().map(|credit| credit.span).collect();
    assert_eq!(spans, [0, 1]);
}

#[test]
fn ties_in_a_round_are_broken_by_that_rounds_events_only() {
    // Round 1: li reached 2 on the 3rd, wang on the 4th. Round 2 and the whole: wang on the 12th, li on the
    // 13th.
    let contest = Contest { tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)], ..two_rounds() };
    let scenario = Scenario::of(contest)
        .cards("1", 3, 2, "li")
        .cards("2", 4, 2, "wang")
        .cards("3", 12, 1, "wang")
        .cards("4", 13, 1, "li");
    let says = scenario.says();
    assert_eq!(scores(&says.rounds[0][0]), [(1, "li", 2), (2, "wang", 2)]);
    assert_eq!(scores(&says.rounds[1][0]), [(1, "wang", 1), (2, "li", 1)]);
    assert_eq!(scores(&says.tables[0]), [(1, "wang", 3), (2, "li", 3)]);
}
