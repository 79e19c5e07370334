//! `better = "down"`: less is better (投诉, 不良压降). A target above zero is a ceiling; one below zero is a reduction to
//! reach.

use serde::{Deserialize, Serialize};

use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::Facts;
use crate::types::ratio::Ratio;
use crate::types::score::{SCALE, div_half_even};
use crate::types::violation::Violation;

/// Lower values are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Down;

impl Down {
    /// Target below zero: the reduction divided by the target. Target above zero: 1 at the ceiling, 2 at zero, 0 at twice
    /// the ceiling.
    pub(super) fn completion(self, value: Ratio, target: Ratio) -> Option<Ratio> {
        match target.numerator() < 0 {
            true => value.negated().per(target.negated()),
            false => Some(value.per(target)?.negated().plus(Ratio::of_e4(2 * SCALE))),
        }
    }

    pub(super) fn meets_zero(self, value: Ratio) -> bool {
        value.numerator() <= 0
    }

    pub(super) fn begins_at_zero(self, target_e4: i64) -> bool {
        target_e4 <= 0
    }

    pub(super) fn is_less(self) -> bool {
        true
    }

    pub(super) fn sample(self, target_e4: i128, completion_e4: i128) -> i128 {
        div_half_even(target_e4 * (2 * SCALE - completion_e4), SCALE)
    }

    pub(super) fn doubts(self, own: &Facts) -> Vec<Violation> {
        let reason = "more gives more points, although less is better; use a rate below zero, or a weight";
        let is_gain = own.rate_e4 > 0;
        is_gain.then(|| Violation::new("points", "WORSE_GIVES_POINTS", reason)).into_iter().collect()
    }

    pub(super) fn sentence(self) -> Phrase {
        say!(
            "less is better: a target above zero is a ceiling, with 100 % at the ceiling and 200 % at zero; a target below \
             zero is a reduction to reach",
            "越少越好：目标为正即上限，等于上限为 100 %，为零则为 200 %；目标为负即压降任务",
        )
    }
}
