//! The measure `ratio`: the value of one indicator divided by that of another.

use longhu_core::contest::{Contest, Indicator, Measure, Points, RankedBy};
use longhu_core::oracle::{Rate, Table, rate, standings};
use longhu_core::rule::{measure, ranking};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::happened;
use longhu_core::testkit::rules::{
    CONTEST, POINT, contest, counts, counts_of, in_rounds, points, ranks, row, some,
};

const SIGNED: &str = "ebanking.signed";

const ACTIVE: &str = "ebanking.activated";

fn ids(table: &Table) -> Vec<(u64, &str)> {
    table.rows.iter().map(|row| (row.rank, row.id.as_str())).collect()
}

fn keys(table: &Table) -> Vec<Option<Rate>> {
    table.rows.iter().map(|row| row.key.clone()).collect()
}

/// Sign-ups, activations, and the ratio of activations to sign-ups, at ten points for a rate of 1.
fn active_rate() -> Vec<Indicator> {
    let of = |id, kind| counts_of(id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0));
    let ratio = counts("rate", Measure::Ratio(measure::Ratio { of: 1, to: 0 }), Points::per_unit(10 * POINT));
    vec![of("signed", SIGNED), of("active", ACTIVE), Indicator { events: vec![], ..ratio }]
}

#[test]
fn a_ratio_needs_two_values_and_a_denominator_above_zero() {
    let ranked = Contest { ranked_by: RankedBy::Indicator(ranking::Indicator(2)), ..contest(active_rate()) };
    let scenario = Scenario::of(ranked)
        .when(happened(SIGNED, "1", 3, 3, "wang"))
        .when(happened(ACTIVE, "2", 3, 2, "wang"))
        .when(happened(SIGNED, "3", 3, 4, "li"))
        .when(happened(ACTIVE, "4", 3, 5, "zhao"));
    let says = scenario.says();
    // wang 2 of 3, li 0 of 4, zhao 5 of 0: no rate.
    assert_eq!(keys(&says.tables[0]), [Some(rate(2, 3)), some(0), None]);
    assert_eq!(ranks(&says.tables[0]), [(1, "wang", 66_667), (2, "li", 0), (3, "zhao", 0)]);
    // A reversed sign-up makes the rate greater; without any sign-ups there is no rate.
    let scenario = scenario.takes_part("5", "1", 20, 1);
    assert_eq!(keys(&scenario.says().tables[0])[0], some(1));
    let scenario = scenario.takes_part("6", "1", 21, 2);
    assert_eq!(ids(&scenario.says().tables[0]), [(1, "li"), (2, "wang"), (2, "zhao")]);
}

/// The check refuses both definitions, so only the oracle is asked. It must come to an end even without the
/// check.
#[test]
fn a_ratio_may_be_of_ratios_but_not_of_itself() {
    let ratio = |id: &str, of, to| Indicator {
        events: vec![],
        ..counts(id, Measure::Ratio(measure::Ratio { of, to }), Points::per_unit(0))
    };
    let mut indicators = active_rate();
    indicators.extend([ratio("twice", 2, 2), ratio("circle", 4, 0)]);
    let scenario = Scenario::of(contest(indicators))
        .when(happened(SIGNED, "1", 3, 3, "wang"))
        .when(happened(ACTIVE, "2", 3, 2, "wang"));
    let says = standings(scenario.log(), CONTEST, scenario.next()).unwrap();
    let figures = &row(&says.tables[0], "wang").figures;
    assert_eq!([figures[3].value.clone(), figures[4].value.clone()], [some(1), None]);
}

#[test]
fn the_total_rate_is_computed_from_the_sums_of_the_rounds() {
    let scenario = Scenario::of(in_rounds(contest(active_rate()), &[(1, 10), (12, 20)]))
        .when(happened(SIGNED, "1", 3, 1, "wang"))
        .when(happened(ACTIVE, "2", 3, 1, "wang"))
        .when(happened(SIGNED, "3", 12, 3, "wang"));
    let says = scenario.says();
    let rates = |table: &Table| row(table, "wang").figures[2].value.clone();
    // 1 of 1 and 0 of 3 together are 1 of 4; the points are those of the rounds.
    assert_eq!([rates(&says.rounds[0][0]), rates(&says.rounds[1][0])], [some(1), some(0)]);
    assert_eq!((rates(&says.tables[0]), row(&says.tables[0], "wang").score), (Some(rate(1, 4)), points(10)));
}
