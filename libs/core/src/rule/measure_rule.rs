//! What every measure says of itself. What the fold asks besides depends on the class, and is answered by the registry.

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

/// A measure.
pub trait Rule {
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

    /// Why it cannot be folded, out of a page that may be damaged.
    fn sound(&self) -> Result<(), Damage> {
        Ok(())
    }
}
