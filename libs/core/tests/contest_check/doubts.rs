//! Doubts: definitions that are legal but hardly intended. Each is reported with its code, and a contest
//! without any gets none.

use jiff::civil::date;
use longhu_core::catalogue::Catalogue;
use longhu_core::contest::doubts::doubts;
use longhu_core::contest::{
    Cap, Completion, Contest, Limit, Measure, Overall, Points, RankedBy, TieBreak, Tier, TierKind, Tiers,
    UnitFrom, Window,
};
use longhu_core::rule::{format, limit, measure, ranking, tie_break};

use super::given::*;

/// The doubts about a changed contest, which must not be refused.
fn doubted(change: impl FnOnce(&mut Contest)) -> Vec<String> {
    let mut contest = sound();
    change(&mut contest);
    let refused = refused(|sound| *sound = contest.clone());
    assert_eq!(refused, NOTHING);
    let found = doubts(&contest, &Catalogue::default());
    found.iter().map(|doubt| format!("{} {}", doubt.field, doubt.code)).collect()
}

#[test]
fn a_plain_contest_has_no_doubts() {
    assert_eq!(doubted(|_| ()), NOTHING);
    assert_eq!(
        doubted(|contest| contest.indicators[0].caps = vec![cap(Limit::Day(limit::Day), &[])]),
        NOTHING
    );
}

#[test]
fn days_in_no_round_are_named() {
    let whole = || vec![january(), round("rest", date(2026, 2, 1), date(2026, 3, 31))];
    let of = |rounds| {
        doubted(|contest| {
            (contest.rounds, contest.overall) =
                (rounds, Overall::Places(format::Places { points_e4: vec![1] }))
        })
    };
    assert_eq!(of(whole()), NOTHING);
    assert_eq!(of(vec![january(), february()]), ["rounds[1] DAYS_IN_NO_ROUND"]);
    let mut late = whole();
    late[1].period.start = date(2026, 2, 2);
    assert_eq!(of(late), ["rounds[1] DAYS_IN_NO_ROUND"]);
    let mut first = whole();
    first[0].period.start = date(2026, 1, 2);
    assert_eq!(of(first), ["rounds[0] DAYS_IN_NO_ROUND"]);
}

#[test]
fn the_sum_of_rounds_of_very_unequal_length_is_doubted() {
    let rounds = |second| {
        doubted(|contest| {
            contest.rounds = vec![january(), round("rest", date(2026, 2, 1), second)];
            contest.end = second;
        })
    };
    assert_eq!(rounds(date(2026, 2, 28)), NOTHING);
    assert_eq!(rounds(date(2026, 3, 31)), ["rounds ROUNDS_OF_UNEQUAL_LENGTH"]);
}

#[test]
fn a_very_long_list_of_place_points_is_doubted() {
    let places = |count| {
        doubted(|contest| {
            contest.rounds = vec![round("all", contest.start, contest.end)];
            contest.overall = Overall::Places(format::Places { points_e4: vec![1; count] });
        })
    };
    assert_eq!(places(100), NOTHING);
    assert_eq!(places(101), ["overall.places TABLE_VERY_LONG"]);
}

#[test]
fn boards_of_several_kinds_by_the_event_s_branch_are_doubted() {
    let of = |boards: &[&str]| {
        let mut contest = sound();
        contest.unit_from = UnitFrom::Event;
        contest.boards = boards.iter().map(|board| (*board).to_owned()).collect();
        doubts(&contest, &Catalogue::default()).iter().map(|doubt| doubt.code).collect::<Vec<_>>()
    };
    assert_eq!(of(&["branch", "employee"]), [""; 0]);
    assert_eq!(of(&["branch", "team"]), ["UNITS_BELOW_BRANCH"]);
}

#[test]
fn a_tie_break_by_the_ranking_key_or_by_another_scores_time_is_doubted() {
    let ties = |ties: Vec<TieBreak>| {
        doubted(|contest| {
            contest.indicators.truncate(1);
            contest.ranked_by = RankedBy::Indicator(ranking::Indicator(0));
            contest.tie_breaks = ties;
        })
    };
    assert_eq!(ties(vec![TieBreak::Indicator(tie_break::Indicator(0))]), ["tie_breaks[0] SEPARATES_NOTHING"]);
    assert_eq!(
        ties(vec![TieBreak::Name(tie_break::Name), TieBreak::Earliest(tie_break::Earliest)]),
        ["tie_breaks[1] REACH_OF_SCORE"]
    );
}

#[test]
fn an_event_type_that_may_lack_the_counted_field_is_doubted() {
    assert_eq!(
        doubted(|contest| contest.indicators[0].measure = Measure::Amount(measure::Amount)),
        ["indicators[0].events[0] FIELD_MAY_BE_ABSENT"]
    );
    let sold = doubted(|contest| {
        contest.indicators[0].measure = Measure::Amount(measure::Amount);
        contest.indicators[0].events = vec!["wealth.sold".into()];
    });
    assert_eq!(sold, NOTHING);
}

#[test]
fn an_indicator_that_gives_nothing_and_is_used_nowhere_is_doubted() {
    let nothing = |change: fn(&mut Contest)| {
        doubted(|contest| {
            contest.indicators[1].points = Points::per_unit(0);
            change(contest);
        })
    };
    assert_eq!(nothing(|_| ()), ["indicators[1].points GIVES_NOTHING"]);
    assert_eq!(
        nothing(|contest| contest.tie_breaks = vec![TieBreak::Indicator(tie_break::Indicator(1))]),
        NOTHING
    );
    assert_eq!(nothing(|contest| contest.ranked_by = RankedBy::Indicator(ranking::Indicator(1))), NOTHING);
    let in_ratio = nothing(|contest| {
        contest.indicators.push(indicator("rate", Measure::Ratio(measure::Ratio { of: 1, to: 0 }), ONE));
    });
    assert_eq!(in_ratio, NOTHING);
}

fn table(kind: TierKind, steps: Vec<Tier>) -> Vec<String> {
    doubted(|contest| contest.indicators[0].points = Points::Tiers(Tiers { kind, steps }))
}

#[test]
fn a_step_that_no_whole_number_reaches_is_doubted() {
    let part = |from_e4, to_e4| Tier { from_e4, to_e4, ..tier(0, None) };
    let steps = vec![part(0, Some(10_001)), part(10_001, Some(20_000)), part(20_000, None)];
    assert_eq!(table(TierKind::Marginal, steps), ["indicators[0].points.steps[1] TIER_NOT_REACHED"]);
    assert_eq!(table(TierKind::Marginal, vec![tier(0, Some(1)), tier(1, None)]), NOTHING);
}

#[test]
fn a_step_of_the_whole_volume_that_gives_less_than_the_one_below_is_doubted() {
    let with = |points_e4, fixed_e4| vec![tier(0, Some(10)), Tier { points_e4, fixed_e4, ..tier(10, None) }];
    assert_eq!(
        table(TierKind::WholeVolume, with(9_999, 0)),
        ["indicators[0].points.steps[1].from POINTS_FALL"]
    );
    assert_eq!(table(TierKind::WholeVolume, with(9_999, 10)), NOTHING);
    assert_eq!(table(TierKind::Marginal, with(9_999, 0)), NOTHING);
}

#[test]
fn an_end_of_a_whole_volume_table_is_doubted() {
    let steps = || vec![tier(0, Some(10)), tier(10, Some(20))];
    let found = table(TierKind::WholeVolume, steps());
    assert_eq!(found, ["indicators[0].points.steps[1].to END_WITHOUT_EFFECT"]);
    assert_eq!(table(TierKind::Marginal, steps()), NOTHING);
}

fn scorecard(weights: &[i64]) -> Vec<String> {
    doubted(|contest| {
        contest.indicators = Vec::new();
        for (index, weight) in weights.iter().enumerate() {
            let completion = Completion { weight_e4: weight * 10_000, ..COMPLETION };
            let id = format!("i{index}");
            contest.indicators.push(indicator(
                &id,
                Measure::Count(measure::Count),
                Points::Completion(completion),
            ));
        }
    })
}

#[test]
fn weights_that_do_not_add_up_to_100_are_doubted() {
    assert_eq!(scorecard(&[30, 70]), NOTHING);
    assert_eq!(scorecard(&[30]), NOTHING);
    assert_eq!(scorecard(&[30, 60]), ["indicators[1].points.weight WEIGHTS_NOT_100"]);
}

#[test]
fn a_threshold_below_the_floor_is_doubted() {
    let completion = Completion { threshold_e4: Some(5_999), ..COMPLETION };
    let found = doubted(|contest| contest.indicators[0].points = Points::Completion(completion));
    assert_eq!(found, ["indicators[0].points.threshold THRESHOLD_BELOW_FLOOR"]);
}

fn of(per: Limit, points: i64, boards: &[&str]) -> Cap {
    Cap { points_e4: points * 10_000, ..cap(per, boards) }
}

fn capped(caps: Vec<Cap>) -> Vec<String> {
    doubted(|contest| contest.indicators[0].caps = caps)
}

#[test]
fn a_cap_not_below_the_cap_of_the_contest_is_doubted() {
    let never = ["indicators[0].caps[0].points CAP_NEVER_BINDS"];
    assert_eq!(
        capped(vec![of(Limit::Day(limit::Day), 9, &[]), of(Limit::Contest(limit::Contest), 10, &[])]),
        NOTHING
    );
    assert_eq!(
        capped(vec![of(Limit::Day(limit::Day), 10, &[]), of(Limit::Contest(limit::Contest), 10, &[])]),
        never
    );
    assert_eq!(
        capped(vec![
            of(Limit::Customer(limit::Customer), 10, &["branch"]),
            of(Limit::Contest(limit::Contest), 10, &[])
        ]),
        never
    );
    assert_eq!(
        capped(vec![
            of(Limit::Day(limit::Day), 10, &[]),
            of(Limit::Contest(limit::Contest), 10, &["branch"])
        ]),
        NOTHING
    );
    let in_rounds = |caps: Vec<Cap>| {
        doubted(|contest| {
            contest.rounds = vec![round("all", contest.start, contest.end)];
            contest.indicators[0].caps = caps;
        })
    };
    assert_eq!(
        in_rounds(vec![of(Limit::Day(limit::Day), 10, &[]), of(Limit::Contest(limit::Contest), 10, &[])]),
        NOTHING
    );
    assert_eq!(
        in_rounds(vec![of(Limit::Day(limit::Day), 10, &[]), of(Limit::Round(limit::Round), 10, &[])]),
        never
    );
    assert_eq!(
        in_rounds(vec![of(Limit::Round(limit::Round), 10, &[]), of(Limit::Contest(limit::Contest), 10, &[])]),
        never
    );
}

#[test]
fn a_cap_that_no_event_reaches_is_doubted() {
    let never = ["indicators[0].caps[0].points CAP_NEVER_BINDS"];
    assert_eq!(capped(vec![of(Limit::Event(limit::Event), 1, &[])]), never);
    assert_eq!(capped(vec![of(Limit::Event(limit::Event), 0, &[])]), NOTHING);
    let in_window = doubted(|contest| {
        let day = date(2026, 1, 1);
        contest.indicators[0].windows = vec![Window { period: period(day, day), times_e4: 20_000 }];
        contest.indicators[0].caps = vec![of(Limit::Event(limit::Event), 1, &[])];
    });
    assert_eq!(in_window, NOTHING);
}
