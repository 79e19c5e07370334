//! The check of what an indicator counts, its points, and its limits.

use jiff::civil::date;
use longhu_core::contest::{
    Cap, Completion, Credited, Indicator, Limit, Measure, Points, RankedBy, Tier, Window,
};
use longhu_core::rule::{limit, measure, points, ranking};

use super::given::*;

#[test]
fn every_measure_but_a_ratio_needs_an_event_type() {
    for own in [
        Measure::Customers(measure::Customers),
        Measure::AverageBalance(measure::AverageBalance { credited: Credited::PresentHolder }),
    ] {
        let found = refused(|contest| {
            contest.indicators[0] = Indicator { events: Vec::new(), ..indicator("own", own, ONE) };
        });
        assert_eq!(found, ["indicators[0].events NO_EVENT_TYPE"]);
    }
}

fn ratio(of: usize, to: usize) -> Vec<String> {
    refused(|contest| {
        contest.indicators.push(indicator("rate", Measure::Ratio(measure::Ratio { of, to }), ONE))
    })
}

#[test]
fn a_ratio_needs_two_other_indicators_of_the_contest() {
    assert_eq!(ratio(1, 0), NOTHING);
    assert_eq!(ratio(2, 0), ["indicators[2].measure.ratio RATIO_OF_ITSELF"]);
    assert_eq!(ratio(0, 2), ["indicators[2].measure.to RATIO_OF_ITSELF"]);
    assert_eq!(ratio(1, 1), ["indicators[2].measure.to RATIO_OF_ITSELF"]);
    assert_eq!(ratio(0, usize::MAX), ["indicators[2].measure.to UNKNOWN_INDICATOR"]);
    assert_eq!(ratio(7, 0), ["indicators[2].measure.ratio UNKNOWN_INDICATOR"]);
}

#[test]
fn a_ratio_is_not_of_a_ratio() {
    let found = refused(|contest| {
        contest.indicators.push(indicator("rate", Measure::Ratio(measure::Ratio { of: 0, to: 1 }), ONE));
        contest.indicators.push(indicator("twice", Measure::Ratio(measure::Ratio { of: 0, to: 2 }), ONE));
    });
    assert_eq!(found, ["indicators[3].measure.to RATIO_OF_RATIO"]);
}

#[test]
fn a_ratio_has_no_events_and_no_filter_of_its_own() {
    let found = refused(|contest| {
        let mut rate = indicator("rate", Measure::Ratio(measure::Ratio { of: 0, to: 1 }), ONE);
        rate.events = vec!["card.issued".into()];
        rate.filter.products = vec!["gold".into()];
        contest.indicators.push(rate);
    });
    assert_eq!(
        found,
        ["indicators[2].events RATIO_COUNTS_NOTHING", "indicators[2].filter RATIO_COUNTS_NOTHING"]
    );
}

#[test]
fn customers_with_products_asks_for_1_to_1_000_products() {
    let at_least =
        |at_least| measure(Measure::CustomersWithProducts(measure::CustomersWithProducts { at_least }));
    assert_eq!((at_least(1), at_least(1_000)), (vec![], vec![]));
    for out in [0, 1_001] {
        assert_eq!(at_least(out), ["indicators[0].measure.customers_with_products OUT_OF_RANGE"]);
    }
}

fn nth(nth: u32, within_days: u32, openings: &[&str]) -> Vec<String> {
    let openings = openings.iter().map(|kind| (*kind).to_owned()).collect();
    measure(Measure::NthProduct(measure::NthProduct { nth, within_days, openings }))
}

#[test]
fn the_nth_product_is_from_1_to_1_000_and_comes_within_36_500_days() {
    assert_eq!(nth(1, 0, &["account.opened"]), NOTHING);
    assert_eq!(nth(1_000, 36_500, &["account.opened"]), NOTHING);
    for out in [0, 1_001] {
        assert_eq!(nth(out, 90, &["account.opened"]), ["indicators[0].measure.nth_product OUT_OF_RANGE"]);
    }
    assert_eq!(nth(2, 36_501, &["account.opened"]), ["indicators[0].measure.within_days OUT_OF_RANGE"]);
}

#[test]
fn the_nth_product_needs_known_types_as_openings() {
    assert_eq!(nth(2, 90, &[]), ["indicators[0].measure.openings NO_EVENT_TYPE"]);
    assert_eq!(nth(2, 90, &["account.opend"]), ["indicators[0].measure.openings[0] UNKNOWN_TYPE"]);
    let twice = ["account.opened", "account.opened"];
    assert_eq!(nth(2, 90, &twice), ["indicators[0].measure.openings[1] DUPLICATE_ID"]);
}

#[test]
fn a_net_change_is_measured_from_a_day_before_the_contest() {
    let from = |base| {
        measure(Measure::NetChange(measure::NetChange {
            credited: Credited::HolderOfTheDay,
            base: Some(base),
        }))
    };
    assert_eq!(from(date(2025, 12, 31)), NOTHING);
    assert_eq!(from(date(2026, 1, 1)), ["indicators[0].measure.base BASE_NOT_BEFORE"]);
}

#[test]
fn points_per_amount_need_a_measure_in_money() {
    let rate = || Points::PerAmount(points::PerAmount { points_e4: 10_000, per_minor: 100 });
    for own in [
        Measure::Count(measure::Count),
        Measure::Customers(measure::Customers),
        Measure::ProductsPerCustomer(measure::ProductsPerCustomer),
    ] {
        let found = refused(|contest| contest.indicators[0] = indicator("own", own, rate()));
        assert_eq!(found, ["indicators[0].points MEASURE_MISMATCH"]);
    }
    let balance = Measure::AverageBalance(measure::AverageBalance { credited: Credited::HolderOfTheDay });
    for own in [Measure::Amount(measure::Amount), balance] {
        assert_eq!(refused(|contest| contest.indicators[0] = indicator("own", own, rate())), NOTHING);
    }
    let free = Points::PerAmount(points::PerAmount { points_e4: 1, per_minor: 0 });
    let found =
        refused(|contest| contest.indicators[0] = indicator("own", Measure::Amount(measure::Amount), free));
    assert_eq!(found, ["indicators[0].points.amount OUT_OF_RANGE"]);
}

#[test]
fn a_table_of_rates_has_steps() {
    assert_eq!(tiers(vec![tier(0, Some(10)), tier(10, None)]), NOTHING);
    assert_eq!(tiers(vec![tier(5, Some(10)), tier(10, Some(20))]), NOTHING);
    assert_eq!(tiers(Vec::new()), ["indicators[0].points.steps OUT_OF_RANGE"]);
}

#[test]
fn a_table_of_rates_has_no_gap() {
    let found = tiers(vec![tier(0, Some(10)), tier(11, None)]);
    assert_eq!(found, ["indicators[0].points.steps[1].from TIERS_HAVE_A_HOLE"]);
}

#[test]
fn the_steps_of_a_table_of_rates_do_not_overlap() {
    let found = tiers(vec![tier(0, Some(10)), tier(9, None)]);
    assert_eq!(found, ["indicators[0].points.steps[1].from TIERS_OVERLAP"]);
}

#[test]
fn the_steps_of_a_table_of_rates_ascend() {
    let found = tiers(vec![tier(10, Some(20)), tier(0, Some(10))]);
    assert_eq!(found, ["indicators[0].points.steps[1].from OUT_OF_ORDER"]);
    let found = tiers(vec![tier(10, Some(10))]);
    assert_eq!(found, ["indicators[0].points.steps[0].to EMPTY_RANGE"]);
}

#[test]
fn only_the_last_step_may_have_no_end() {
    let found = tiers(vec![tier(0, None), tier(10, None)]);
    assert_eq!(found, ["indicators[0].points.steps[0].to MISSING_FIELD"]);
}

#[test]
fn a_table_of_rates_begins_at_0_or_above() {
    assert_eq!(tiers(vec![tier(-1, None)]), ["indicators[0].points.steps[0].from OUT_OF_RANGE"]);
}

#[test]
fn a_step_gives_points_for_a_positive_amount_and_not_too_many() {
    let with =
        |points_e4, per_e4, fixed_e4| tiers(vec![Tier { points_e4, per_e4, fixed_e4, ..tier(0, None) }]);
    assert_eq!(with(10_000_000_000_000, 10_000, -10_000_000_000_000), NOTHING);
    assert_eq!(with(1, 0, 0), ["indicators[0].points.steps[0].per_amount OUT_OF_RANGE"]);
    assert_eq!(with(1, -1, 0), ["indicators[0].points.steps[0].per_amount OUT_OF_RANGE"]);
    assert_eq!(with(10_000_000_000_000, 9_999, 0), ["indicators[0].points.steps[0].per_unit OUT_OF_RANGE"]);
    assert_eq!(with(i64::MIN, 1, i64::MIN).len(), 2);
}

#[test]
fn the_amounts_of_a_table_have_a_common_multiple_that_is_not_too_great() {
    let with = |amounts: &[i64]| {
        let at = |index: usize| i64::try_from(index).unwrap();
        let step = |(index, per_e4): (usize, &i64)| Tier {
            per_e4: *per_e4,
            ..tier(at(index), (index + 1 < amounts.len()).then(|| at(index + 1)))
        };
        tiers(amounts.iter().enumerate().map(step).collect())
    };
    assert_eq!(with(&[10_000, 30_000, 100_000_000]), NOTHING);
    let primes = [999_999_937, 999_999_893, 999_999_883];
    assert_eq!(with(&primes[..2]), NOTHING);
    assert_eq!(with(&primes), ["indicators[0].points.steps AMOUNTS_TOO_ODD"]);
}

#[test]
fn a_weight_is_not_negative() {
    assert_eq!(points(Points::Completion(COMPLETION)), NOTHING);
    let found = points(Points::Completion(Completion { weight_e4: -1, ..COMPLETION }));
    assert_eq!(found, ["indicators[0].points.weight OUT_OF_RANGE"]);
}

#[test]
fn floor_cap_and_threshold_are_not_negative() {
    let found = points(Points::Completion(Completion {
        floor_e4: Some(-1),
        cap_e4: Some(-1),
        threshold_e4: Some(-1),
        ..COMPLETION
    }));
    let field = |name: &str| format!("indicators[0].points.{name} OUT_OF_RANGE");
    assert_eq!(found, [field("floor"), field("cap"), field("threshold")]);
}

#[test]
fn floor_and_threshold_are_not_above_the_cap() {
    let floor = Completion { floor_e4: Some(12_001), ..COMPLETION };
    assert_eq!(points(Points::Completion(floor)), ["indicators[0].points.floor EMPTY_RANGE"]);
    let threshold = Completion { threshold_e4: Some(12_001), ..COMPLETION };
    assert_eq!(points(Points::Completion(threshold)), ["indicators[0].points.threshold EMPTY_RANGE"]);
    let uncapped = Completion { floor_e4: Some(20_000), cap_e4: None, ..COMPLETION };
    assert_eq!(points(Points::Completion(uncapped)), NOTHING);
}

#[test]
fn a_window_lies_within_the_period_or_the_base() {
    assert_eq!(windows(&[(date(2026, 1, 1), date(2026, 3, 31), 20_000)]), NOTHING);
    let late = windows(&[(date(2026, 3, 31), date(2026, 4, 1), 20_000)]);
    assert_eq!(late, ["indicators[0].windows[0].to OUTSIDE_PERIOD"]);
    let base = [(date(2025, 3, 1), date(2025, 3, 31))];
    let before = windows(&base.map(|(start, end)| (start, end, 20_000)));
    assert_eq!(before, ["indicators[0].windows[0].from OUTSIDE_PERIOD"]);
    let with_base = refused(|contest| {
        let base = period(date(2025, 1, 1), date(2025, 3, 31));
        contest.ranked_by = RankedBy::Improvement(ranking::Improvement { base, is_rate: false });
        let march = period(date(2025, 3, 1), date(2025, 3, 31));
        contest.indicators[0].windows = vec![Window { period: march, times_e4: 20_000 }];
    });
    assert_eq!(with_base, NOTHING);
}

#[test]
fn windows_follow_one_another() {
    let (one, two, three) = (date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3));
    assert_eq!(windows(&[(one, one, 0), (two, three, 0)]), NOTHING);
    assert_eq!(windows(&[(one, two, 0), (two, three, 0)]), ["indicators[0].windows[1].from PERIODS_OVERLAP"]);
    assert_eq!(windows(&[(two, three, 0), (one, one, 0)]), ["indicators[0].windows[1].from OUT_OF_ORDER"]);
    assert_eq!(windows(&[(three, one, 0)]), ["indicators[0].windows[0].to PERIOD_REVERSED"]);
}

#[test]
fn a_window_multiplies_by_0_or_more_and_gives_at_most_a_thousand_million_points() {
    let day = date(2026, 1, 1);
    assert_eq!(windows(&[(day, day, 10_000_000_000_000)]), NOTHING);
    assert_eq!(windows(&[(day, day, 10_000_000_000_001)]), ["indicators[0].windows[0].times OUT_OF_RANGE"]);
    assert_eq!(windows(&[(day, day, -1)]), ["indicators[0].windows[0].times OUT_OF_RANGE"]);
}

#[test]
fn windows_need_points_by_event() {
    let day = date(2026, 1, 1);
    let found = refused(|contest| {
        contest.indicators[1].windows = vec![Window { period: period(day, day), times_e4: 20_000 }];
    });
    assert_eq!(found, ["indicators[1].windows NO_POINTS_BY_EVENT"]);
}

#[test]
fn caps_of_events_customers_and_days_need_points_by_event() {
    for per in [Limit::Event(limit::Event), Limit::Customer(limit::Customer), Limit::Day(limit::Day)] {
        assert_eq!(caps(vec![cap(per, &[])]), NOTHING);
        let of_customers = refused(|contest| contest.indicators[1].caps = vec![cap(per, &[])]);
        assert_eq!(of_customers, ["indicators[1].caps[0].per NO_POINTS_BY_EVENT"]);
        let by_completion = refused(|contest| {
            contest.indicators[0].points = Points::Completion(COMPLETION);
            contest.indicators[0].caps = vec![cap(per, &[])];
        });
        assert_eq!(by_completion, ["indicators[0].caps[0].per NO_POINTS_BY_EVENT"]);
    }
    assert_eq!(
        refused(|contest| contest.indicators[1].caps = vec![cap(Limit::Contest(limit::Contest), &[])]),
        NOTHING
    );
}

#[test]
fn a_cap_is_not_below_zero() {
    let zero = Cap { points_e4: 0, ..cap(Limit::Day(limit::Day), &[]) };
    assert_eq!(caps(vec![zero]), NOTHING);
    let below = Cap { points_e4: -1, ..cap(Limit::Day(limit::Day), &[]) };
    assert_eq!(caps(vec![below]), ["indicators[0].caps[0].points OUT_OF_RANGE"]);
}

#[test]
fn a_board_has_at_most_one_cap_of_each_kind() {
    let each = vec![cap(Limit::Day(limit::Day), &["branch"]), cap(Limit::Day(limit::Day), &["employee"])];
    assert_eq!(caps(each), NOTHING);
    let kinds = vec![
        cap(Limit::Day(limit::Day), &[]),
        cap(Limit::Contest(limit::Contest), &[]),
        cap(Limit::Event(limit::Event), &[]),
    ];
    assert_eq!(caps(kinds), NOTHING);
    let both = vec![cap(Limit::Day(limit::Day), &["branch"]), cap(Limit::Day(limit::Day), &[])];
    assert_eq!(caps(both), ["indicators[0].caps[1].per DUPLICATE_CAP"]);
    let twice =
        vec![cap(Limit::Day(limit::Day), &["branch"]), cap(Limit::Day(limit::Day), &["employee", "branch"])];
    assert_eq!(caps(twice), ["indicators[0].caps[1].per DUPLICATE_CAP"]);
}

#[test]
fn a_cap_by_event_cannot_be_limited_to_boards() {
    assert_eq!(
        caps(vec![cap(Limit::Event(limit::Event), &["branch"])]),
        ["indicators[0].caps[0].boards CAP_ON_EVERY_BOARD"]
    );
}

#[test]
fn a_cap_names_only_boards_of_the_contest() {
    let found = caps(vec![cap(Limit::Day(limit::Day), &["branch", "team", "branch"])]);
    assert_eq!(
        found,
        ["indicators[0].caps[0].boards[1] UNKNOWN_BOARD", "indicators[0].caps[0].boards[2] DUPLICATE_ID"]
    );
}

#[test]
fn a_cap_by_round_needs_rounds() {
    assert_eq!(caps(vec![cap(Limit::Round(limit::Round), &[])]), ["indicators[0].caps[0].per NEEDS_ROUNDS"]);
    let found = refused(|contest| {
        contest.rounds = vec![january()];
        contest.indicators[0].caps = vec![cap(Limit::Round(limit::Round), &[])];
    });
    assert_eq!(found, NOTHING);
}

#[test]
fn days_and_customers_are_not_capped_together() {
    let found = caps(vec![
        cap(Limit::Day(limit::Day), &["branch"]),
        cap(Limit::Customer(limit::Customer), &["employee"]),
    ]);
    assert_eq!(found, ["indicators[0].caps CONFLICTING_FIELDS"]);
}
