//! What is given for what was counted: the registry of `points`. Every result is rounded half-even to 1/10,000 of a point,
//! once.

mod completion;
mod per_amount;
mod per_unit;
mod tiers;

use serde::{Deserialize, Serialize};

pub use completion::{Completion, ZeroTarget};
pub use per_amount::PerAmount;
pub use per_unit::PerUnit;
pub use tiers::{Tier, TierKind, Tiers};

use crate::event::Event;
use crate::rule::class::Basis;
use crate::rule::example::Example;
use crate::rule::phrase::Phrase;
use crate::rule::setting::Facts;
use crate::rule::unit::Unit;
use crate::types::money::Currency;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// What a counted event, or what was counted of a participant, is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Points {
    /// For each counted unit.
    PerUnit(PerUnit),
    /// For so much money.
    PerAmount(PerAmount),
    /// By a table.
    Tiers(Tiers),
    /// A weight for reaching a target.
    Completion(Completion),
}

macro_rules! each {
    ($points:expr, $rule:ident => $ask:expr) => {
        match $points {
            Points::PerUnit($rule) => $ask,
            Points::PerAmount($rule) => $ask,
            Points::Tiers($rule) => $ask,
            Points::Completion($rule) => $ask,
        }
    };
}

impl Points {
    /// So many 1/10,000 of a point for each counted unit.
    pub const fn per_unit(points_e4: i64) -> Points {
        Points::PerUnit(PerUnit { points_e4 })
    }

    /// What they follow from.
    #[inline]
    pub fn basis(&self) -> Basis {
        each!(self, rule => rule.basis())
    }

    /// The rate for each unit or amount, in 1/10,000; 0 where there is none.
    pub fn rate_e4(&self) -> i64 {
        each!(self, rule => rule.rate_e4())
    }

    /// The rate where it is for each unit, in 1/10,000.
    pub fn per_unit_e4(&self) -> Option<i64> {
        each!(self, rule => rule.per_unit_e4())
    }

    /// The weight of a line of a scorecard, in 1/10,000.
    pub fn weight_e4(&self) -> Option<i64> {
        each!(self, rule => rule.weight_e4())
    }

    /// Whether it was said that there are none.
    pub fn is_only_counted(&self) -> bool {
        each!(self, rule => rule.is_only_counted())
    }

    /// Whether nobody ever gets any.
    pub fn gives_nothing(&self) -> bool {
        each!(self, rule => rule.gives_nothing())
    }

    /// The points of one event of which `counted_e4` is counted, times what its day is worth. Nothing where the event
    /// lacks an amount that they need; 0 where points do not follow from single events.
    #[inline]
    pub fn of_event(
        &self,
        event: &Event,
        counted_e4: i128,
        times_e4: i128,
        currency: Currency,
    ) -> Option<i128> {
        each!(self, rule => rule.of_event(event, counted_e4, times_e4, currency))
    }

    /// The points of a value, where they do not follow from its target.
    pub fn of_value(&self, value: Ratio, currency: Currency) -> i128 {
        each!(self, rule => rule.of_value(value, currency))
    }

    /// The points of a completion, where they follow from that.
    pub fn of_completion(&self, completion: Ratio) -> i128 {
        each!(self, rule => rule.of_completion(completion))
    }

    /// Whether a target of zero is reached by any value from zero on; otherwise it has no completion.
    pub fn is_reached_at_zero(&self) -> bool {
        each!(self, rule => rule.is_reached_at_zero())
    }

    /// Whether a completion is as great as is asked for (达标), where that is asked for.
    pub fn is_reached(&self, completion: Option<Ratio>) -> Option<bool> {
        let threshold_e4 = each!(self, rule => rule.threshold_e4())?;
        let threshold = Ratio::of_e4(threshold_e4.into());
        Some(completion.is_some_and(|completion| completion >= threshold))
    }

    /// Whether they can be worked out: of a definition that was decided they can, of one out of a page perhaps not.
    pub fn is_sound(&self) -> bool {
        each!(self, rule => rule.is_sound())
    }

    /// What is wrong with them; fields are the indicator's.
    pub fn check(&self, own: &Facts) -> Vec<Violation> {
        each!(self, rule => rule.check(own))
    }

    /// What is hardly meant; fields are the indicator's.
    pub fn doubts(&self, own: &Facts) -> Vec<Violation> {
        each!(self, rule => rule.doubts(own))
    }

    /// What they say: first in short, then the particulars.
    pub fn sentences(&self, unit: Unit, currency: Currency) -> Vec<Phrase> {
        each!(self, rule => rule.sentences(unit, currency))
    }

    /// What a sample value gives. `sample` is the value that is so much of a target, in 1/10,000 both.
    pub fn example(
        &self,
        unit: Unit,
        currency: Currency,
        sample: &dyn Fn(i128, i128) -> i128,
    ) -> Option<Example> {
        each!(self, rule => rule.example(unit, currency, sample))
    }
}
