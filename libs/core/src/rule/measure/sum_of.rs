//! `measure = { sum_of = ["loans", "fees"] }`: the sum of the values of several indicators (利润).

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Field};
use crate::rule::derived::{Named, PARTS_MAX, check_sum, terms};
use crate::rule::evaluation::{Derived, Evaluation};
use crate::rule::key::{Form, Key};
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::phrase::Phrase;
use crate::rule::unit::Unit;
use crate::types::damage::Damage;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// Its keys in a file.
const KEYS: [Key; 1] = [Key {
    name: "sum_of",
    kind: "ids of indicators",
    range: "2 to 16 in the same unit, no rates, at most 4 averages",
    default: "",
    says: "the sum of their values",
}];

/// The sum of the values of several indicators; none where one of them has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumOf {
    /// The indices of the indicators that are added up: 2 to 16.
    pub of: Vec<usize>,
}

impl MeasureRule for SumOf {
    fn word() -> &'static str {
        "sum_of"
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
        self.of.clone()
    }

    fn check(&self, own: &Own, _: &Catalogue) -> Vec<Violation> {
        let count = self.of.len();
        if !(2..=PARTS_MAX).contains(&count) {
            let reason = format!("it adds up {count} indicators; name 2 to {PARTS_MAX}");
            return vec![Violation::new("measure.sum_of", "OUT_OF_RANGE", reason)];
        }
        let named =
            |(at, index): (usize, &usize)| Named { field: format!("measure.sum_of[{at}]"), index: *index };
        check_sum(own, &self.of.iter().enumerate().map(named).collect::<Vec<_>>())
    }

    fn sentence(&self, own: &Own) -> Phrase {
        terms(own, &self.of)
    }

    fn form() -> Form {
        Form::Table(&KEYS)
    }

    fn samples(material: &Material) -> Vec<SumOf> {
        let pairs = material.pairs(|one, other| one == other && one.can_be_added());
        let mut samples: Vec<SumOf> =
            pairs.into_iter().map(|(one, other)| SumOf { of: vec![one, other] }).collect();
        let first = material.units.iter().find(|unit| unit.can_be_added());
        let all = |unit: &Unit| (0..material.units.len()).filter(|at| material.units[*at] == *unit).collect();
        samples.extend(first.map(|unit| SumOf { of: all(unit) }).filter(|sum| sum.of.len() > 2));
        samples
    }

    fn sound(&self) -> Result<(), Damage> {
        match self.of.len() <= PARTS_MAX {
            true => Ok(()),
            false => {
                Err(Damage::Overfull { what: "indicators in a sum", held: self.of.len(), most: PARTS_MAX })
            }
        }
    }
}

impl Derived for SumOf {
    fn derive(&self, value: &dyn Fn(usize) -> Option<Ratio>) -> Option<Ratio> {
        let mut values = self.of.iter().map(|part| value(*part));
        let first = values.next()??;
        values.try_fold(first, |sum, value| Some(sum.plus(value?)))
    }
}
