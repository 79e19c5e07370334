//! The defaults of a definition on the wire, and what it must contain.

use jiff::civil::Date;
use longhu_core::contest::{Measure, Overall, Points, RankedBy};
use longhu_core::rule::{format, measure, ranking};
use longhu_core::types::money::Currency;
use longhu_proto::scalar;
use longhu_proto::wire::contest::v1 as wire;

use crate::contests;

fn cny() -> Currency {
    Currency::parse("CNY").unwrap()
}

#[test]
fn a_contest_from_before_there_were_rounds_and_measures_is_what_it_was() {
    let definition = wire::ContestDefinition {
        id: "old".into(),
        start_date: Some(scalar::date_to_wire(Date::constant(2026, 1, 1))),
        end_date: Some(scalar::date_to_wire(Date::constant(2026, 1, 31))),
        indicators: vec![wire::Indicator { id: "cards".into(), ..wire::Indicator::default() }],
        ..wire::ContestDefinition::default()
    };
    let contest = longhu_proto::contest::from_wire(&definition, cny()).unwrap();
    assert_eq!(
        (contest.rounds, contest.overall, contest.ranked_by),
        (vec![], Overall::Sum(format::Sum), RankedBy::Score(ranking::Score))
    );
    assert_eq!((contest.calendar, contest.utc_offsets), (None, vec![]));
    let cards = &contest.indicators[0];
    assert_eq!((&cards.measure, &cards.points), (&Measure::Count(measure::Count), &Points::per_unit(10_000)));
    assert!(cards.windows.is_empty() && cards.caps.is_empty());
}

#[test]
fn a_choice_that_must_be_made_and_is_not_is_refused_by_name() {
    let sound = longhu_proto::contest::to_wire(&contests::with_rounds());
    let refusal = |change: &dyn Fn(&mut wire::ContestDefinition)| {
        let mut definition = sound.clone();
        change(&mut definition);
        let violation = longhu_proto::contest::from_wire(&definition, cny()).unwrap_err();
        format!("{} {}", violation.field, violation.code)
    };
    let counted = |at: usize, counted: wire::indicator::Counted| {
        refusal(&|definition| definition.indicators[at].counted = Some(counted.clone()))
    };
    let ratio = wire::RatioOfIndicators { of: "cards".into(), to: "none".into() };
    let both = wire::CustomersWithProducts { at_least: 2 };
    let found = [
        refusal(&|definition| definition.indicators[0].caps[0].per = 0),
        refusal(&|definition| definition.indicators[0].caps[0].per = 99),
        refusal(&|definition| definition.indicators[0].windows[1].end_date = None),
        counted(8, wire::indicator::Counted::AverageBalance(wire::AverageBalance::default())),
        counted(10, wire::indicator::Counted::Ratio(ratio)),
        counted(0, wire::indicator::Counted::CustomersWithProducts(both)),
        refusal(&|definition| definition.rounds[1].start_date = None),
        refusal(&|definition| definition.overall = Some(wire::Overall { by: None })),
        refusal(&|definition| definition.ranked_by = Some(wire::RankedBy { by: None })),
        refusal(&|definition| {
            let by = Some(wire::ranked_by::By::Completion("none".into()));
            definition.ranked_by = Some(wire::RankedBy { by });
        }),
    ];
    assert_eq!(
        found,
        [
            "indicators[0].caps[0].per MISSING_FIELD",
            "indicators[0].caps[0].per OUT_OF_RANGE",
            "indicators[0].windows[1].to MISSING_FIELD",
            "indicators[8].measure.average_balance MISSING_FIELD",
            "indicators[10].measure.to UNKNOWN_INDICATOR",
            "indicators[0].measure CONFLICTING_FIELDS",
            "rounds[1].from MISSING_FIELD",
            "overall MISSING_FIELD",
            "ranked_by MISSING_FIELD",
            "ranked_by.completion UNKNOWN_INDICATOR",
        ]
    );
}
