//! Which values of an indicator are the better ones, where its definition says so: the registry of `better`. It decides
//! what a target means: a number to reach, a loss not to exceed, a fall to reach, a ceiling.

mod down;
mod up;

use serde::{Deserialize, Serialize};

pub use down::Down;
pub use up::Up;

use crate::rule::phrase::Phrase;
use crate::rule::setting::Facts;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// Which values are the better ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Better {
    /// The greater ones.
    Up(Up),
    /// The lesser ones.
    Down(Down),
}

macro_rules! each {
    ($better:expr, $rule:ident => $ask:expr) => {
        match $better {
            Better::Up($rule) => $ask,
            Better::Down($rule) => $ask,
        }
    };
}

impl Better {
    /// All that may be said.
    pub const ALL: [Better; 2] = [Better::Up(Up), Better::Down(Down)];

    /// How much of a target a value is; nothing for a target of zero, which has no such share.
    pub fn completion(self, value: Ratio, target: Ratio) -> Option<Ratio> {
        each!(self, rule => rule.completion(value, target))
    }

    /// Whether a value meets a target of zero.
    pub fn meets_zero(self, value: Ratio) -> bool {
        each!(self, rule => rule.meets_zero(value))
    }

    /// Whether nothing done is nothing of the target, so that completion can be compared with the time that has gone.
    pub fn begins_at_zero(self, target_e4: i64) -> bool {
        each!(self, rule => rule.begins_at_zero(target_e4))
    }

    /// Whether the lesser value is the better one.
    pub fn is_less(self) -> bool {
        each!(self, rule => rule.is_less())
    }

    /// The value, in 1/10,000, that is so much of a target above zero, for an example.
    pub fn sample(self, target_e4: i128, completion_e4: i128) -> i128 {
        each!(self, rule => rule.sample(target_e4, completion_e4))
    }

    /// What is hardly meant; fields are the indicator's.
    pub fn doubts(self, own: &Facts) -> Vec<Violation> {
        each!(self, rule => rule.doubts(own))
    }

    /// What it says of targets.
    pub fn sentence(self) -> Phrase {
        each!(self, rule => rule.sentence())
    }
}
