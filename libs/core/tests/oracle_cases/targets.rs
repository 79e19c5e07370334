//! Targets: how much of one was reached, what that is worth, and which one holds in a round and on the whole.

use jiff::civil::date;
use longhu_core::contest::{Completion, Contest, Measure, Period, Points, RankedBy, ZeroTarget};
use longhu_core::control::Payload;
use longhu_core::oracle::{Rate, rate};
use longhu_core::plan::{Target, Targets};

use super::ledger::Ledger;
use super::words::{
    POINT, a_point_each, contest, counts, figure, given, in_rounds, points, ranks, row, some, weight,
};
use crate::given::cards;

fn scorecard(rule: Completion) -> Contest {
    contest(vec![counts("cards", Measure::SumQuantity, Points::Completion(rule))])
}

/// Completion and points of so many cards, of a target.
fn reached(rule: Completion, cards: i64, target: Option<i64>) -> (Option<Rate>, i128) {
    let ledger = given(scorecard(rule)).cards("1", 3, cards, "wang");
    let ledger = match target {
        Some(target) => ledger.targets("wang", &[("cards", "", target)]),
        None => ledger,
    };
    let says = ledger.says();
    assert_eq!(figure(&says, "wang").target, target.map(|target| points(i128::from(target))));
    (figure(&says, "wang").completion.clone(), figure(&says, "wang").points)
}

#[test]
fn a_weight_is_given_for_what_was_reached_and_rounded_once() {
    assert_eq!(reached(weight(100), 10, Some(40)), (Some(rate(1, 4)), points(25)));
    assert_eq!(reached(weight(100), 80, Some(40)), (some(2), points(200)));
    assert_eq!(reached(weight(100), -4, Some(40)), (Some(rate(-1, 10)), points(-10)));
    assert_eq!(reached(weight(100), 1, Some(3)), (Some(rate(1, 3)), 333_333));
}

#[test]
fn less_than_the_floor_counts_as_the_floor_and_more_than_the_cap_as_the_cap() {
    let rule = Completion { floor_e4: Some(5_000), cap_e4: Some(12_000), ..weight(100) };
    assert_eq!(reached(rule, 10, Some(40)), (Some(rate(1, 4)), points(50)));
    assert_eq!(reached(rule, 20, Some(40)).1, points(50));
    assert_eq!(reached(rule, 24, Some(40)).1, points(60));
    assert_eq!(reached(rule, 48, Some(40)).1, points(120));
    // It is still known how much it was.
    assert_eq!(reached(rule, 80, Some(40)), (some(2), points(120)));
}

#[test]
fn below_the_threshold_there_is_nothing_whatever_the_floor() {
    let rule = Completion { floor_e4: Some(8_000), threshold_e4: Some(6_000), ..weight(100) };
    assert_eq!(reached(rule, 23, Some(40)), (Some(rate(23, 40)), 0));
    assert_eq!(reached(rule, 24, Some(40)).1, points(80));
    assert_eq!(reached(rule, 40, Some(40)).1, points(100));
}

#[test]
fn a_target_of_zero_is_reached_by_anything_from_zero_on_or_by_nothing() {
    assert_eq!(reached(weight(100), 3, Some(0)), (None, 0));
    let rule = Completion { zero_target: ZeroTarget::Reached, ..weight(100) };
    assert_eq!(reached(rule, 3, Some(0)), (some(1), points(100)));
    assert_eq!(reached(rule, 0, Some(0)), (some(1), points(100)));
    assert_eq!(reached(rule, -1, Some(0)), (None, 0));
}

#[test]
fn without_a_target_there_is_no_completion_and_not_even_the_floor() {
    let rule = Completion { floor_e4: Some(5_000), zero_target: ZeroTarget::Reached, ..weight(100) };
    assert_eq!(reached(rule, 3, None), (None, 0));
}

/// Round 1: 5 cards. Round 2: 20.
fn two_rounds(targets: &[(&str, &str, i64)]) -> Ledger {
    let ledger = given(in_rounds(scorecard(weight(100)), &[(1, 10), (12, 20)]));
    ledger.cards("1", 3, 5, "wang").cards("2", 12, 20, "wang").targets("wang", targets)
}

/// Target and completion in each round and on the whole, and the score there.
fn says(ledger: &Ledger) -> (Vec<Option<i128>>, Vec<Option<Rate>>, i128) {
    let says = ledger.says();
    let tables = says.rounds.iter().map(|round| &round[0]).chain([&says.tables[0]]);
    let figures: Vec<_> = tables.map(|table| row(table, "wang").figures[0].clone()).collect();
    (
        figures.iter().map(|figure| figure.target).collect(),
        figures.iter().map(|figure| figure.completion.clone()).collect(),
        row(&says.tables[0], "wang").score,
    )
}

#[test]
fn each_round_has_its_target_and_the_whole_that_of_all_rounds_or_its_own() {
    // 5 of 10 is 50, 20 of 20 is 100; together 25 of 30.
    let (targets, completions, score) = says(&two_rounds(&[("cards", "r1", 10), ("cards", "r2", 20)]));
    assert_eq!(targets, [Some(points(10)), Some(points(20)), Some(points(30))]);
    assert_eq!(completions, [Some(rate(1, 2)), some(1), Some(rate(25, 30))]);
    assert_eq!(score, points(150));
    // 25 of 50; the points are still those of the rounds.
    let own = [("cards", "r1", 10), ("cards", "", 50), ("cards", "r2", 20)];
    let (targets, completions, score) = says(&two_rounds(&own));
    assert_eq!((targets[2], completions[2].clone()), (Some(points(50)), Some(rate(1, 2))));
    assert_eq!(score, points(150));
}

#[test]
fn a_target_of_the_whole_is_none_of_a_round_and_that_of_one_round_none_of_the_whole() {
    let (targets, completions, score) = says(&two_rounds(&[("cards", "", 50)]));
    assert_eq!(targets, [None, None, Some(points(50))]);
    assert_eq!((completions[2].clone(), score), (Some(rate(1, 2)), 0));
    let (targets, _, score) = says(&two_rounds(&[("cards", "r1", 10)]));
    assert_eq!((targets, score), (vec![Some(points(10)), None, None], points(50)));
}

#[test]
fn the_period_before_has_no_target() {
    // 8 of 4 are 200 points; 10 cards of February are for nothing, and the score is all more.
    let base = Period { start: date(2025, 2, 1), end: date(2025, 2, 28) };
    let ranked_by = RankedBy::Improvement { base, is_rate: false };
    let ledger = given(Contest { ranked_by, ..scorecard(weight(100)) })
        .targets("wang", &[("cards", "", 4)])
        .when(cards("1", date(2025, 2, 3), 10, &[("wang", "")]))
        .cards("2", 3, 8, "wang");
    let says = ledger.says();
    let wang = row(&says.tables[0], "wang");
    assert_eq!((wang.base, wang.key.clone()), (Some(0), some(200)));
}

#[test]
fn the_highest_revision_holds_and_another_contests_targets_do_not() {
    let decided = |ledger: Ledger, contest: &str, revision, cards: i64| {
        let (contest, participant) = (contest.to_owned(), "wang".to_owned());
        let target = Target { indicator: "cards".into(), round: String::new(), value_e4: cards * POINT };
        let targets = Targets { contest, participant, targets: vec![target] };
        ledger.decided(&targets.key(), revision, Payload::Targets(targets))
    };
    let ledger = given(scorecard(weight(100))).cards("1", 3, 10, "wang");
    let ledger = decided(decided(decided(ledger, "c", 2, 20), "c", 1, 40), "before", 9, 10);
    assert_eq!(figure(&ledger.says(), "wang").target, Some(points(20)));
}

#[test]
fn rows_are_ranked_by_completion_before_it_is_clamped_and_those_without_come_last() {
    // wang has 90 of 30: 3. li 100 of 40: 2.5. zhao has 500 and no target. Both scores are 120.
    let rule = Completion { cap_e4: Some(12_000), ..weight(100) };
    let ledger = given(Contest { ranked_by: RankedBy::Completion(0), ..scorecard(rule) })
        .targets("wang", &[("cards", "", 30)])
        .targets("li", &[("cards", "", 40)])
        .cards("1", 3, 90, "wang")
        .cards("2", 3, 100, "li")
        .cards("3", 3, 500, "zhao");
    let says = ledger.says();
    assert_eq!(ranks(&says.tables[0]), [(1, "wang", points(120)), (2, "li", points(120)), (3, "zhao", 0)]);
    let keys: Vec<_> = says.tables[0].rows.iter().map(|row| row.key.clone()).collect();
    assert_eq!(keys, [some(3), Some(rate(5, 2)), None]);
}

#[test]
fn a_target_of_what_has_points_by_event_is_reached_all_the_same() {
    let ledger = given(contest(vec![a_point_each()])).targets("wang", &[("cards", "", 4)]);
    let ledger = ledger.cards("1", 3, 3, "wang");
    let says = ledger.says();
    assert_eq!(figure(&says, "wang").completion, Some(rate(3, 4)));
    assert_eq!(figure(&says, "wang").points, points(3));
}
