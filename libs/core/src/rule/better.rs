//! The registry of `better`: whether higher or lower values of an indicator are better. It decides what a target means:
//! a number to reach, a loss not to exceed, a reduction to reach, or a ceiling.

mod down;
mod up;

use serde::{Deserialize, Serialize};

pub use down::Down;
pub use up::Up;

use crate::rule::key::Form;
use crate::rule::phrase::Phrase;
use crate::rule::setting::Facts;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// Whether higher or lower values are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Better {
    /// Higher values are better.
    Up(Up),
    /// Lower values are better.
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
    /// How each is written in a file.
    pub const FORMS: [(&str, Form); 2] = [
        ("up", Form::Word("more is better; a target below zero is the greatest loss allowed")),
        ("down", Form::Word("less is better; a target above zero is a ceiling, one below zero a reduction")),
    ];

    /// Every possibility, for generated contests.
    pub const ALL: [Better; 2] = [Better::Up(Up), Better::Down(Down)];

    /// The completion of a target: 1 is reached. `None` for a target of zero, which has no completion.
    pub fn completion(self, value: Ratio, target: Ratio) -> Option<Ratio> {
        each!(self, rule => rule.completion(value, target))
    }

    /// Whether a value meets a target of zero.
    pub fn meets_zero(self, value: Ratio) -> bool {
        each!(self, rule => rule.meets_zero(value))
    }

    /// Whether completion starts at 0, so that it can be compared with the share of time that has passed.
    pub fn begins_at_zero(self, target_e4: i64) -> bool {
        each!(self, rule => rule.begins_at_zero(target_e4))
    }

    /// Whether lower values are better.
    pub fn is_less(self) -> bool {
        each!(self, rule => rule.is_less())
    }

    /// For an example: the value that has this completion of a target above zero; all in 1/10,000.
    pub fn sample(self, target_e4: i128, completion_e4: i128) -> i128 {
        each!(self, rule => rule.sample(target_e4, completion_e4))
    }

    /// What is allowed, but probably a mistake; fields are the indicator's.
    pub fn doubts(self, own: &Facts) -> Vec<Violation> {
        each!(self, rule => rule.doubts(own))
    }

    /// What targets mean, in words.
    pub fn sentence(self) -> Phrase {
        each!(self, rule => rule.sentence())
    }
}
