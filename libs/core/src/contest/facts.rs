//! The facts about a contest that its rules may know.

use crate::contest::Contest;
use crate::contest::filter::Filter;
use crate::rule::better::Better;
use crate::rule::phrase::Phrase;
use crate::rule::setting::{Facts, Limited, Setting};
use crate::rule::unit::Unit;
use crate::types::period::Period;

impl Contest {
    /// What its rules may know.
    pub fn setting(&self) -> Setting<'_> {
        Setting {
            days: Period { start: self.start, end: self.end },
            base: self.base(),
            rounds: self.rounds.iter().map(|round| Phrase::name(&round.id, &round.name)).collect(),
            boards: &self.boards,
            currency: self.currency,
            is_by_places: self.overall.places().is_some(),
            ranking_value: self.ranked_by.value(),
            indicators: (0..self.indicators.len()).map(|index| self.facts(index)).collect(),
        }
    }

    fn facts(&self, index: usize) -> Facts<'_> {
        let own = &self.indicators[index];
        let limited = own.caps.iter().map(|cap| Limited {
            scope: cap.per.scope(),
            points_e4: cap.points_e4,
            boards: &cap.boards,
        });
        let rule = own.measure.rule();
        Facts {
            id: &own.id,
            name: &own.name,
            events: &own.events,
            is_filtered: own.filter != Filter::default(),
            class: rule.evaluation().class(),
            unit: self.unit_of(index),
            is_whole: rule.is_whole(),
            parts: rule.parts(),
            basis: own.points.basis(),
            is_less_better: own.better.is_some_and(Better::is_less),
            rate_e4: own.points.rate_e4(),
            per_unit_e4: own.points.per_unit_e4(),
            is_only_counted: own.points.is_only_counted(),
            times_e4_max: own.windows.iter().map(|window| window.times_e4).max(),
            caps: limited.collect(),
        }
    }

    /// The unit of an indicator. One that is computed from others has the unit of the first of them.
    pub fn unit_of(&self, index: usize) -> Unit {
        let mut at = index;
        // The check refuses circles; the bound only makes sure that this ends.
        for _ in 0..=self.indicators.len() {
            let Some(rule) = self.indicators.get(at).map(|own| own.measure.rule()) else { break };
            match (rule.unit(), rule.parts().first()) {
                (Some(unit), _) => return unit,
                (None, Some(first)) => at = *first,
                (None, None) => break,
            }
        }
        Unit::Events
    }

    /// Whether later events add to earlier ones, so that a forecast of the indicator makes sense.
    pub fn adds_up(&self, index: usize) -> bool {
        let (mut seen, mut open) = (vec![false; self.indicators.len()], vec![index]);
        while let Some(at) = open.pop() {
            let Some(own) = self.indicators.get(at) else { return false };
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match own.measure.rule().adds_up() {
                Some(true) => {}
                Some(false) => return false,
                None => open.extend(own.measure.rule().parts()),
            }
        }
        true
    }
}
