//! `better = "down"`: ceilings, falls to reach, and no ranking by the greater value.

use longhu_core::catalogue::Catalogue;
use longhu_core::contest::check::check;
use longhu_core::contest::doubts::doubts;
use longhu_core::contest::{Completion, Contest, Indicator, Measure, Points, RankedBy, TieBreak, ZeroTarget};
use longhu_core::oracle::rate;
use longhu_core::rule::better::{Better, Down};
use longhu_core::rule::{measure, ranking, tie_break};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::happened;
use longhu_core::testkit::rules::{POINT, contest, counts_of, points, row, some, weight};

const COMPLAINT: &str = "complaint.received";

/// Counts complaints, of which less is better.
fn complaints(points: Points) -> Indicator {
    let counted = counts_of("complaints", COMPLAINT, Measure::Quantity(measure::Quantity), points);
    Indicator { better: Some(Better::Down(Down)), ..counted }
}

fn completion_and_score(scenario: &Scenario, who: &str) -> (Option<longhu_core::oracle::Rate>, i128) {
    let says = scenario.says();
    let row = row(&says.tables[0], who);
    (row.figures[0].completion.clone(), row.score)
}

#[test]
fn a_target_above_zero_is_a_ceiling() {
    let scenario = Scenario::of(contest(vec![complaints(Points::Completion(weight(10)))]))
        .targets("wang", &[("complaints", "", 4)])
        .targets("li", &[("complaints", "", 4)])
        .targets("zhao", &[("complaints", "", 4)])
        .when(happened(COMPLAINT, "1", 3, 4, "wang"))
        .when(happened(COMPLAINT, "2", 3, 1, "li"))
        .when(happened(COMPLAINT, "3", 3, 10, "zhao"));
    // 2 - 4/4, 2 - 1/4 and 2 - 10/4.
    assert_eq!(completion_and_score(&scenario, "wang"), (some(1), points(10)));
    assert_eq!(completion_and_score(&scenario, "li"), (Some(rate(7, 4)), 175_000));
    assert_eq!(completion_and_score(&scenario, "zhao"), (Some(rate(-1, 2)), points(-5)));
    // A complaint that is voided never happened.
    let scenario = scenario.takes_part("4", "1", 9, 2);
    assert_eq!(completion_and_score(&scenario, "wang"), (Some(rate(3, 2)), points(15)));
}

#[test]
fn a_target_below_zero_is_a_fall_to_reach() {
    let pieces = |id, kind| counts_of(id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0));
    let less = Measure::Difference(measure::Difference { of: 1, minus: 2 });
    let bad = Indicator { measure: less, events: vec![], ..complaints(Points::Completion(weight(10))) };
    let indicators = vec![bad, pieces("new", COMPLAINT), pieces("settled", "account.closed")];
    let scenario = Scenario::of(contest(indicators))
        .targets("wang", &[("complaints", "", -4)])
        .targets("li", &[("complaints", "", -4)])
        .when(happened("account.closed", "1", 3, 6, "wang"))
        .when(happened(COMPLAINT, "2", 3, 1, "wang"))
        .when(happened(COMPLAINT, "3", 3, 2, "li"));
    // -5 / -4 and 2 / -4.
    assert_eq!(completion_and_score(&scenario, "wang"), (Some(rate(5, 4)), 125_000));
    assert_eq!(completion_and_score(&scenario, "li"), (Some(rate(-1, 2)), points(-5)));
}

#[test]
fn a_target_of_zero_is_reached_with_zero_if_it_can_be_reached() {
    let reached = Completion { zero_target: ZeroTarget::Reached, ..weight(10) };
    let both = || {
        let cards = counts_of("cards", "card.issued", Measure::Quantity(measure::Quantity), Points::per_unit(0));
        contest(vec![complaints(Points::Completion(reached)), cards])
    };
    let scenario = Scenario::of(both())
        .targets("wang", &[("complaints", "", 0)])
        .targets("li", &[("complaints", "", 0)])
        .cards("1", 3, 1, "wang")
        .when(happened(COMPLAINT, "2", 3, 1, "li"));
    assert_eq!(completion_and_score(&scenario, "wang"), (some(1), points(10)));
    assert_eq!(completion_and_score(&scenario, "li"), (None, 0));
}

#[test]
fn rows_cannot_be_ranked_by_its_greater_value() {
    let codes = |contest: &Contest| -> Vec<String> {
        let found = check(contest, &Catalogue::default(), None);
        found.into_iter().map(|violation| format!("{} {}", violation.field, violation.code)).collect()
    };
    let own = contest(vec![complaints(Points::per_unit(-POINT))]);
    assert_eq!(codes(&own), Vec::<String>::new());
    let ranked = Contest { ranked_by: RankedBy::Indicator(ranking::Indicator(0)), ..own.clone() };
    assert_eq!(codes(&ranked), ["ranked_by.indicator LESS_IS_BETTER"]);
    let separated =
        Contest { tie_breaks: vec![TieBreak::Indicator(tie_break::Indicator(0))], ..own.clone() };
    assert_eq!(codes(&separated), ["tie_breaks[0] LESS_IS_BETTER"]);
    let gains = contest(vec![complaints(Points::per_unit(POINT))]);
    let doubtful = |own: &Contest| {
        doubts(own, &Catalogue::default()).iter().any(|doubt| doubt.code == "WORSE_GIVES_POINTS")
    };
    assert_eq!((doubtful(&gains), doubtful(&own)), (true, false));
}
