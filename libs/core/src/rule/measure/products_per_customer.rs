//! `measure = "products_per_customer"`: the average number of different products per customer (交叉销售).

use serde::{Deserialize, Serialize};

use crate::catalogue::Field;
use crate::rule::evaluation::{Distinct, Evaluation};
use crate::rule::key::Form;
use crate::rule::measure_rule::{Material, MeasureRule, Own};
use crate::rule::pair::Served;
use crate::rule::part::Part;
use crate::rule::phrase::{Phrase, say};
use crate::rule::unit::Unit;

/// Different products per customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductsPerCustomer;

impl MeasureRule for ProductsPerCustomer {
    fn word() -> &'static str {
        "products_per_customer"
    }

    fn evaluation(&self) -> Evaluation<'_> {
        Evaluation::Distinct(self)
    }

    fn unit(&self) -> Option<Unit> {
        Some(Unit::ProductsPerCustomer)
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

    fn sentence(&self, own: &Own) -> Phrase {
        let types = own.types();
        say!("different products per customer ({types})", "{types}的户均产品种类数", types)
    }

    fn form() -> Form {
        Form::Word("different products per customer")
    }

    fn samples(_: &Material) -> Vec<ProductsPerCustomer> {
        vec![ProductsPerCustomer]
    }
}

impl Distinct for ProductsPerCustomer {
    #[inline]
    fn of_customer(&self, products: u32) -> Served {
        Served { counted: i128::from(products), customers: i128::from(products > 0) }
    }

    /// Products divided by customers.
    fn part(&self, served: Served) -> Part {
        Part { numerator: served.counted, denominator: served.customers }
    }
}
