//! The registry of `tie_breaks`: what decides between rows with equal keys.

mod earliest;
mod indicator;
mod name;

use serde::{Deserialize, Serialize};

pub use earliest::Earliest;
pub use indicator::Indicator;
pub use name::Name;

use crate::rule::key::Form;
use crate::rule::phrase::Phrase;
use crate::rule::separates::Separates;
use crate::rule::setting::Setting;
use crate::types::violation::Violation;

/// One step of the chain that decides between equal rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TieBreak {
    /// Who reached the score earlier.
    Earliest(Earliest),
    /// The higher value of an indicator.
    Indicator(Indicator),
    /// The name.
    Name(Name),
}

macro_rules! each {
    ($tie_break:expr, $rule:ident => $ask:expr) => {
        match $tie_break {
            TieBreak::Earliest($rule) => $ask,
            TieBreak::Indicator($rule) => $ask,
            TieBreak::Name($rule) => $ask,
        }
    };
}

impl TieBreak {
    /// How each is written in a file.
    pub const FORMS: [(&str, Form); 3] = [
        ("earliest", Form::Word("who reached the score earlier")),
        ("indicator:ID", Form::Word("the higher value of that indicator")),
        ("name", Form::Word("the name, in byte order")),
    ];

    /// What it compares.
    pub fn separates(self) -> Separates {
        each!(self, rule => rule.separates())
    }

    /// What is wrong with it; `path` is its field.
    pub fn check(self, path: &str, setting: &Setting) -> Option<Violation> {
        each!(self, rule => rule.check(path, setting))
    }

    /// Why it is probably a mistake; `path` is its field.
    pub fn doubt(self, path: &str, setting: &Setting) -> Option<Violation> {
        each!(self, rule => rule.doubt(path, setting))
    }

    /// The rule in words.
    pub fn sentence(self, setting: &Setting) -> Phrase {
        each!(self, rule => rule.sentence(setting))
    }
}
