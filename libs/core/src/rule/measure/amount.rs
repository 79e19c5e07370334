//! `measure = "amount"`: the sum of amounts in the contest's currency.

use serde::{Deserialize, Serialize};

use crate::catalogue::Field;
use crate::event::Event;
use crate::rule::evaluation::{Additive, Evaluation};
use crate::rule::key::Form;
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::money::Currency;

/// The sum of amounts; an event without an amount in the contest's currency counts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount;

impl MeasureRule for Amount {
    fn word() -> &'static str {
        "amount"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::Additive(self)
    }

    fn unit(&self) -> Option<Unit> {
        Some(Unit::Money)
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn adds_up(&self) -> Option<bool> {
        Some(true)
    }

    fn needs(&self) -> &'static [Field] {
        &[Field::Amount]
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let types = own.types();
        say!("the total amount of {types}", "{types}的金额合计", types)
    }

    fn form() -> Form {
        Form::Word("money")
    }

    fn samples(_: &Material) -> Vec<Amount> {
        vec![Amount]
    }
}

impl Additive for Amount {
    #[inline]
    fn of_event(&self, event: &Event, currency: Currency) -> Option<i128> {
        event.amount_e4(currency)
    }
}
