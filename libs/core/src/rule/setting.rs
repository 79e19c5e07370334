//! What a rule may know of its contest: the days, the boards, and some facts about each indicator. Rules see these facts
//! and not the definition, so that no rule depends on another one.

use crate::rule::class::{Basis, Class, Scope};
use crate::rule::phrase::Phrase;
use crate::rule::unit::Unit;
use crate::types::localized::LocalizedText;
use crate::types::money::Currency;
use crate::types::period::Period;

/// The contest around a rule.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// The contest's days.
    pub days: Period,
    /// The earlier period that improvement compares with.
    pub base: Option<Period>,
    /// The names of its rounds.
    pub rounds: Vec<Phrase>,
    /// Its boards.
    pub boards: &'a [String],
    /// The currency of its amounts.
    pub currency: Currency,
    /// Whether the total is the sum of points for ranks in rounds.
    pub is_by_places: bool,
    /// The index of the indicator whose value rows are ranked by, if any.
    pub ranking_value: Option<usize>,
    /// Its indicators.
    pub indicators: Vec<Facts<'a>>,
}

/// What rules may know of an indicator.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its names.
    pub name: &'a LocalizedText,
    /// The event types that it counts.
    pub events: &'a [String],
    /// Whether it counts only some of their events.
    pub is_filtered: bool,
    /// How its value comes about.
    pub class: Class,
    /// The unit of its value.
    pub unit: Unit,
    /// Whether its value is a whole number of 1/10,000 of the unit. Otherwise the value is a fraction, or missing.
    pub is_whole: bool,
    /// The indices of the indicators that it is computed from.
    pub parts: Vec<usize>,
    /// What its points are computed from.
    pub basis: Basis,
    /// Whether lower values are better.
    pub is_less_better: bool,
    /// Its rate for each unit or amount, in 1/10,000 of a point; 0 where it has none.
    pub rate_e4: i64,
    /// Its rate where it is for each unit, in 1/10,000 of a point.
    pub per_unit_e4: Option<i64>,
    /// Whether its definition says that it gives no points, so that it never raises a score.
    pub is_only_counted: bool,
    /// The greatest factor of its windows, in 1/10,000.
    pub times_e4_max: Option<i64>,
    /// Its caps.
    pub caps: Vec<Limited<'a>>,
}

/// A cap of an indicator.
#[derive(Clone, Copy, Debug)]
pub struct Limited<'a> {
    /// The sum that it limits.
    pub scope: Scope,
    /// In 1/10,000 of a point.
    pub points_e4: i64,
    /// The boards on which it holds; empty: all.
    pub boards: &'a [String],
}

impl Limited<'_> {
    fn holds_wherever(&self, other: &Limited) -> bool {
        self.boards.is_empty()
            || !other.boards.is_empty() && other.boards.iter().all(|board| self.boards.contains(board))
    }
}

impl Facts<'_> {
    /// Whether each event has points of its own, which add up. Otherwise points are computed from the participant's value.
    pub fn has_points_by_event(&self) -> bool {
        self.class.is_by_event() && self.basis == Basis::Unit
    }

    /// Whether it has a cap of this scope on any board.
    pub fn is_capped(&self, scope: Scope) -> bool {
        self.caps.iter().any(|cap| cap.scope == scope)
    }

    /// Whether a cap never binds because a cap of the `wider` scope is not greater and holds on all its boards.
    pub fn is_met_by(&self, cap: &Limited, wider: Scope) -> bool {
        let mut wider = self.caps.iter().filter(|own| own.scope == wider);
        wider.any(|wider| wider.points_e4 <= cap.points_e4 && wider.holds_wherever(cap))
    }
}

/// The most levels of indicators from which one may be computed: a rate of a sum of differences has three.
pub const LEVELS_MAX: u32 = 3;

/// The most indicators from which one may be computed through all levels, counted with repetition.
const COUNTED_MAX: usize = 4_096;

impl Setting<'_> {
    /// The name of an indicator; `?` for an index that the contest does not have.
    pub fn name(&self, index: usize) -> Phrase {
        let named = |own: &Facts| Phrase::name(own.id, own.name);
        self.indicators.get(index).map_or_else(|| Phrase::same("?"), named)
    }

    /// The indices of the event-counting indicators from which an indicator is computed, with repetition; the indicator
    /// itself where it counts events. `None` where there are more than [`LEVELS_MAX`] levels, a circle, or more than
    /// [`COUNTED_MAX`] indices.
    pub fn counted_under(&self, index: usize) -> Option<Vec<usize>> {
        let mut level = vec![index];
        for _ in 0..=LEVELS_MAX {
            let has_parts = |at: &usize| self.indicators.get(*at).is_some_and(|own| !own.parts.is_empty());
            if !level.iter().any(has_parts) {
                return Some(level);
            }
            level = level
                .iter()
                .flat_map(|at| match self.indicators.get(*at) {
                    Some(own) if !own.parts.is_empty() => own.parts.clone(),
                    Some(_) | None => vec![*at],
                })
                .take(COUNTED_MAX + 1)
                .collect();
            if level.len() > COUNTED_MAX {
                return None;
            }
        }
        None
    }

    /// Whether an indicator is computed from another one, directly or through others.
    pub fn follows_from(&self, index: usize, other: usize) -> bool {
        let (mut seen, mut open) = (vec![false; self.indicators.len()], vec![index]);
        while let Some(at) = open.pop() {
            let parts = self.indicators.get(at).map_or(&[][..], |own| &own.parts);
            for part in parts.iter().copied().filter(|part| *part < self.indicators.len()) {
                if part == other {
                    return true;
                }
                if !std::mem::replace(&mut seen[part], true) {
                    open.push(part);
                }
            }
        }
        false
    }
}
