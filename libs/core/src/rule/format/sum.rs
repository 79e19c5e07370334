//! `overall = "sum"`: the whole is the sum of the rounds.

use serde::{Deserialize, Serialize};

use crate::rule::phrase::{Phrase, points, say};
use crate::types::date::days_between;
use crate::types::period::Period;
use crate::types::violation::Violation;

/// The sum of the rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum;

impl Sum {
    pub(super) fn places(&self) -> Option<&[i64]> {
        None
    }

    pub(super) fn check(&self, _: &[Period]) -> Vec<Violation> {
        Vec::new()
    }

    /// Months differ by a tenth; half as long again is something else.
    pub(super) fn doubts(&self, rounds: &[Period]) -> Vec<Violation> {
        let lengths = rounds.iter().map(|round| days_between(round.start, round.end) + 1);
        let Some((shortest, longest)) = lengths.clone().min().zip(lengths.max()) else { return Vec::new() };
        if longest * 2 < shortest * 3 {
            return Vec::new();
        }
        let reason = format!(
            "rounds last from {shortest} to {longest} days, and their sum gives the long ones more weight; is that meant?"
        );
        vec![Violation::new("rounds", "ROUNDS_OF_UNEQUAL_LENGTH", reason)]
    }

    pub(super) fn sentence(&self) -> Phrase {
        say!("The whole is the sum of the rounds.", "总成绩为各期之和。")
    }

    /// The same score in two rounds.
    pub(super) fn example(&self, [first, second]: [&Phrase; 2], score_e4: i128) -> Phrase {
        let twice = points(score_e4 * 2);
        say!(
            "The same in {first} and in {second} makes {twice} overall.",
            "{first}与{second}各得此分，总成绩 {twice}。",
            first,
            second,
            twice,
        )
    }
}
