//! One thing that a contest counts, and what it is worth.

use serde::{Deserialize, Serialize};

use crate::contest::cap::Cap;
use crate::contest::filter::Filter;
use crate::event::Event;
use crate::rule::class::{Basis, Scope};
use crate::rule::measure::Measure;
use crate::rule::points::Points;
use crate::rule::window::{Window, times_on};
use crate::types::localized::LocalizedText;
use crate::types::money::Currency;
use crate::types::ratio::Ratio;
use crate::types::score::SCALE;

/// One thing that is counted, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Id, unique in the contest.
    pub id: String,
    /// The names that people read.
    pub name: LocalizedText,
    /// The event types that count; none where it follows from other indicators.
    pub events: Vec<String>,
    /// Which of them.
    pub filter: Filter,
    /// What is counted of them.
    pub measure: Measure,
    /// What it is worth.
    pub points: Points,
    /// Times in which an event is worth more, in order.
    pub windows: Vec<Window>,
    /// The most that it may be worth, at most one of each kind for a board.
    pub caps: Vec<Cap>,
}

impl Indicator {
    /// Whether each event has points of its own, which add up; otherwise points follow from what is counted of a
    /// participant.
    #[inline]
    pub fn has_points_by_event(&self) -> bool {
        self.measure.class().is_by_event() && self.points.basis() == Basis::Unit
    }

    /// Whether what happened before the contest's first day may matter.
    pub fn looks_back(&self) -> bool {
        self.measure.class().looks_back()
    }

    /// The types that it looks at beside those that it counts.
    pub fn openings(&self) -> &[String] {
        self.measure.rule().openings()
    }

    /// The points of one event of which `counted_e4` is counted, times what its day is worth, where each event has points
    /// of its own; nothing at all without an amount that they need.
    #[inline]
    pub fn points_of(&self, event: &Event, counted_e4: i128, currency: Currency) -> Option<i128> {
        let times_e4 = times_on(&self.windows, event.business_date);
        self.points.of_event(event, counted_e4, times_e4, currency)
    }

    /// The points that follow from what was counted of a participant, before any cap.
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

    /// How much of a target a value is. A target of zero has no such share, unless reaching it is said to be one.
    pub fn completion(&self, value: Ratio, target_e4: i64) -> Option<Ratio> {
        match target_e4 {
            0 if value.numerator() >= 0 && self.points.is_reached_at_zero() => Some(Ratio::of_e4(SCALE)),
            _ => value.per(Ratio::of_e4(target_e4.into())),
        }
    }

    /// The cap of a scope on a board.
    pub fn cap(&self, scope: Scope, board: &str) -> Option<i128> {
        let cap = self.caps.iter().find(|cap| cap.per.scope() == scope && cap.holds_on(board))?;
        Some(i128::from(cap.points_e4))
    }

    /// Whether it has a cap of a scope on any board.
    pub fn is_capped(&self, scope: Scope) -> bool {
        self.caps.iter().any(|cap| cap.per.scope() == scope)
    }
}
