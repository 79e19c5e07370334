//! The registry of `tie_rule`: which ranks equal rows have.

mod dense;
mod ordinal;
mod standard;

use serde::{Deserialize, Serialize};

pub use dense::Dense;
pub use ordinal::Ordinal;
pub use standard::Standard;

use crate::rule::key::Form;
use crate::rule::phrase::Phrase;
use crate::rule::placing::Placing;

/// Which ranks equal rows have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TieRule {
    /// 1, 2, 2, 4.
    Standard(Standard),
    /// 1, 2, 2, 3.
    Dense(Dense),
    /// 1, 2, 3, 4.
    Ordinal(Ordinal),
}

macro_rules! each {
    ($tie_rule:expr, $rule:ident => $ask:expr) => {
        match $tie_rule {
            TieRule::Standard($rule) => $ask,
            TieRule::Dense($rule) => $ask,
            TieRule::Ordinal($rule) => $ask,
        }
    };
}

impl TieRule {
    /// How each is written in a file.
    pub const FORMS: [(&str, Form); 3] = [
        ("1224", Form::Word("equal rows share a rank, and the ranks after them are skipped")),
        ("1223", Form::Word("equal rows share a rank, and no rank is skipped")),
        ("1234", Form::Word("no shared ranks: equal rows are ordered by id")),
    ];

    /// How ranks follow from the order of rows.
    pub fn placing(self) -> Placing {
        each!(self, rule => rule.placing())
    }

    /// The rule in words; `equal` names the rows that are equal, at the beginning of a sentence.
    pub fn sentence(self, equal: &Phrase) -> Phrase {
        each!(self, rule => rule.sentence(equal))
    }
}
