//! Conditions such as `status in [B, D] and type != test`, in every `when` of a mapping. An absent value
//! equals nothing, is in no list, and is neither smaller nor greater; `present` and `absent` ask for it.

mod expression;
mod parse;

pub use expression::Condition;

use crate::grammar::GrammarError;
use crate::template::Maps;

impl Condition<()> {
    /// Reads a condition. `maps` holds the tables of the filter `map`.
    pub fn parse(text: &str, maps: &Maps) -> Result<Condition<()>, GrammarError> {
        parse::condition(text, maps)
    }
}

#[cfg(test)]
mod tests;
