//! `ranked_by = "per_head"`: the highest score per employee is first (人均). A unit's employees are those on the contest's
//! last day; an employee counts as one.

use serde::{Deserialize, Serialize};

use crate::rule::asked::Asked;
use crate::rule::phrase::{Phrase, number, say};
use crate::rule::setting::Setting;
use crate::types::period::Period;
use crate::types::ratio::Ratio;
use crate::types::score::{SCALE, div_half_even};
use crate::types::violation::Violation;

/// The score per employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerHead;

impl PerHead {
    pub(super) fn is_score(&self) -> bool {
        false
    }

    pub(super) fn counts_heads(&self) -> bool {
        true
    }

    pub(super) fn base(&self) -> Option<Period> {
        None
    }

    pub(super) fn indicator(&self) -> Option<usize> {
        None
    }

    pub(super) fn value(&self) -> Option<usize> {
        None
    }

    #[inline]
    pub(super) fn key(&self, asked: &impl Asked) -> Option<Ratio> {
        Ratio::new(asked.score(), i128::from(asked.heads()) * SCALE)
    }

    pub(super) fn check(&self, _: &Setting) -> Vec<Violation> {
        Vec::new()
    }

    pub(super) fn sentence(&self, _: &Setting) -> Phrase {
        say!("score per employee", "人均得分")
    }

    pub(super) fn example(&self, score_e4: i128, _: &Setting) -> Option<Phrase> {
        let (score, each) = (number(score_e4), number(div_half_even(score_e4, 4)));
        Some(say!(
            "With 4 employees on the last day, that is {score} / 4 = {each} per employee.",
            "期末员工 4 人，人均 {score} / 4 = {each}。",
            score,
            each,
        ))
    }
}
