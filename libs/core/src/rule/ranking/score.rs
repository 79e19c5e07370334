//! `ranked_by = "score"`: the highest score is first.

use serde::{Deserialize, Serialize};

use crate::rule::asked::Asked;
use crate::rule::phrase::{Phrase, say};
use crate::rule::setting::Setting;
use crate::types::period::Period;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// The score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score;

impl Score {
    pub(super) fn is_score(&self) -> bool {
        true
    }

    pub(super) fn counts_heads(&self) -> bool {
        false
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
        Some(Ratio::of_e4(asked.score()))
    }

    pub(super) fn check(&self, _: &Setting) -> Vec<Violation> {
        Vec::new()
    }

    pub(super) fn sentence(&self, _: &Setting) -> Phrase {
        say!("score", "得分")
    }

    pub(super) fn example(&self, _: i128, _: &Setting) -> Option<Phrase> {
        None
    }
}
