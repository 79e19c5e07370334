//! `measure = { difference = "opened", minus = "closed" }`: the value of one indicator minus that of another (净增户).

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Field};
use crate::rule::derived::{Named, check_sum};
use crate::rule::evaluation::{Derived, Evaluation};
use crate::rule::key::{Form, Key};
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// Its keys in a file.
const KEYS: [Key; 2] = [
    Key {
        name: "difference",
        kind: "id of an indicator",
        range: "no rate",
        default: "",
        says: "its value, minus that of another",
    },
    Key {
        name: "minus",
        kind: "id of an indicator",
        range: "in the same unit, not the same",
        default: "must be given",
        says: "with `difference`: what is taken from it",
    },
];

/// The value of one indicator minus that of another; none where either has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The index of the indicator that is subtracted from.
    pub of: usize,
    /// The index of the indicator that is subtracted.
    pub minus: usize,
}

impl MeasureRule for Difference {
    fn word() -> &'static str {
        "difference"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::Derived(self)
    }

    fn unit(&self) -> Option<Unit> {
        None
    }

    fn is_whole(&self) -> bool {
        false
    }

    fn adds_up(&self) -> Option<bool> {
        None
    }

    fn needs(&self) -> &'static [Field] {
        &[]
    }

    fn parts(&self) -> Vec<usize> {
        vec![self.of, self.minus]
    }

    fn check(&self, own: &Own, _: &Catalogue) -> Vec<Violation> {
        let named = [("measure.difference", self.of), ("measure.minus", self.minus)];
        check_sum(own, &named.map(|(field, index)| Named { field: field.to_owned(), index }))
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let (of, minus) = (own.setting.name(self.of), own.setting.name(self.minus));
        say!("{of} minus {minus}", "{of}减{minus}", of, minus)
    }

    fn form() -> Form {
        Form::Table(&KEYS)
    }

    fn samples(material: &Material) -> Vec<Difference> {
        let pairs = material.pairs(|of, minus| of == minus && of.can_be_added());
        pairs.into_iter().map(|(of, minus)| Difference { of, minus }).collect()
    }
}

impl Derived for Difference {
    fn derive(&self, value: &dyn Fn(usize) -> Option<Ratio>) -> Option<Ratio> {
        Some(value(self.of)?.plus(value(self.minus)?.negated()))
    }
}
