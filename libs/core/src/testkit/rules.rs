//! Short constructors for the contests of a scenario, and helpers to read answers about them.

use jiff::civil::date;

use crate::contest::{
    Cap, Completion, Contest, Filter, Indicator, Limit, Listing, LocalizedText, Measure, Overall, Points,
    RankedBy, Round, TieRule, UnitFrom, ZeroTarget,
};
use crate::oracle::{Figure, Rate, Row, Standings, Table, rate};
use crate::rule::{format, measure, ranking, tie_rule};
use crate::testkit::events::{days, yuan};

/// The contest's id.
pub const CONTEST: &str = "c";

/// One point.
pub const POINT: i64 = 10_000;

/// A contest of March 2025 on issued cards, with `points_e4` per card, on the boards of employees and
/// branches.
pub fn march(points_e4: i64) -> Contest {
    let indicator = Indicator {
        id: "cards".into(),
        name: LocalizedText::default(),
        events: vec!["card.issued".into()],
        filter: Filter::default(),
        measure: Measure::Quantity(measure::Quantity),
        points: Points::per_unit(points_e4),
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    };
    Contest {
        id: CONTEST.into(),
        name: LocalizedText { zh: "三月发卡竞赛".into(), en: "Cards of March".into() },
        campaign: String::new(),
        start: date(2025, 3, 1),
        end: date(2025, 3, 31),
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["employee".into(), "branch".into()],
        listing: Listing::Scored,
        indicators: vec![indicator],
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: vec![],
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        currency: yuan(0).currency,
    }
}

/// An indicator on issued cards.
pub fn counts(id: &str, measure: Measure, points: Points) -> Indicator {
    let plain = march(0).indicators.remove(0);
    Indicator { id: id.to_owned(), measure, points, ..plain }
}

/// Cards by quantity, one point each.
pub fn a_point_each() -> Indicator {
    counts("cards", Measure::Quantity(measure::Quantity), Points::per_unit(POINT))
}

/// A cap in whole points on all boards.
pub fn cap(per: Limit, points: i64) -> Cap {
    Cap { per, points_e4: points * POINT, boards: Vec::new() }
}

/// A weight in whole points for reaching a target, and no other parameters.
pub fn weight(points: i64) -> Completion {
    Completion {
        weight_e4: points * POINT,
        floor_e4: None,
        cap_e4: None,
        threshold_e4: None,
        zero_target: ZeroTarget::NoCompletion,
    }
}

/// A contest of March with these indicators.
pub fn contest(indicators: Vec<Indicator>) -> Contest {
    Contest { indicators, ..march(0) }
}

/// The contest with rounds `r1`, `r2` and so on, given by first and last days of March.
pub fn in_rounds(contest: Contest, rounds: &[(i8, i8)]) -> Contest {
    let round = |(at, (first, last)): (usize, &(i8, i8))| Round {
        id: format!("r{}", at + 1),
        name: LocalizedText::default(),
        period: days(*first, *last),
    };
    Contest { rounds: rounds.iter().enumerate().map(round).collect(), ..contest }
}

/// The row of a participant.
#[track_caller]
pub fn row<'s>(table: &'s Table, id: &str) -> &'s Row {
    table.rows.iter().find(|row| row.id == id).unwrap_or_else(|| panic!("{id} is not listed"))
}

/// The first figure of a participant on the first board.
#[track_caller]
pub fn figure<'s>(says: &'s Standings, id: &str) -> &'s Figure {
    &row(&says.tables[0], id).figures[0]
}

/// Rank, id and score of each row.
pub fn ranks(table: &Table) -> Vec<(u64, &str, i128)> {
    table.rows.iter().map(|row| (row.rank, row.id.as_str(), row.score)).collect()
}

/// Whole points in 1/10,000.
pub fn points(points: i128) -> i128 {
    points * i128::from(POINT)
}

/// An integer as an optional rate.
pub fn some(number: i128) -> Option<Rate> {
    Some(rate(number, 1))
}

/// An indicator on another event type.
pub fn counts_of(id: &str, kind: &str, measure: Measure, points: Points) -> Indicator {
    Indicator { events: vec![kind.to_owned()], ..counts(id, measure, points) }
}
