//! What the fold relies on of a definition without asking again: indices that are there, numbers that can be divided by and
//! added up, and sizes. A definition that was decided has all of it, since the check before a decision asks for more; one
//! out of a page may not. It says nothing of whether a definition makes sense.

use super::check::{
    BOARDS_MAX, COMPLETION_E4_MAX, INDICATORS_MAX, PLACES_MAX, POINTS_E4_MAX, ROUNDS_MAX, WITHIN_DAYS_MAX,
    common_multiple,
};
use super::{Contest, Indicator, Measure, Overall, Points, RankedBy, TieBreak};
use crate::types::damage::Damage;
use crate::types::pages::check;

impl Contest {
    /// Why it cannot be folded.
    pub(crate) fn sound(&self) -> Result<(), Damage> {
        let most = |length: usize, most: usize, what: &'static str| match length <= most {
            true => Ok(()),
            false => Err(Damage::Overfull { what, held: length, most }),
        };
        most(self.boards.len(), BOARDS_MAX, "boards")?;
        most(self.rounds.len(), ROUNDS_MAX, "rounds")?;
        most(self.indicators.len(), INDICATORS_MAX, "indicators")?;
        if let Overall::Places(places) = &self.overall {
            most(places.len(), PLACES_MAX, "places with points")?;
        }
        let own = |index: usize| check(index as u64, self.indicators.len(), "indicator");
        if let RankedBy::Indicator(index) | RankedBy::Completion(index) = &self.ranked_by {
            own(*index)?;
        }
        for tie_break in &self.tie_breaks {
            if let TieBreak::Indicator(index) = tie_break {
                own(*index)?;
            }
        }
        for indicator in &self.indicators {
            match indicator.measure {
                Measure::Ratio { of, to } => {
                    own(of)?;
                    own(to)?;
                }
                Measure::NthProduct { within_days, .. } => {
                    check(within_days.into(), WITHIN_DAYS_MAX as usize + 1, "day after the opening")?;
                }
                _ => {}
            }
            if !indicator.is_sound() {
                return Err(Damage::Points(indicator.id.clone()));
            }
        }
        Ok(())
    }
}

impl Indicator {
    fn is_sound(&self) -> bool {
        let is_rate = |points_e4: i64| points_e4.unsigned_abs() <= POINTS_E4_MAX.unsigned_abs();
        let is_limit =
            |limit: Option<i64>| limit.is_none_or(|limit| (0..=COMPLETION_E4_MAX).contains(&limit));
        let points = match &self.points {
            Points::PerUnit(points_e4) => is_rate(*points_e4),
            Points::PerAmount { points_e4, per_minor } => is_rate(*points_e4) && *per_minor > 0,
            Points::Tiers(tiers) => {
                let is_step = |step: &super::Tier| {
                    step.per_e4 > 0 && step.from_e4 >= 0 && is_rate(step.points_e4 / step.per_e4.max(1))
                };
                tiers.steps.iter().all(|step| is_step(step) && is_rate(step.fixed_e4))
                    && common_multiple(tiers).is_some()
            }
            Points::Completion(rule) => {
                is_rate(rule.weight_e4)
                    && [rule.floor_e4, rule.cap_e4, rule.threshold_e4].into_iter().all(is_limit)
            }
        };
        points && self.caps.iter().all(|cap| cap.points_e4 >= 0)
    }
}
