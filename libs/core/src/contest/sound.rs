//! What the fold relies on without checking again: that indices exist, that numbers can be divided by and added up, and
//! that sizes are bounded. A published definition passed the stricter check; one from a damaged page may not. Whether a
//! definition makes sense is not asked here.

use super::Contest;
use super::check::{BOARDS_MAX, INDICATORS_MAX, ROUNDS_MAX};
use crate::rule::format::PLACES_MAX;
use crate::rule::separates::Separates;
use crate::types::damage::Damage;
use crate::types::pages::check;

impl Contest {
    /// Checks that the definition can be folded.
    ///
    /// # Errors
    /// The first thing that the fold could not work with.
    pub(crate) fn sound(&self) -> Result<(), Damage> {
        let most = |length: usize, most: usize, what: &'static str| match length <= most {
            true => Ok(()),
            false => Err(Damage::Overfull { what, held: length, most }),
        };
        most(self.boards.len(), BOARDS_MAX, "boards")?;
        most(self.rounds.len(), ROUNDS_MAX, "rounds")?;
        most(self.indicators.len(), INDICATORS_MAX, "indicators")?;
        most(self.overall.places().map_or(0, <[i64]>::len), PLACES_MAX, "places with points")?;
        let own = |index: usize| check(index as u64, self.indicators.len(), "indicator");
        self.ranked_by.indicator().map_or(Ok(()), own)?;
        for tie_break in &self.tie_breaks {
            if let Separates::Value(index) = tie_break.separates() {
                own(index)?;
            }
        }
        let setting = self.setting();
        for (index, indicator) in self.indicators.iter().enumerate() {
            let rule = indicator.measure.rule();
            rule.parts().into_iter().try_for_each(own)?;
            rule.sound()?;
            // The computation of a value that depends on itself would not end.
            if setting.counted_under(index).is_none() {
                return Err(Damage::FollowsTooFar(indicator.id.clone()));
            }
            if !indicator.points.is_sound() || indicator.caps.iter().any(|cap| cap.points_e4 < 0) {
                return Err(Damage::Points(indicator.id.clone()));
            }
        }
        Ok(())
    }
}
