//! `measure = { least_of = ["average", "growth"] }`: the least of the values of several indicators (孰低), such as of an
//! average balance and a net change, so that money brought for the last day counts for nothing. A net change is the balance
//! of the last day only for accounts that held nothing on the day that it starts from.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Field};
use crate::rule::derived::{Named, PARTS_MAX, check_compared};
use crate::rule::evaluation::{Derived, Evaluation};
use crate::rule::key::{Form, Key};
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::damage::Damage;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// Its keys in a file.
const KEYS: [Key; 1] = [Key {
    name: "least_of",
    kind: "ids of indicators",
    range: "2 to 16 in the same unit",
    default: "",
    says: "the least of their values",
}];

/// The least of the values of several indicators; none where one of them has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeastOf {
    /// The indices of the indicators that are compared: 2 to 16.
    pub of: Vec<usize>,
}

impl MeasureRule for LeastOf {
    fn word() -> &'static str {
        "least_of"
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

    /// A forecast multiplies each value by the same factor, so the least value stays the least.
    fn adds_up(&self) -> Option<bool> {
        None
    }

    fn needs(&self) -> &'static [Field] {
        &[]
    }

    fn parts(&self) -> Vec<usize> {
        self.of.clone()
    }

    fn check(&self, own: &Own, _: &Catalogue) -> Vec<Violation> {
        let count = self.of.len();
        if !(2..=PARTS_MAX).contains(&count) {
            let reason = format!("it compares {count} indicators; name 2 to {PARTS_MAX}");
            return vec![Violation::new("measure.least_of", "OUT_OF_RANGE", reason)];
        }
        let named =
            |(at, index): (usize, &usize)| Named { field: format!("measure.least_of[{at}]"), index: *index };
        check_compared(own, &self.of.iter().enumerate().map(named).collect::<Vec<_>>())
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let names = Phrase::list(self.of.iter().map(|part| own.setting.name(*part)));
        say!("the least of {names}", "{names}孰低", names)
    }

    fn form() -> Form {
        Form::Table(&KEYS)
    }

    fn samples(material: &Material) -> Vec<LeastOf> {
        let pairs = material.pairs(|one, other| one == other);
        pairs.into_iter().map(|(one, other)| LeastOf { of: vec![one, other] }).collect()
    }

    fn sound(&self) -> Result<(), Damage> {
        match self.of.len() <= PARTS_MAX {
            true => Ok(()),
            false => {
                Err(Damage::Overfull { what: "compared indicators", held: self.of.len(), most: PARTS_MAX })
            }
        }
    }
}

impl Derived for LeastOf {
    fn derive(&self, value: &dyn Fn(usize) -> Option<Ratio>) -> Option<Ratio> {
        let mut values = self.of.iter().map(|part| value(*part));
        let first = values.next()??;
        values.try_fold(first, |least, value| Some(least.min(value?)))
    }
}
