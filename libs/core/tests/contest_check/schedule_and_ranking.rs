//! The check of a contest's schedule and ranking.

use jiff::civil::{Date, date};
use longhu_core::contest::{Contest, Limit, Measure, Overall, Points, RankedBy, Round, TieBreak, UtcOffset};
use longhu_core::rule::{format, limit, measure, ranking, tie_break};

use super::given::*;

#[test]
fn a_sound_contest_is_not_refused() {
    assert_eq!(refused(|_| ()), NOTHING);
}

#[test]
fn a_round_lies_within_the_period() {
    assert_eq!(rounds(vec![january(), february()]), NOTHING);
    let early = round("early", date(2025, 12, 31), date(2026, 1, 31));
    assert_eq!(rounds(vec![early]), ["rounds[0].from OUTSIDE_PERIOD"]);
    let long = round("long", date(2026, 3, 1), date(2026, 4, 1));
    assert_eq!(rounds(vec![long]), ["rounds[0].to OUTSIDE_PERIOD"]);
}

#[test]
fn a_round_ends_after_it_starts() {
    let reversed = round("reversed", date(2026, 1, 31), date(2026, 1, 1));
    assert_eq!(rounds(vec![reversed]), ["rounds[0].to PERIOD_REVERSED"]);
    assert_eq!(rounds(vec![round("day", date(2026, 1, 31), date(2026, 1, 31))]), NOTHING);
}

#[test]
fn rounds_do_not_overlap() {
    let touching = round("february", date(2026, 1, 31), date(2026, 2, 28));
    assert_eq!(rounds(vec![january(), touching]), ["rounds[1].from PERIODS_OVERLAP"]);
}

#[test]
fn rounds_are_in_the_order_of_their_days() {
    assert_eq!(rounds(vec![february(), january()]), ["rounds[1].from OUT_OF_ORDER"]);
}

#[test]
fn rounds_have_different_ids_that_scripts_can_write() {
    let twice = Round { id: "january".into(), ..february() };
    assert_eq!(rounds(vec![january(), twice]), ["rounds[1].id DUPLICATE_ID"]);
    assert_eq!(rounds(vec![Round { id: "第一期".into(), ..january() }]), ["rounds[0].id BAD_NAME"]);
    assert_eq!(rounds(vec![Round { id: String::new(), ..january() }]), ["rounds[0].id MISSING_FIELD"]);
}

#[test]
fn a_contest_has_at_most_64_rounds() {
    let daily = |count: i32| -> Vec<Round> {
        let day = |at: i32| date(2026, 1, 1).checked_add(jiff::Span::new().days(at)).unwrap();
        (0..count).map(|at| round(&format!("r{at}"), day(at), day(at))).collect()
    };
    assert_eq!(rounds(daily(64)), NOTHING);
    assert_eq!(rounds(daily(65)), ["rounds OUT_OF_RANGE"]);
}

fn places(table: Vec<i64>) -> Vec<String> {
    refused(|contest| {
        contest.rounds = vec![january(), february()];
        contest.overall = Overall::Places(format::Places { points_e4: table });
    })
}

#[test]
fn a_table_of_places_is_not_empty_nor_longer_than_1_000() {
    assert_eq!(places(vec![100_000, 80_000, 80_000, 0]), NOTHING);
    assert_eq!(places(vec![1; 1_000]), NOTHING);
    assert_eq!(places(Vec::new()), ["overall.places OUT_OF_RANGE"]);
    assert_eq!(places(vec![1; 1_001]), ["overall.places OUT_OF_RANGE"]);
}

#[test]
fn a_place_gives_from_0_points_and_no_more_than_the_one_before() {
    assert_eq!(places(vec![1, -1]), ["overall.places[1] OUT_OF_RANGE"]);
    assert_eq!(places(vec![1, 2]), ["overall.places[1] OUT_OF_ORDER"]);
    assert_eq!(places(vec![10_000_000_000_001]), ["overall.places[0] OUT_OF_RANGE"]);
}

#[test]
fn place_points_need_rounds() {
    assert_eq!(
        refused(|contest| contest.overall = Overall::Places(format::Places { points_e4: vec![1] })),
        ["overall NEEDS_ROUNDS"]
    );
}

#[test]
fn the_calendar_of_a_contest_is_a_valid_id() {
    assert_eq!(refused(|contest| contest.calendar = Some("cn-2026".into())), NOTHING);
    assert_eq!(refused(|contest| contest.calendar = Some("China 2026".into())), ["calendar BAD_NAME"]);
}

#[test]
fn utc_offsets_are_in_the_order_of_time() {
    let offsets = |from: [i64; 2], seconds| {
        refused(|contest| {
            contest.utc_offsets = from.map(|from_seconds| UtcOffset { from_seconds, seconds }).to_vec();
        })
    };
    assert_eq!(offsets([-5, 10], 3_600), NOTHING);
    assert_eq!(offsets([10, 10], 3_600), ["utc_offsets[1] OUT_OF_ORDER"]);
    assert_eq!(offsets([1, 2], 100_000), ["utc_offsets[0] OUT_OF_RANGE", "utc_offsets[1] OUT_OF_RANGE"]);
}

#[test]
fn the_ranking_is_by_an_indicator_of_the_contest() {
    assert_eq!(ranked_by(RankedBy::Indicator(ranking::Indicator(1))), NOTHING);
    assert_eq!(
        ranked_by(RankedBy::Indicator(ranking::Indicator(2))),
        ["ranked_by.indicator UNKNOWN_INDICATOR"]
    );
    assert_eq!(
        ranked_by(RankedBy::Completion(ranking::Completion(2))),
        ["ranked_by.completion UNKNOWN_INDICATOR"]
    );
}

#[test]
fn the_ranking_by_completion_needs_points_for_completion() {
    assert_eq!(
        ranked_by(RankedBy::Completion(ranking::Completion(0))),
        ["ranked_by.completion NO_COMPLETION"]
    );
    let found = refused(|contest| {
        contest.indicators[0].points = Points::Completion(COMPLETION);
        contest.ranked_by = RankedBy::Completion(ranking::Completion(0));
    });
    assert_eq!(found, NOTHING);
}

fn improvement(start: Date, end: Date) -> RankedBy {
    RankedBy::Improvement(ranking::Improvement { base: period(start, end), is_rate: true })
}

#[test]
fn improvement_is_measured_from_a_period_before_the_contest() {
    assert_eq!(ranked_by(improvement(date(2025, 1, 1), date(2025, 12, 31))), NOTHING);
    let within = ranked_by(improvement(date(2025, 1, 1), date(2026, 1, 1)));
    assert_eq!(within, ["ranked_by.to BASE_NOT_BEFORE"]);
    let reversed = ranked_by(improvement(date(2025, 12, 31), date(2025, 1, 1)));
    assert_eq!(reversed, ["ranked_by.to PERIOD_REVERSED"]);
}

#[test]
fn improvement_needs_a_contest_without_rounds_and_without_targets() {
    let found = refused(|contest| {
        contest.rounds = vec![january()];
        contest.indicators[0].points = Points::Completion(COMPLETION);
        contest.ranked_by = improvement(date(2025, 1, 1), date(2025, 3, 31));
    });
    assert_eq!(found, ["ranked_by CONFLICTING_FIELDS", "ranked_by NO_TARGETS_IN_BASE"]);
}

fn earliest(change: impl FnOnce(&mut Contest)) -> Vec<String> {
    refused(|contest| {
        contest.indicators.truncate(1);
        contest.tie_breaks = vec![TieBreak::Earliest(tie_break::Earliest)];
        change(contest);
    })
}

#[test]
fn earliest_needs_points_by_event() {
    let refusal = ["tie_breaks[0] REACH_HAS_NO_MEANING"];
    assert_eq!(earliest(|_| ()), NOTHING);
    assert_eq!(
        earliest(|contest| contest.indicators.push(indicator(
            "p",
            Measure::Customers(measure::Customers),
            ONE
        ))),
        refusal
    );
    assert_eq!(earliest(|contest| contest.indicators[0].points = Points::Completion(COMPLETION)), refusal);
    let openings = vec!["account.opened".to_owned()];
    let second = Measure::NthProduct(measure::NthProduct { nth: 2, within_days: 90, openings });
    assert_eq!(earliest(|contest| contest.indicators.push(indicator("n", second.clone(), ONE))), refusal);
    let nothing = indicator("rate", Measure::Customers(measure::Customers), Points::per_unit(0));
    assert_eq!(earliest(|contest| contest.indicators.push(nothing)), NOTHING);
}

#[test]
fn earliest_is_refused_with_caps_on_sums() {
    for per in [Limit::Day(limit::Day), Limit::Customer(limit::Customer), Limit::Contest(limit::Contest)] {
        let found = earliest(|contest| contest.indicators[0].caps = vec![cap(per, &[])]);
        assert_eq!(found, ["tie_breaks[0] REACH_HAS_NO_MEANING"]);
    }
    assert_eq!(
        earliest(|contest| contest.indicators[0].caps = vec![cap(Limit::Event(limit::Event), &[])]),
        NOTHING
    );
}

#[test]
fn earliest_is_refused_with_place_points() {
    let found = earliest(|contest| {
        contest.rounds = vec![january()];
        contest.overall = Overall::Places(format::Places { points_e4: vec![1] });
    });
    assert_eq!(found, ["tie_breaks[0] REACH_HAS_NO_MEANING"]);
    assert_eq!(earliest(|contest| contest.rounds = vec![january()]), NOTHING);
}

#[test]
fn a_tie_break_is_by_an_indicator_of_the_contest() {
    assert_eq!(
        refused(|contest| contest.tie_breaks = vec![TieBreak::Indicator(tie_break::Indicator(1))]),
        NOTHING
    );
    let found = refused(|contest| contest.tie_breaks = vec![TieBreak::Indicator(tie_break::Indicator(2))]);
    assert_eq!(found, ["tie_breaks[0] UNKNOWN_INDICATOR"]);
}
