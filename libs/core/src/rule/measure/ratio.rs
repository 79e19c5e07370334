//! `measure = { ratio = "active", to = "signed" }`: the value of one indicator divided by that of another
//! (动户率).

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Field};
use crate::rule::derived::{check_levels, counts_nothing};
use crate::rule::evaluation::{Derived, Evaluation};
use crate::rule::key::{Form, Key};
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::ratio;
use crate::types::violation::Violation;

/// Its keys in a file.
const KEYS: [Key; 2] = [
    Key {
        name: "ratio",
        kind: "id of an indicator",
        range: "not a ratio",
        default: "",
        says: "its value, divided by that of another",
    },
    Key {
        name: "to",
        kind: "id of an indicator",
        range: "not a ratio, not the same",
        default: "must be given",
        says: "with `ratio`: the other one",
    },
];

/// The value of one indicator divided by that of another; none unless the denominator is above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// The index of the numerator.
    pub of: usize,
    /// The index of the denominator.
    pub to: usize,
}

impl MeasureRule for Ratio {
    fn word() -> &'static str {
        "ratio"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::Derived(self)
    }

    fn unit(&self) -> Option<Unit> {
        Some(Unit::Percent)
    }

    fn is_whole(&self) -> bool {
        false
    }

    fn adds_up(&self) -> Option<bool> {
        Some(false)
    }

    fn needs(&self) -> &'static [Field] {
        &[]
    }

    fn parts(&self) -> Vec<usize> {
        vec![self.of, self.to]
    }

    fn check(&self, own: &Own, _: &Catalogue) -> Vec<Violation> {
        let indicators = &own.setting.indicators;
        let mut found = Vec::new();
        for (field, index) in [("measure.ratio", self.of), ("measure.to", self.to)] {
            let Some(named) = indicators.get(index) else {
                let reason = "the contest has no such indicator; name one of its own";
                found.push(Violation::new(field, "UNKNOWN_INDICATOR", reason));
                continue;
            };
            if index == own.index {
                let reason = format!("`{}` is the ratio itself; name another indicator", named.id);
                found.push(Violation::new(field, "RATIO_OF_ITSELF", reason));
            } else if named.unit == Unit::Percent {
                let reason =
                    format!("`{}` is a ratio too; name an indicator that counts something", named.id);
                found.push(Violation::new(field, "RATIO_OF_RATIO", reason));
            }
        }
        if self.of == self.to && self.of != own.index && indicators.get(self.of).is_some() {
            let reason = "an indicator for each of the same indicator is always 1; name another one";
            found.push(Violation::new("measure.to", "RATIO_OF_ITSELF", reason));
        }
        if found.is_empty() {
            found.extend(check_levels(own));
        }
        found.extend(counts_nothing(own, "RATIO_COUNTS_NOTHING"));
        found
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let (of, to) = (own.setting.name(self.of), own.setting.name(self.to));
        say!("{of} divided by {to}", "{of} ÷ {to}", of, to)
    }

    fn form() -> Form {
        Form::Table(&KEYS)
    }

    fn samples(material: &Material) -> Vec<Ratio> {
        let is_count = |unit: Unit| unit != Unit::Percent;
        let pairs = material.pairs(|of, to| is_count(of) && is_count(to));
        pairs.into_iter().map(|(of, to)| Ratio { of, to }).collect()
    }
}

impl Derived for Ratio {
    fn derive(&self, value: &dyn Fn(usize) -> Option<ratio::Ratio>) -> Option<ratio::Ratio> {
        value(self.of)?.per(value(self.to)?)
    }
}
