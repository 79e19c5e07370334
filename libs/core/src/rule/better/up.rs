//! `better = "up"`: more is better, and a target may lie below zero: it is the greatest loss that is allowed.

use serde::{Deserialize, Serialize};

use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::Facts;
use crate::types::ratio::Ratio;
use crate::types::score::{SCALE, div_half_even};
use crate::types::violation::Violation;

/// Higher values are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Up;

impl Up {
    /// Target above zero: the value divided by the target. Target below zero: 1 at the target, 2 without any loss, 0 at
    /// twice the loss.
    pub(super) fn completion(self, value: Ratio, target: Ratio) -> Option<Ratio> {
        match target.numerator() < 0 {
            true => Some(value.per(target.negated())?.plus(Ratio::of_e4(2 * SCALE))),
            false => value.per(target),
        }
    }

    pub(super) fn meets_zero(self, value: Ratio) -> bool {
        value.numerator() >= 0
    }

    pub(super) fn begins_at_zero(self, target_e4: i64) -> bool {
        target_e4 >= 0
    }

    pub(super) fn is_less(self) -> bool {
        false
    }

    pub(super) fn sample(self, target_e4: i128, completion_e4: i128) -> i128 {
        div_half_even(target_e4 * completion_e4, SCALE)
    }

    pub(super) fn doubts(self, _: &Facts) -> Vec<Violation> {
        Vec::new()
    }

    pub(super) fn sentence(self) -> Phrase {
        say!(
            "a target below zero is the greatest loss allowed: 100 % at that loss, 200 % without any loss",
            "目标可以为负，即减少额的上限：减少额等于上限为 100 %，没有减少为 200 %",
        )
    }
}
