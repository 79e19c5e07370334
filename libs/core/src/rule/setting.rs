//! What a rule may know of the contest that it stands in: days, boards, and of each indicator what others ask about it.
//! Rules see these facts and no definition, so that no rule depends on another one.

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
    /// The days that improvement is measured from.
    pub base: Option<Period>,
    /// The names of its rounds.
    pub rounds: Vec<Phrase>,
    /// Its boards.
    pub boards: &'a [String],
    /// The currency of its amounts.
    pub currency: Currency,
    /// Whether its whole is made of points for places.
    pub is_by_places: bool,
    /// The indicator whose value ranks, if one does.
    pub ranking_value: Option<usize>,
    /// Its indicators.
    pub indicators: Vec<Facts<'a>>,
}

/// What others ask about an indicator.
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
    /// How it comes about.
    pub class: Class,
    /// In what it is counted.
    pub unit: Unit,
    /// Whether its value is a whole number of 1/10,000 of the unit; otherwise it is a fraction, and there may be none.
    pub is_whole: bool,
    /// The indicators that it follows from.
    pub parts: Vec<usize>,
    /// What its points follow from.
    pub basis: Basis,
    /// Whether its lesser values are the better ones.
    pub is_less_better: bool,
    /// Its rate for each unit or amount, in 1/10,000 of a point; 0 where it has none.
    pub rate_e4: i64,
    /// Its rate where that is for each unit.
    pub per_unit_e4: Option<i64>,
    /// Whether it was said to give no points, so that it never raises a score.
    pub is_only_counted: bool,
    /// The greatest factor of its windows, in 1/10,000.
    pub times_e4_max: Option<i64>,
    /// Its caps.
    pub caps: Vec<Limited<'a>>,
}

/// A cap of an indicator.
#[derive(Clone, Copy, Debug)]
pub struct Limited<'a> {
    /// What it limits.
    pub scope: Scope,
    /// In 1/10,000 of a point.
    pub points_e4: i64,
    /// The boards that it holds on; none named: all.
    pub boards: &'a [String],
}

impl Limited<'_> {
    fn holds_wherever(&self, other: &Limited) -> bool {
        self.boards.is_empty()
            || !other.boards.is_empty() && other.boards.iter().all(|board| self.boards.contains(board))
    }
}

impl Facts<'_> {
    /// Whether each event has points of its own, which add up; otherwise points follow from what is counted of a
    /// participant.
    pub fn has_points_by_event(&self) -> bool {
        self.class.is_by_event() && self.basis == Basis::Unit
    }

    /// Whether it has a cap of that scope on any board.
    pub fn is_capped(&self, scope: Scope) -> bool {
        self.caps.iter().any(|cap| cap.scope == scope)
    }

    /// Whether a cap never binds, since a wider one is not greater and holds wherever it does.
    pub fn is_met_by(&self, cap: &Limited, wider: Scope) -> bool {
        let mut wider = self.caps.iter().filter(|own| own.scope == wider);
        wider.any(|wider| wider.points_e4 <= cap.points_e4 && wider.holds_wherever(cap))
    }
}

/// How many levels of indicators one may follow from: a rate of a sum of differences has three.
pub const LEVELS_MAX: u32 = 3;

/// From how many indicators one may follow through all levels, each counted as often as it is asked for.
const COUNTED_MAX: usize = 4_096;

impl Setting<'_> {
    /// The name of the indicator of an index.
    pub fn name(&self, index: usize) -> Phrase {
        let named = |own: &Facts| Phrase::name(own.id, own.name);
        self.indicators.get(index).map_or_else(|| Phrase::same("?"), named)
    }

    /// The indicators that look at events, from which an indicator follows over at most [`LEVELS_MAX`] levels, as often as
    /// it asks for them; itself where it looks at events. Nothing where there are more levels, a circle, or more than
    /// [`COUNTED_MAX`] of them.
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

    /// Whether an indicator follows from another one, directly or over others.
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
