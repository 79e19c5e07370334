//! `measure = "count"`: each event counts one.

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

/// Each event counts one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count;

impl MeasureRule for Count {
    fn word() -> &'static str {
        "count"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::Additive(self)
    }

    fn unit(&self) -> Option<Unit> {
        Some(Unit::Events)
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
        say!("{types}", "{types}的笔数", types)
    }

    fn form() -> Form {
        Form::Word("events")
    }

    fn samples(_: &Material) -> Vec<Count> {
        vec![Count]
    }
}

impl Additive for Count {
    #[inline]
    fn of_event(&self, _: &Event, _: Currency) -> Option<i128> {
        Some(SCALE)
    }
}
