//! What every measure says of itself. What the fold asks besides depends on the class, and is answered by the registry.

use jiff::civil::Date;

use crate::catalogue::{Catalogue, Field};
use crate::rule::class::Class;
use crate::rule::phrase::Phrase;
use crate::rule::setting::{Facts, Setting};
use crate::rule::unit::Unit;
use crate::rule::words;
use crate::types::damage::Damage;
use crate::types::violation::Violation;

/// The indicator that a measure is of.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// Its index.
    pub index: usize,
    /// The contest around it.
    pub setting: &'a Setting<'a>,
}

impl Own<'_> {
    /// What is known of it.
    pub fn facts(&self) -> &Facts<'_> {
        &self.setting.indicators[self.index]
    }

    /// The event types that it counts, by their names.
    pub fn types(&self) -> Phrase {
        words::types(self.facts().events)
    }
}

/// What a generated contest has that a measure can be made of.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The contest's first day.
    pub start: Date,
    /// Event types.
    pub types: &'a [&'a str],
    /// The units of the indicators that are there already, which another one may follow from.
    pub units: &'a [Unit],
}

impl Material<'_> {
    /// Two different indicators, in every order, whose units pass.
    pub fn pairs(&self, passes: impl Fn(Unit, Unit) -> bool) -> Vec<(usize, usize)> {
        let all = 0..self.units.len();
        let pairs = all.clone().flat_map(|one| all.clone().map(move |other| (one, other)));
        pairs.filter(|(one, other)| one != other && passes(self.units[*one], self.units[*other])).collect()
    }
}

/// A measure.
pub trait Rule {
    /// The word that a contest's file has for it.
    fn word(&self) -> &'static str;
    /// What the fold has to do for it.
    fn class(&self) -> Class;
    /// In what it is counted; `None`: in what its first part is.
    fn unit(&self) -> Option<Unit>;
    /// Whether it is a whole number of 1/10,000 of its unit; otherwise it is a fraction, or there may be none.
    fn is_whole(&self) -> bool;
    /// Whether what comes later adds to what came before, so that a forecast has a meaning; `None`: if all its parts do.
    fn adds_up(&self) -> Option<bool>;
    /// The fields without which an event counts nothing, but for the customer, whom most sources name without having to.
    fn needs(&self) -> &'static [Field];
    /// What is counted.
    fn sentence(&self, own: &Own) -> Phrase;

    /// Types that are looked at beside those that are counted.
    fn openings(&self) -> &[String] {
        &[]
    }

    /// The indicators that it follows from.
    fn parts(&self) -> Vec<usize> {
        Vec::new()
    }

    /// What is wrong with it; fields are the indicator's.
    fn check(&self, own: &Own, catalogue: &Catalogue) -> Vec<Violation> {
        let (_, _) = (own, catalogue);
        Vec::new()
    }

    /// What generated contests measure by it: each set of parameters that is worth a try.
    fn samples(material: &Material) -> Vec<Self>
    where
        Self: Sized;

    /// Why it cannot be folded, out of a page that may be damaged.
    fn sound(&self) -> Result<(), Damage> {
        Ok(())
    }
}
