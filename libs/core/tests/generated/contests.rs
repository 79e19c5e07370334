//! Generated contests: every measure, kind of points, filter, tie rule, tie-break, listing and way to find a
//! unit. They use a few periods and deadlines, and generated events fall on their edges.

use jiff::civil::{Date, date};
use longhu_core::Time;
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieBreak,
    TieRule, UnitFrom,
};
use longhu_core::rule::{format, measure, points, ranking, tie_break, tie_rule};
use longhu_core::types::money::Currency;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::generated::events::{CHANNELS, PRODUCTS, SEGMENTS, TYPES};
use crate::generated::organisation::KINDS;

/// A day of the generated time; day 0 is 26 February 2025.
pub fn day(number: i64) -> Date {
    let first = date(2025, 2, 26);
    first.saturating_add(jiff::Span::new().days(number))
}

/// First and last day of the periods.
pub const PERIODS: [(i64, i64); 4] = [(3, 33), (10, 20), (3, 3), (20, 40)];
/// Days at whose start a deadline may be.
pub const DEADLINES: [i64; 2] = [25, 38];

/// The start of a day, in UTC.
pub fn instant(number: i64) -> Time {
    let days = day(number).since((jiff::Unit::Day, date(1970, 1, 1))).map_or(0, |span| span.get_days());
    Time(i64::from(days) * 86_400_000_000_000)
}

/// A contest definition without its id.
pub fn contest() -> impl Strategy<Value = Contest> {
    let indicators = prop_oneof![
        4 => prop::collection::vec(indicator(), 1..4),
        // Scores have few different values, so that there are ties.
        2 => prop::collection::vec(plain_indicator(), 1..4),
        // Scores that become zero again because an event raises and lowers them, or stay zero.
        3 => plain_indicator().prop_map(|raises| {
            let lowers = Indicator { points: Points::per_unit(-10_000), ..raises.clone() };
            vec![Indicator { points: Points::per_unit(10_000), ..raises }, lowers]
        }),
    ];
    let frame = (
        prop_oneof![3 => Just(PERIODS[0]), 2 => select(PERIODS.to_vec())],
        prop::option::weighted(0.4, select(DEADLINES.to_vec())),
        boards(),
        select(vec![Listing::Scored, Listing::Scored, Listing::Eligible]),
        select(vec![
            TieRule::Standard(tie_rule::Standard),
            TieRule::Dense(tie_rule::Dense),
            TieRule::Ordinal(tie_rule::Ordinal),
        ]),
        select(vec![UnitFrom::Membership, UnitFrom::Event]),
        prop_oneof![6 => Just("CNY"), 2 => Just("JPY"), 3 => Just("KWD")],
    );
    let chain = prop_oneof![
        2 => subsequence(vec![0usize, 1, 2, 3, 4], 0..5).prop_shuffle(),
        7 => Just(vec![0]),
        1 => Just(vec![2, 0, 1]),
        1 => Just(vec![1]),
    ];
    (frame, indicators, chain).prop_map(|(frame, mut indicators, chain)| {
        let (period, deadline, boards, listing, tie_rule, unit_from, currency) = frame;
        for (number, indicator) in indicators.iter_mut().enumerate() {
            indicator.id = format!("i{number}");
        }
        let tie_breaks = tie_breaks(&chain, indicators.len());
        Contest {
            id: String::new(),
            name: LocalizedText { zh: "竞赛".into(), en: "Contest".into() },
            campaign: String::new(),
            start: day(period.0),
            end: day(period.1),
            grace_days: deadline.map(|_| 5),
            scoring_deadline: deadline.map(instant),
            boards,
            listing,
            indicators,
            tie_rule,
            tie_breaks,
            unit_from,
            rounds: Vec::new(),
            overall: Overall::Sum(format::Sum),
            ranked_by: RankedBy::Score(ranking::Score),
            calendar: None,
            utc_offsets: Vec::new(),
            currency: Currency::parse(currency).unwrap(),
        }
    })
}

fn boards() -> impl Strategy<Value = Vec<String>> {
    let mut kinds: Vec<String> = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    kinds.push("employee".to_owned());
    kinds.push("nowhere".to_owned());
    subsequence(kinds, 2..6).prop_shuffle()
}

fn tie_breaks(chain: &[usize], indicators: usize) -> Vec<TieBreak> {
    let tie_break = |link: &usize| match *link {
        0 => Some(TieBreak::Earliest(tie_break::Earliest)),
        1 => Some(TieBreak::Name(tie_break::Name)),
        other => (other - 2 < indicators).then_some(TieBreak::Indicator(tie_break::Indicator(other - 2))),
    };
    chain.iter().filter_map(tie_break).collect()
}

fn indicator() -> impl Strategy<Value = Indicator> {
    let types: Vec<String> = TYPES.iter().map(|kind| (*kind).to_owned()).collect();
    (subsequence(types, 1..=TYPES.len()), filter(), measure_and_points()).prop_map(
        |(events, filter, (measure, points))| {
            let (id, name) = (String::new(), LocalizedText::default());
            Indicator {
                id,
                name,
                events,
                filter,
                measure,
                better: None,
                points,
                windows: Vec::new(),
                caps: Vec::new(),
            }
        },
    )
}

fn plain_indicator() -> impl Strategy<Value = Indicator> {
    let types: Vec<String> = TYPES.iter().map(|kind| (*kind).to_owned()).collect();
    (subsequence(types, 2..=TYPES.len()), select(vec![10_000i64, 10_000, -10_000, 0])).prop_map(
        |(events, points_e4)| Indicator {
            id: String::new(),
            name: LocalizedText::default(),
            events,
            filter: Filter::default(),
            measure: Measure::Count(measure::Count),
            points: Points::per_unit(points_e4),
            better: None,
            windows: Vec::new(),
            caps: Vec::new(),
        },
    )
}

fn measure_and_points() -> impl Strategy<Value = (Measure, Points)> {
    let per_unit = || {
        prop_oneof![
            4 => Just(10_000i64),
            8 => select(vec![0, 1, 3, 5_000, 12_345, 33_333, 100_000, -1, -10_000, -33_335]),
        ]
        .prop_map(Points::per_unit)
    };
    let per_amount = (select(vec![1i64, 7, 10_000, -1, -10_000]), select(vec![1i64, 2, 3, 100, 20_000]))
        .prop_map(|(points_e4, per_minor)| Points::PerAmount(points::PerAmount { points_e4, per_minor }));
    prop_oneof![
        2 => per_unit().prop_map(|points| (Measure::Count(measure::Count), points)),
        1 => per_unit().prop_map(|points| (Measure::Quantity(measure::Quantity), points)),
        1 => per_unit().prop_map(|points| (Measure::Amount(measure::Amount), points)),
        2 => per_amount.prop_map(|points| (Measure::Amount(measure::Amount), points)),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let list = |of: &[&str]| {
        let all: Vec<String> = of.iter().map(|code| (*code).to_owned()).collect();
        prop::option::weighted(0.15, subsequence(all, 1..of.len())).prop_map(Option::unwrap_or_default)
    };
    let campaign = select(vec![vec!["spring"], vec!["spring", "autumn"]])
        .prop_map(|values| vec![("campaign".to_owned(), values.into_iter().map(str::to_owned).collect())]);
    let both = Just(vec![
        ("campaign".to_owned(), vec!["spring".to_owned(), "autumn".to_owned()]),
        ("vip".to_owned(), vec!["yes".to_owned()]),
    ]);
    let attributes = prop_oneof![8 => Just(Vec::new()), 1 => campaign, 1 => both];
    let least = prop::option::weighted(0.24, select(vec![-12_345i64, 0, 1, 10_000]));
    let greatest = prop::option::weighted(0.12, select(vec![0i64, 10_000, 12_345]));
    (list(&PRODUCTS), list(&CHANNELS), list(&SEGMENTS), least, greatest, attributes).prop_map(
        |(products, channels, segments, amount_min, amount_max, attributes)| Filter {
            products,
            channels,
            segments,
            amount_min,
            amount_max: amount_max.filter(|greatest| amount_min.is_none_or(|least| least <= *greatest)),
            attributes,
        },
    )
}
