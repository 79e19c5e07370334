//! What every measure says of itself.

use jiff::civil::Date;

use crate::catalogue::{Catalogue, Field};
use crate::rule::evaluation::Evaluation;
use crate::rule::key::Form;
use crate::rule::phrase::Phrase;
use crate::rule::setting::{Facts, Setting};
use crate::rule::unit::Unit;
use crate::rule::words;
use crate::types::damage::Damage;
use crate::types::violation::Violation;

/// The indicator that a measure belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// Its index.
    pub index: usize,
    /// The contest around it.
    pub setting: &'a Setting<'a>,
}

impl Own<'_> {
    /// The facts about the indicator.
    pub fn facts(&self) -> &Facts<'_> {
        &self.setting.indicators[self.index]
    }

    /// The event types that it counts, by their names.
    pub fn types(&self) -> Phrase {
        words::types(self.facts().events)
    }
}

/// What a generated contest offers for building measures.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The contest's first day.
    pub start: Date,
    /// Event types.
    pub types: &'a [&'a str],
    /// The units of the indicators so far, from which another one may be computed.
    pub units: &'a [Unit],
}

impl Material<'_> {
    /// All ordered pairs of different indicators whose units pass.
    pub fn pairs(&self, passes: impl Fn(Unit, Unit) -> bool) -> Vec<(usize, usize)> {
        let all = 0..self.units.len();
        let pairs = all.clone().flat_map(|one| all.clone().map(move |other| (one, other)));
        pairs.filter(|(one, other)| one != other && passes(self.units[*one], self.units[*other])).collect()
    }
}

/// A measure: what all rules under `measure` have in common.
pub trait MeasureRule {
    /// Its word in a contest's file.
    fn word() -> &'static str
    where
        Self: Sized;

    /// How it is evaluated, which also says what the fold has to do for it.
    fn evaluation(&self) -> Evaluation<'_>;
    /// The unit of its value; `None`: the unit of the first indicator that it is computed from.
    fn unit(&self) -> Option<Unit>;
    /// Whether the value is always a whole number of 1/10,000 of its unit. Otherwise the value is a fraction, or missing.
    fn is_whole(&self) -> bool;
    /// Whether later events add to earlier ones, so that a forecast makes sense; `None`: if that is so for all parts.
    fn adds_up(&self) -> Option<bool>;
    /// The fields without which an event counts nothing. A contest is doubted where the catalogue does not require one of
    /// them. The customer is never among them, not even for measures of customers: hardly any event type requires it, but
    /// nearly all sources send it.
    fn needs(&self) -> &'static [Field];
    /// What is counted, in words.
    fn sentence(&self, own: &Own) -> Phrase;

    /// Event types that it looks at besides those that it counts.
    fn openings(&self) -> &[String] {
        &[]
    }

    /// The indices of the indicators that it is computed from.
    fn parts(&self) -> Vec<usize> {
        Vec::new()
    }

    /// What is wrong with it; fields are the indicator's.
    fn check(&self, own: &Own, catalogue: &Catalogue) -> Vec<Violation> {
        let (_, _) = (own, catalogue);
        Vec::new()
    }

    /// How it is written in a file.
    fn form() -> Form
    where
        Self: Sized;

    /// For generated contests: each set of parameters that is worth testing.
    fn samples(material: &Material) -> Vec<Self>
    where
        Self: Sized;

    /// Checks what the fold relies on, since a stored page may be damaged.
    ///
    /// # Errors
    /// A parameter out of range.
    fn sound(&self) -> Result<(), Damage> {
        Ok(())
    }
}
