//! The registry of `overall`: how the total score is computed from the rounds.

mod places;
mod sum;

use serde::{Deserialize, Serialize};

pub use places::{PLACES_MAX, Places};
pub use sum::Sum;

use crate::rule::key::Form;
use crate::rule::phrase::Phrase;
use crate::types::period::Period;
use crate::types::violation::Violation;

/// How the total score is computed from the rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Overall {
    /// The sum of the rounds.
    Sum(Sum),
    /// Points for the first places of each round.
    Places(Places),
}

macro_rules! each {
    ($overall:expr, $rule:ident => $ask:expr) => {
        match $overall {
            Overall::Sum($rule) => $ask,
            Overall::Places($rule) => $ask,
        }
    };
}

impl Overall {
    /// How each is written in a file, by its word where that is a word.
    pub const FORMS: [(&str, Form); 2] =
        [("sum", Form::Word("the sum of the rounds")), ("places", Form::Table(&places::KEYS))];

    /// Points by rank, from rank 1, in 1/10,000; `None` where the total is the sum of the rounds' points.
    pub fn places(&self) -> Option<&[i64]> {
        each!(self, rule => rule.places())
    }

    /// What is wrong with it in a contest of these rounds.
    pub fn check(&self, rounds: &[Period]) -> Vec<Violation> {
        each!(self, rule => rule.check(rounds))
    }

    /// What is allowed, but probably a mistake.
    pub fn doubts(&self, rounds: &[Period]) -> Vec<Violation> {
        each!(self, rule => rule.doubts(rounds))
    }

    /// The rule in words.
    pub fn sentence(&self) -> Phrase {
        each!(self, rule => rule.sentence())
    }

    /// An example with the names of two rounds and the score of one.
    pub fn example(&self, rounds: [&Phrase; 2], score_e4: i128) -> Phrase {
        each!(self, rule => rule.example(rounds, score_e4))
    }
}
