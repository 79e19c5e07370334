//! `measure = "quantity"`: the sum of quantities.

use serde::{Deserialize, Serialize};

use crate::catalogue::Field;
use crate::event::Event;
use crate::rule::evaluation::{Additive, Evaluation};
use crate::rule::key::Form;
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::money::Currency;
use crate::types::score::SCALE;

/// The sum of quantities; an event without one counts as one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity;

impl MeasureRule for Quantity {
    fn word() -> &'static str {
        "quantity"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::Additive(self)
    }

    fn unit(&self) -> Option<Unit> {
        Some(Unit::Pieces)
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn adds_up(&self) -> Option<bool> {
        Some(true)
    }

    fn needs(&self) -> &'static [Field] {
        &[]
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let types = own.types();
        say!("the total quantity of {types}", "{types}的数量合计", types)
    }

    fn form() -> Form {
        Form::Word("pieces")
    }

    fn samples(_: &Material) -> Vec<Quantity> {
        vec![Quantity]
    }
}

impl Additive for Quantity {
    #[inline]
    fn of_event(&self, event: &Event, _: Currency) -> Option<i128> {
        Some(i128::from(event.quantity_or_one()) * SCALE)
    }
}
