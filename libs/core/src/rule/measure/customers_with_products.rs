//! `measure = { customers_with_products = 2 }`: customers with at least 2 different products.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Field};
use crate::rule::check::{PRODUCTS_MAX, within};
use crate::rule::evaluation::{Distinct, Evaluation};
use crate::rule::key::{Form, Key};
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::pair::Served;
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;
use crate::types::violation::Violation;

/// Its keys in a file.
const KEYS: [Key; 1] = [Key {
    name: "customers_with_products",
    kind: "number",
    range: "1 to 1,000",
    default: "",
    says: "customers with at least so many different products",
}];

/// Customers with a least number of different products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomersWithProducts {
    /// The least number of different products, from 1.
    pub at_least: u32,
}

impl MeasureRule for CustomersWithProducts {
    fn word() -> &'static str {
        "customers_with_products"
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

    fn check(&self, _: &Own, _: &Catalogue) -> Vec<Violation> {
        within("measure.customers_with_products", self.at_least, 1, PRODUCTS_MAX).into_iter().collect()
    }

    fn sentence(&self, own: &Own) -> Phrase {
        let (at_least, types) = (self.at_least, own.types());
        say!(
            "customers with at least {at_least} different products ({types})",
            "{types}中持有至少 {at_least} 种不同产品的客户数",
            at_least,
            types,
        )
    }

    fn form() -> Form {
        Form::Table(&KEYS)
    }

    fn samples(_: &Material) -> Vec<CustomersWithProducts> {
        [1, 2, 3].map(|at_least| CustomersWithProducts { at_least }).into()
    }
}

impl Distinct for CustomersWithProducts {
    #[inline]
    fn of_customer(&self, products: u32) -> Served {
        Served { counted: i128::from(products >= self.at_least), customers: 0 }
    }
}
