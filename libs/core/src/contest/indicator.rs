//! One thing that a contest counts, and the points for it.

use serde::{Deserialize, Serialize};

use crate::contest::cap::Cap;
use crate::contest::filter::Filter;
use crate::event::Event;
use crate::rule::better::{Better, Up};
use crate::rule::class::{Basis, Scope};
use crate::rule::measure::Measure;
use crate::rule::points::{Completion, PerAmount, PerUnit, Points, Tiers};
use crate::rule::window::{Window, times_on};
use crate::types::localized::LocalizedText;
use crate::types::money::Currency;
use crate::types::ratio::Ratio;
use crate::types::score::SCALE;

/// One thing that is counted, and the points for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Indicator {
    /// Id, unique in the contest.
    pub id: String,
    /// The names that people read.
    pub name: LocalizedText,
    /// The event types that it counts; empty where it is computed from other indicators.
    pub events: Vec<String>,
    /// Which of their events it counts.
    pub filter: Filter,
    /// What is counted of them.
    pub measure: Measure,
    /// Whether higher or lower values are better; `None`: higher ones, and no target lies below zero.
    pub better: Option<Better>,
    /// The points for it.
    pub points: Points,
    /// Days on which events are worth more, in order.
    pub windows: Vec<Window>,
    /// The most points that it may give; at most one cap of each kind per board.
    pub caps: Vec<Cap>,
}

/// An indicator as pages store it. Pages written before `better` existed must stay readable, so `better` is stored inside
/// the points, as a further variant of them.
#[derive(Serialize, Deserialize)]
struct Stored {
    id: String,
    name: LocalizedText,
    events: Vec<String>,
    filter: Filter,
    measure: Measure,
    points: StoredPoints,
    windows: Vec<Window>,
    caps: Vec<Cap>,
}

/// Points as pages store them. The variants are stored by number, so their order must not change.
#[derive(Serialize, Deserialize)]
enum StoredPoints {
    PerUnit(PerUnit),
    PerAmount(PerAmount),
    Tiers(Tiers),
    Completion(Completion),
    Better(Better, Points),
}

impl From<Indicator> for Stored {
    fn from(own: Indicator) -> Stored {
        let points = match (own.better, own.points) {
            (Some(better), points) => StoredPoints::Better(better, points),
            (None, Points::PerUnit(points)) => StoredPoints::PerUnit(points),
            (None, Points::PerAmount(points)) => StoredPoints::PerAmount(points),
            (None, Points::Tiers(points)) => StoredPoints::Tiers(points),
            (None, Points::Completion(points)) => StoredPoints::Completion(points),
        };
        let Indicator { id, name, events, filter, measure, windows, caps, .. } = own;
        Stored { id, name, events, filter, measure, points, windows, caps }
    }
}

impl From<Stored> for Indicator {
    fn from(stored: Stored) -> Indicator {
        let (better, points) = match stored.points {
            StoredPoints::PerUnit(points) => (None, Points::PerUnit(points)),
            StoredPoints::PerAmount(points) => (None, Points::PerAmount(points)),
            StoredPoints::Tiers(points) => (None, Points::Tiers(points)),
            StoredPoints::Completion(points) => (None, Points::Completion(points)),
            StoredPoints::Better(better, points) => (Some(better), points),
        };
        let Stored { id, name, events, filter, measure, windows, caps, .. } = stored;
        Indicator { id, name, events, filter, measure, better, points, windows, caps }
    }
}

impl Indicator {
    /// Whether each event has points of its own, which add up. Otherwise points are computed from the participant's value.
    #[inline]
    pub fn has_points_by_event(&self) -> bool {
        self.measure.class().is_by_event() && self.points.basis() == Basis::Unit
    }

    /// Whether events before the contest's first day can matter.
    pub fn looks_back(&self) -> bool {
        self.measure.class().looks_back()
    }

    /// The event types that it looks at besides those that it counts.
    pub fn openings(&self) -> &[String] {
        self.measure.rule().openings()
    }

    /// The points of one event with this counted quantity, multiplied by the factor of its day; all in 1/10,000. `None`
    /// where the event lacks an amount that they need; 0 where single events have no points.
    #[inline]
    pub fn points_of(&self, event: &Event, counted_e4: i128, currency: Currency) -> Option<i128> {
        let times_e4 = times_on(&self.windows, event.business_date);
        self.points.of_event(event, counted_e4, times_e4, currency)
    }

    /// The points of a participant's value or completion in 1/10,000, before any cap.
    pub fn points_of_figures(
        &self,
        currency: Currency,
        value: impl FnOnce() -> Option<Ratio>,
        completion: impl FnOnce() -> Option<Ratio>,
    ) -> i128 {
        match self.points.basis() {
            Basis::Unit | Basis::Value => value().map_or(0, |value| self.points.of_value(value, currency)),
            Basis::Completion => completion().map_or(0, |completion| self.points.of_completion(completion)),
        }
    }

    /// The completion of a target by a value. A target of zero has none, unless the points say that it can be reached.
    pub fn completion(&self, value: Ratio, target_e4: i64) -> Option<Ratio> {
        let target = Ratio::of_e4(target_e4.into());
        match (target_e4, self.better) {
            (0, better) => {
                let is_met = better.unwrap_or(Better::Up(Up)).meets_zero(value);
                (is_met && self.points.is_reached_at_zero()).then(|| Ratio::of_e4(SCALE))
            }
            (_, Some(better)) => better.completion(value, target),
            (_, None) => value.per(target),
        }
    }

    /// Whether the completion of a target starts at 0, so that it can be compared with the share of time that has passed.
    pub fn has_pace(&self, target_e4: i64) -> bool {
        self.better.is_none_or(|better| better.begins_at_zero(target_e4))
    }

    /// The cap of a scope on a board, in 1/10,000 of a point.
    pub fn cap(&self, scope: Scope, board: &str) -> Option<i128> {
        let cap = self.caps.iter().find(|cap| cap.per.scope() == scope && cap.holds_on(board))?;
        Some(i128::from(cap.points_e4))
    }

    /// Whether it has a cap of a scope on any board.
    pub fn is_capped(&self, scope: Scope) -> bool {
        self.caps.iter().any(|cap| cap.per.scope() == scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::measure;

    /// Pages that were written before there was `better` have these bytes.
    #[test]
    fn without_a_word_for_what_is_better_the_stored_bytes_are_those_of_before() {
        let windows = vec![Window {
            period: crate::types::period::Period {
                start: jiff::civil::date(2026, 1, 1),
                end: jiff::civil::date(2026, 1, 2),
            },
            times_e4: 20_000,
        }];
        let own = Indicator {
            id: "cards".into(),
            name: LocalizedText { zh: "卡".into(), en: "Cards".into() },
            events: vec!["card.issued".into()],
            filter: Filter::default(),
            measure: Measure::Quantity(measure::Quantity),
            better: None,
            points: Points::per_unit(10_000),
            windows,
            caps: Vec::new(),
        };
        for points in [
            Points::per_unit(-3),
            Points::PerAmount(PerAmount { points_e4: 5, per_minor: 7 }),
            Points::Tiers(Tiers { kind: crate::rule::points::TierKind::Marginal, steps: Vec::new() }),
            Points::Completion(Completion {
                weight_e4: 400_000,
                floor_e4: None,
                cap_e4: Some(12_000),
                threshold_e4: None,
                zero_target: crate::rule::points::ZeroTarget::Reached,
            }),
        ] {
            let own = Indicator { points, ..own.clone() };
            let before = (
                (&own.id, &own.name, &own.events, &own.filter),
                (&own.measure, &own.points, &own.windows, &own.caps),
            );
            let bytes = postcard::to_allocvec(&own).unwrap();
            assert_eq!(bytes, postcard::to_allocvec(&before).unwrap());
            assert_eq!(postcard::from_bytes::<Indicator>(&bytes).unwrap(), own);
            let said = Indicator { better: Some(Better::Up(Up)), ..own };
            let bytes = postcard::to_allocvec(&said).unwrap();
            assert_eq!(postcard::from_bytes::<Indicator>(&bytes).unwrap(), said);
        }
    }
}
