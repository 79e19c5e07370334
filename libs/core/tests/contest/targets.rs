//! Targets: which one applies in a round and in the whole contest, and where there is none.

use jiff::civil::date;
use longhu_core::contest::{Completion, Contest, Measure, Period, Points, RankedBy};
use longhu_core::control::Payload;
use longhu_core::oracle::{Rate, rate};
use longhu_core::plan::{Target, Targets};
use longhu_core::rule::{measure, ranking};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::cards;
use longhu_core::testkit::rules::{
    POINT, a_point_each, contest, counts, figure, in_rounds, points, row, some, weight,
};

fn scorecard(rule: Completion) -> Contest {
    contest(vec![counts("cards", Measure::Quantity(measure::Quantity), Points::Completion(rule))])
}

/// Round 1: 5 cards. Round 2: 20.
fn two_rounds(targets: &[(&str, &str, i64)]) -> Scenario {
    let scenario = Scenario::of(in_rounds(scorecard(weight(100)), &[(1, 10), (12, 20)]));
    scenario.cards("1", 3, 5, "wang").cards("2", 12, 20, "wang").targets("wang", targets)
}

/// Target and completion in each round and in the whole contest, and the score in the whole contest.
fn says(scenario: &Scenario) -> (Vec<Option<i128>>, Vec<Option<Rate>>, i128) {
    let says = scenario.says();
    let tables = says.rounds.iter().map(|round| &round[0]).chain([&says.tables[0]]);
    let figures: Vec<_> = tables.map(|table| row(table, "wang").figures[0].clone()).collect();
    (
        figures.iter().map(|figure| figure.target).collect(),
        figures.iter().map(|figure| figure.completion.clone()).collect(),
        row(&says.tables[0], "wang").score,
    )
}

#[test]
fn each_round_has_its_target_and_the_whole_has_its_own_or_the_sum_of_the_rounds() {
    // 5 of 10 gives 50, 20 of 20 gives 100; together it is 25 of 30.
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
fn a_target_of_the_whole_is_not_used_in_rounds_nor_one_of_a_single_round_in_the_whole() {
    let (targets, completions, score) = says(&two_rounds(&[("cards", "", 50)]));
    assert_eq!(targets, [None, None, Some(points(50))]);
    assert_eq!((completions[2].clone(), score), (Some(rate(1, 2)), 0));
    let (targets, _, score) = says(&two_rounds(&[("cards", "r1", 10)]));
    assert_eq!((targets, score), (vec![Some(points(10)), None, None], points(50)));
}

#[test]
fn the_base_period_has_no_target() {
    // 8 of 4 gives 200 points. The 10 cards of February give none, so the improvement is the whole score.
    let base = Period { start: date(2025, 2, 1), end: date(2025, 2, 28) };
    let ranked_by = RankedBy::Improvement(ranking::Improvement { base, is_rate: false });
    let scenario = Scenario::of(Contest { ranked_by, ..scorecard(weight(100)) })
        .targets("wang", &[("cards", "", 4)])
        .when(cards("1", date(2025, 2, 3), 10, &[("wang", "")]))
        .cards("2", 3, 8, "wang");
    let says = scenario.says();
    let wang = row(&says.tables[0], "wang");
    assert_eq!((wang.base, wang.key.clone()), (Some(0), some(200)));
}

#[test]
fn the_highest_revision_counts_and_targets_of_another_contest_do_not() {
    let decided = |scenario: Scenario, contest: &str, revision, cards: i64| {
        let (contest, participant) = (contest.to_owned(), "wang".to_owned());
        let target = Target { indicator: "cards".into(), round: String::new(), value_e4: cards * POINT };
        let targets = Targets { contest, participant, targets: vec![target] };
        scenario.decided(&targets.key(), revision, Payload::Targets(targets))
    };
    let scenario = Scenario::of(scorecard(weight(100))).cards("1", 3, 10, "wang");
    let scenario = decided(decided(decided(scenario, "c", 2, 20), "c", 1, 40), "before", 9, 10);
    assert_eq!(figure(&scenario.says(), "wang").target, Some(points(20)));
}

#[test]
fn an_indicator_with_points_by_event_can_reach_a_target() {
    let scenario = Scenario::of(contest(vec![a_point_each()])).targets("wang", &[("cards", "", 4)]);
    let scenario = scenario.cards("1", 3, 3, "wang");
    let says = scenario.says();
    assert_eq!(figure(&says, "wang").completion, Some(rate(3, 4)));
    assert_eq!(figure(&says, "wang").points, points(3));
}
