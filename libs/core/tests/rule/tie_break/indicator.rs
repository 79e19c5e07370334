//! The tie-break `indicator`: equal scores are separated by the value of an indicator.

use longhu_core::contest::{Contest, Indicator, Measure, Points, TieBreak};
use longhu_core::oracle::Table;
use longhu_core::rule::{measure, tie_break};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::happened;
use longhu_core::testkit::rules::{POINT, contest, counts, counts_of};

const SIGNED: &str = "ebanking.signed";

const ACTIVE: &str = "ebanking.activated";

fn ids(table: &Table) -> Vec<(u64, &str)> {
    table.rows.iter().map(|row| (row.rank, row.id.as_str())).collect()
}

/// Sign-ups, activations, and the ratio of activations to sign-ups, at ten points for a rate of 1.
fn active_rate() -> Vec<Indicator> {
    let of = |id, kind| counts_of(id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0));
    let ratio = counts("rate", Measure::Ratio(measure::Ratio { of: 1, to: 0 }), Points::per_unit(10 * POINT));
    vec![of("signed", SIGNED), of("active", ACTIVE), Indicator { events: vec![], ..ratio }]
}

#[test]
fn equal_scores_are_separated_by_exact_rates_and_no_rate_is_last() {
    // Nobody has points; wang 1 of 3, li 333,333 of 1,000,000, zhao 0 of 0.
    let mut indicators = active_rate();
    indicators[2].points = Points::per_unit(0);
    let scenario = Scenario::of(Contest {
        tie_breaks: vec![TieBreak::Indicator(tie_break::Indicator(2))],
        ..contest(indicators)
    })
    .when(happened(SIGNED, "1", 3, 1_000_000, "li"))
    .when(happened(ACTIVE, "2", 3, 333_333, "li"))
    .when(happened(SIGNED, "3", 3, 3, "wang"))
    .when(happened(ACTIVE, "4", 3, 1, "wang"))
    .when(happened(ACTIVE, "5", 3, 1, "zhao"));
    assert_eq!(ids(&scenario.says().tables[0]), [(1, "wang"), (2, "li"), (3, "zhao")]);
}
