//! By what rows are ranked: the registry of `ranked_by`. The greater key stands first, and who has none last.

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
use crate::rule::phrase::Phrase;
use crate::rule::setting::Setting;
use crate::types::period::Period;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// By what rows are ranked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RankedBy {
    /// The score.
    Score(Score),
    /// The value of an indicator.
    Indicator(Indicator),
    /// The completion of an indicator's target.
    Completion(Completion),
    /// The score for each head.
    PerHead(PerHead),
    /// How much more the score is than in a period before.
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
    /// Whether rows are ranked by their scores, and by nothing worked out beside them.
    pub fn is_score(&self) -> bool {
        each!(self, rule => rule.is_score())
    }

    /// Whether people are counted.
    pub fn counts_heads(&self) -> bool {
        each!(self, rule => rule.counts_heads())
    }

    /// The period before that it looks at.
    pub fn base(&self) -> Option<Period> {
        each!(self, rule => rule.base())
    }

    /// The indicator that it looks at.
    pub fn indicator(&self) -> Option<usize> {
        each!(self, rule => rule.indicator())
    }

    /// The indicator by whose value it ranks.
    pub fn value(&self) -> Option<usize> {
        each!(self, rule => rule.value())
    }

    /// The key of a row; none where it has none.
    #[inline]
    pub fn key(&self, asked: &impl Asked) -> Option<Ratio> {
        each!(self, rule => rule.key(asked))
    }

    /// What is wrong with it.
    pub fn check(&self, setting: &Setting) -> Vec<Violation> {
        each!(self, rule => rule.check(setting))
    }

    /// What the key is called.
    pub fn sentence(&self, setting: &Setting) -> Phrase {
        each!(self, rule => rule.sentence(setting))
    }

    /// An example with a score; nothing where the score says it all.
    pub fn example(&self, score_e4: i128, setting: &Setting) -> Option<Phrase> {
        each!(self, rule => rule.example(score_e4, setting))
    }
}
