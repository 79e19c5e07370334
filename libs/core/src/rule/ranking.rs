//! The registry of `ranked_by`: the key that rows are ranked by. The highest key is first; rows without one are last.

mod completion;
mod improvement;
mod indicator;
mod per_head;
mod score;

use serde::{Deserialize, Serialize};

pub use completion::Completion;
pub use improvement::Improvement;
pub use indicator::Indicator;
pub use per_head::PerHead;
pub use score::Score;

use crate::rule::asked::Asked;
use crate::rule::key::Form;
use crate::rule::phrase::Phrase;
use crate::rule::setting::Setting;
use crate::types::period::Period;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// What rows are ranked by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RankedBy {
    /// The score.
    Score(Score),
    /// The value of an indicator.
    Indicator(Indicator),
    /// The completion of an indicator's target.
    Completion(Completion),
    /// The score per employee.
    PerHead(PerHead),
    /// The increase of the score over an earlier period.
    Improvement(Improvement),
}

macro_rules! each {
    ($ranked_by:expr, $rule:ident => $ask:expr) => {
        match $ranked_by {
            RankedBy::Score($rule) => $ask,
            RankedBy::Indicator($rule) => $ask,
            RankedBy::Completion($rule) => $ask,
            RankedBy::PerHead($rule) => $ask,
            RankedBy::Improvement($rule) => $ask,
        }
    };
}

impl RankedBy {
    /// How each is written in a file, by its word where that is a word.
    pub const FORMS: [(&str, Form); 5] = [
        ("score", Form::Word("by the score")),
        ("per_head", Form::Word("by the score per employee")),
        ("indicator", Form::Table(&indicator::KEYS)),
        ("completion", Form::Table(&completion::KEYS)),
        ("improvement", Form::Table(&improvement::KEYS)),
    ];

    /// Whether the key is the score itself, so that no key has to be computed.
    pub fn is_score(&self) -> bool {
        each!(self, rule => rule.is_score())
    }

    /// Whether the key needs the number of employees.
    pub fn counts_heads(&self) -> bool {
        each!(self, rule => rule.counts_heads())
    }

    /// The earlier period that it compares with.
    pub fn base(&self) -> Option<Period> {
        each!(self, rule => rule.base())
    }

    /// The index of the indicator that it uses.
    pub fn indicator(&self) -> Option<usize> {
        each!(self, rule => rule.indicator())
    }

    /// The index of the indicator whose value is the key.
    pub fn value(&self) -> Option<usize> {
        each!(self, rule => rule.value())
    }

    /// The key of a row; `None` where it has none.
    #[inline]
    pub fn key(&self, asked: &impl Asked) -> Option<Ratio> {
        each!(self, rule => rule.key(asked))
    }

    /// What is wrong with it.
    pub fn check(&self, setting: &Setting) -> Vec<Violation> {
        each!(self, rule => rule.check(setting))
    }

    /// What people call the key.
    pub fn sentence(&self, setting: &Setting) -> Phrase {
        each!(self, rule => rule.sentence(setting))
    }

    /// An example with a score in 1/10,000; `None` where the score itself is the key.
    pub fn example(&self, score_e4: i128, setting: &Setting) -> Option<Phrase> {
        each!(self, rule => rule.example(score_e4, setting))
    }
}
