//! `measure = "customers"`: different customers, each counted once, however many events there are.

use serde::{Deserialize, Serialize};

use crate::catalogue::Field;
use crate::rule::evaluation::{Distinct, Evaluation};
use crate::rule::key::Form;
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::pair::Served;
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;

/// Different customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customers;

impl MeasureRule for Customers {
    fn word() -> &'static str {
        "customers"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::Distinct(self)
    }

    fn unit(&self) -> Option<Unit> {
        Some(Unit::Customers)
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn adds_up(&self) -> Option<bool> {
        Some(false)
    }

    fn needs(&self) -> &'static [Field] {
        &[]
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let types = own.types();
        say!("different customers with {types}", "有{types}的不同客户数", types)
    }

    fn form() -> Form {
        Form::Word("different customers")
    }

    fn samples(_: &Material) -> Vec<Customers> {
        vec![Customers]
    }
}

impl Distinct for Customers {
    #[inline]
    fn of_customer(&self, products: u32) -> Served {
        Served { counted: i128::from(products > 0), customers: 0 }
    }
}
