//! Conditions such as `status in [B, D] and type != test`, in every `when` of a mapping. What is absent equals nothing,
//! is in nothing, and is neither smaller nor greater; `present` and `absent` ask for it.

mod expression;
mod parse;

pub use expression::Condition;

use crate::grammar::GrammarError;
use crate::template::Maps;

impl Condition<()> {
    /// Reads a condition; filters `map` find their tables in `maps`.
    pub fn parse(text: &str, maps: &Maps) -> Result<Condition<()>, GrammarError> {
        parse::condition(text, maps)
    }
}

#[cfg(test)]
mod tests;
