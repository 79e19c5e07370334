//! The registry of `points`: how many points a counted event or value gives. Every result is rounded once, half-even, to
//! 1/10,000 of a point.

mod completion;
mod per_amount;
mod per_unit;
mod tiers;

use serde::{Deserialize, Serialize};

pub use completion::{Completion, ZeroTarget};
pub use per_amount::PerAmount;
pub use per_unit::PerUnit;
pub use tiers::{STEP_KEYS, Tier, TierKind, Tiers};

use crate::event::Event;
use crate::rule::class::Basis;
use crate::rule::example::Example;
use crate::rule::key::Key;
use crate::rule::phrase::Phrase;
use crate::rule::setting::Facts;
use crate::rule::unit::Unit;
use crate::types::money::Currency;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// How many points a counted event, or a participant's value, gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Points {
    /// For each counted unit.
    PerUnit(PerUnit),
    /// For each full or partial amount of money, in proportion.
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
    /// The keys of each rule in a file, in the order of the registry.
    pub const KEYS: [&[Key]; 4] = [&per_unit::KEYS, &per_amount::KEYS, &tiers::KEYS, &completion::KEYS];

    /// Points for each counted unit, in 1/10,000.
    pub const fn per_unit(points_e4: i64) -> Points {
        Points::PerUnit(PerUnit { points_e4 })
    }

    /// What they are computed from.
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

    /// Whether the definition says that there are none: the indicator is only counted.
    pub fn is_only_counted(&self) -> bool {
        each!(self, rule => rule.is_only_counted())
    }

    /// Whether nobody ever gets any.
    pub fn gives_nothing(&self) -> bool {
        each!(self, rule => rule.gives_nothing())
    }

    /// The points of one event with this counted quantity, multiplied by the factor of its day; all in 1/10,000. `None`
    /// where the event lacks an amount that they need; 0 where single events have no points.
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

    /// The points of a value in 1/10,000; 0 where points are computed from completion.
    pub fn of_value(&self, value: Ratio, currency: Currency) -> i128 {
        each!(self, rule => rule.of_value(value, currency))
    }

    /// The points of a completion in 1/10,000; 0 where points are not computed from completion.
    pub fn of_completion(&self, completion: Ratio) -> i128 {
        each!(self, rule => rule.of_completion(completion))
    }

    /// Whether a target of zero can be reached, by any value that is not worse than zero. Otherwise it has no completion.
    pub fn is_reached_at_zero(&self) -> bool {
        each!(self, rule => rule.is_reached_at_zero())
    }

    /// Whether a completion reaches the threshold (达标); `None` where there is no threshold.
    pub fn is_reached(&self, completion: Option<Ratio>) -> Option<bool> {
        let threshold_e4 = each!(self, rule => rule.threshold_e4())?;
        let threshold = Ratio::of_e4(threshold_e4.into());
        Some(completion.is_some_and(|completion| completion >= threshold))
    }

    /// Whether points can be computed. Always true for a checked definition; a damaged page may break it.
    pub fn is_sound(&self) -> bool {
        each!(self, rule => rule.is_sound())
    }

    /// What is wrong with them; fields are the indicator's.
    pub fn check(&self, own: &Facts) -> Vec<Violation> {
        each!(self, rule => rule.check(own))
    }

    /// What is allowed, but probably a mistake; fields are the indicator's.
    pub fn doubts(&self, own: &Facts) -> Vec<Violation> {
        each!(self, rule => rule.doubts(own))
    }

    /// The rule in words: first a summary, then the details.
    pub fn sentences(&self, unit: Unit, currency: Currency) -> Vec<Phrase> {
        each!(self, rule => rule.sentences(unit, currency))
    }

    /// A sample value and its points. `sample(target, completion)` is the value with that completion; all in 1/10,000.
    pub fn example(
        &self,
        unit: Unit,
        currency: Currency,
        sample: &dyn Fn(i128, i128) -> i128,
    ) -> Option<Example> {
        each!(self, rule => rule.example(unit, currency, sample))
    }
}
