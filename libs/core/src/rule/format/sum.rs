//! `overall = "sum"`: the total is the sum of the rounds.

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

    /// Doubts rounds of which one is at least half as long again as another. Months, which differ by a tenth, pass.
    pub(super) fn doubts(&self, rounds: &[Period]) -> Vec<Violation> {
        let lengths = rounds.iter().map(|round| days_between(round.start, round.end) + 1);
        let Some((shortest, longest)) = lengths.clone().min().zip(lengths.max()) else { return Vec::new() };
        if longest * 2 < shortest * 3 {
            return Vec::new();
        }
        let reason = format!(
            "rounds last from {shortest} to {longest} days, so long rounds weigh more in the sum; please check that this is intended"
        );
        vec![Violation::new("rounds", "ROUNDS_OF_UNEQUAL_LENGTH", reason)]
    }

    pub(super) fn sentence(&self) -> Phrase {
        say!("The total is the sum of the rounds.", "总成绩为各期之和。")
    }

    /// An example: the same score in two rounds.
    pub(super) fn example(&self, [first, second]: [&Phrase; 2], score_e4: i128) -> Phrase {
        let twice = points(score_e4 * 2);
        say!(
            "The same score in {first} and in {second} makes {twice} in total.",
            "{first}与{second}各得此分，总成绩 {twice}。",
            first,
            second,
            twice,
        )
    }
}
