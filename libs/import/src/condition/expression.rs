//! The parts of a condition, and whether it holds for a row.

use std::cmp::Ordering;

use longhu_files::fault::Fault;
use longhu_files::number::{Decimal, PLAIN};

use crate::template::{At, Name, Slot, Values};

/// A parsed condition. `R` says where columns are: `()` before they are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition<R> {
    /// `a or b`
    Any(Vec<Condition<R>>),
    /// `a and b`
    All(Vec<Condition<R>>),
    /// `not a`
    Not(Box<Condition<R>>),
    /// One test of one value.
    Test(Slot<R>, Test<R>),
}

/// A test of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test<R> {
    /// `present`
    Present,
    /// `==`, compared as text
    Equals(Operand<R>),
    /// `in [a, b]`, compared as text
    In(Vec<String>),
    /// `<`, `<=`, `>`, `>=`, compared as numbers: the orderings for which it holds
    Compares(&'static [Ordering], Operand<R>),
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand<R> {
    /// A text.
    Text(String),
    /// A column in braces.
    Slot(Slot<R>),
}

impl Condition<()> {
    /// Resolves every column with `find`.
    pub fn resolve<E>(self, find: &mut dyn FnMut(&Name) -> Result<At, E>) -> Result<Condition<At>, E> {
        let mut all = |parts: Vec<Condition<()>>| {
            parts.into_iter().map(|part| part.resolve(find)).collect::<Result<Vec<_>, E>>()
        };
        Ok(match self {
            Condition::Any(parts) => Condition::Any(all(parts)?),
            Condition::All(parts) => Condition::All(all(parts)?),
            Condition::Not(part) => Condition::Not(Box::new(part.resolve(find)?)),
            Condition::Test(slot, test) => {
                let slot = slot.resolve(find)?;
                let test = match test {
                    Test::Present => Test::Present,
                    Test::In(texts) => Test::In(texts),
                    Test::Equals(right) => Test::Equals(right.resolve(find)?),
                    Test::Compares(wanted, right) => Test::Compares(wanted, right.resolve(find)?),
                };
                Condition::Test(slot, test)
            }
        })
    }
}

impl Operand<()> {
    fn resolve<E>(self, find: &mut dyn FnMut(&Name) -> Result<At, E>) -> Result<Operand<At>, E> {
        match self {
            Operand::Text(text) => Ok(Operand::Text(text)),
            Operand::Slot(slot) => Ok(Operand::Slot(slot.resolve(find)?)),
        }
    }
}

impl Condition<At> {
    /// Whether it holds for one row.
    pub fn holds(&self, values: &impl Values) -> Result<bool, Fault> {
        match self {
            Condition::Any(parts) => {
                for part in parts {
                    if part.holds(values)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::All(parts) => {
                for part in parts {
                    if !part.holds(values)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Not(part) => Ok(!part.holds(values)?),
            Condition::Test(slot, test) => test.holds(slot, values),
        }
    }
}

impl Test<At> {
    fn holds(&self, slot: &Slot<At>, values: &impl Values) -> Result<bool, Fault> {
        let Some(left) = slot.value(values)? else { return Ok(false) };
        match self {
            Test::Present => Ok(true),
            Test::In(texts) => Ok(texts.iter().any(|text| *text == left)),
            Test::Equals(Operand::Text(text)) => Ok(*text == left),
            Test::Equals(Operand::Slot(right)) => Ok(right.value(values)?.is_some_and(|right| right == left)),
            Test::Compares(wanted, right) => {
                let right = match right {
                    Operand::Text(text) => text.clone(),
                    Operand::Slot(right) => match right.value(values)? {
                        Some(right) => right.into_owned(),
                        None => return Ok(false),
                    },
                };
                let ordering = Decimal::parse(&left, PLAIN)?.cmp(&Decimal::parse(&right, PLAIN)?);
                Ok(wanted.contains(&ordering))
            }
        }
    }
}
