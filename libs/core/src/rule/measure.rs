//! The registry of `measure`: what an indicator counts. Each match names every measure, so that the compiler asks about a
//! new one everywhere.

mod amount;
mod average_balance;
mod count;
mod customers;
mod customers_with_products;
mod difference;
mod net_change;
mod nth_product;
mod products_per_customer;
mod quantity;
mod ratio;
mod sum_of;

use serde::{Deserialize, Serialize};

pub use amount::Amount;
pub use average_balance::AverageBalance;
pub use count::Count;
pub use customers::Customers;
pub use customers_with_products::CustomersWithProducts;
pub use difference::Difference;
pub use net_change::NetChange;
pub use nth_product::NthProduct;
pub use products_per_customer::ProductsPerCustomer;
pub use quantity::Quantity;
pub use ratio::Ratio;
pub use sum_of::SumOf;

use crate::rule::class::Class;
use crate::rule::evaluation::Evaluation;
use crate::rule::measure_rule::{Material, MeasureRule};

/// What an indicator counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// Each event counts one.
    Count(Count),
    /// The sum of quantities.
    Quantity(Quantity),
    /// The sum of amounts.
    Amount(Amount),
    /// Different customers.
    Customers(Customers),
    /// Customers with at least a given number of different products.
    CustomersWithProducts(CustomersWithProducts),
    /// The average number of different products per customer.
    ProductsPerCustomer(ProductsPerCustomer),
    /// The growth of balances from the beginning to the end.
    NetChange(NetChange),
    /// The average daily balance.
    AverageBalance(AverageBalance),
    /// Events that brought a customer's n-th different product soon after the first opening.
    NthProduct(NthProduct),
    /// The value of one indicator divided by that of another.
    Ratio(Ratio),
    /// The value of one indicator minus that of another.
    Difference(Difference),
    /// The sum of the values of several indicators.
    SumOf(SumOf),
}

use Measure as M;

impl Measure {
    /// The rule behind the questions that every measure answers.
    #[inline]
    pub fn rule(&self) -> &dyn MeasureRule {
        match self {
            M::Count(rule) => rule,
            M::Quantity(rule) => rule,
            M::Amount(rule) => rule,
            M::Customers(rule) => rule,
            M::CustomersWithProducts(rule) => rule,
            M::ProductsPerCustomer(rule) => rule,
            M::NetChange(rule) => rule,
            M::AverageBalance(rule) => rule,
            M::NthProduct(rule) => rule,
            M::Ratio(rule) => rule,
            M::Difference(rule) => rule,
            M::SumOf(rule) => rule,
        }
    }

    /// For generated contests: each measure with the parameters that are worth testing.
    pub fn samples(material: &Material) -> Vec<Vec<Measure>> {
        fn of<R: MeasureRule>(material: &Material, measure: impl Fn(R) -> Measure) -> Vec<Measure> {
            R::samples(material).into_iter().map(measure).collect()
        }
        vec![
            of(material, M::Count),
            of(material, M::Quantity),
            of(material, M::Amount),
            of(material, M::Customers),
            of(material, M::CustomersWithProducts),
            of(material, M::ProductsPerCustomer),
            of(material, M::NetChange),
            of(material, M::AverageBalance),
            of(material, M::NthProduct),
            of(material, M::Ratio),
            of(material, M::Difference),
            of(material, M::SumOf),
        ]
    }

    /// How it is evaluated.
    #[inline]
    pub fn evaluation(&self) -> Evaluation<'_> {
        self.rule().evaluation()
    }

    /// What the fold has to do for it.
    pub fn class(&self) -> Class {
        self.evaluation().class()
    }
}
