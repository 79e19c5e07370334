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

use crate::event::Event;
use crate::rule::balance::{Gives, InSpan, Neighbours, Reported};
use crate::rule::class::Class;
use crate::rule::measure_rule::{Material, MeasureRule};
use crate::rule::pair::{Pair, Served};
use crate::rule::part::Part;
use crate::types::money::Currency;
use crate::types::ratio::Ratio as Fraction;

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

    /// What the fold has to do for it.
    pub fn class(&self) -> Class {
        self.rule().class()
    }

    /// Additive: how much one event counts, in 1/10,000; `None` if it does not count.
    #[inline]
    pub fn of_event(&self, event: &Event, currency: Currency) -> Option<i128> {
        match self {
            M::Count(rule) => rule.of_event(event),
            M::Quantity(rule) => rule.of_event(event),
            M::Amount(rule) => rule.of_event(event, currency),
            M::Customers(_) | M::CustomersWithProducts(_) | M::ProductsPerCustomer(_) => None,
            M::NetChange(_)
            | M::AverageBalance(_)
            | M::NthProduct(_)
            | M::Ratio(_)
            | M::Difference(_)
            | M::SumOf(_) => None,
        }
    }

    /// Distinct: what a customer with this number of different products adds, in whole numbers.
    #[inline]
    pub fn of_customer(&self, products: u32) -> Served {
        match self {
            M::Customers(rule) => rule.of_customer(products),
            M::CustomersWithProducts(rule) => rule.of_customer(products),
            M::ProductsPerCustomer(rule) => rule.of_customer(products),
            M::Count(_) | M::Quantity(_) | M::Amount(_) => Served::default(),
            M::NetChange(_)
            | M::AverageBalance(_)
            | M::NthProduct(_)
            | M::Ratio(_)
            | M::Difference(_)
            | M::SumOf(_) => Served::default(),
        }
    }

    /// Grouped by customer: the index of the one of a customer's live events that counts, if any. `counts` tells whether
    /// the indicator counts an event, and `product_of` which product it is about.
    pub fn find<'e>(
        &self,
        live: &[&'e Event],
        counts: impl Fn(&Event) -> bool,
        product_of: impl Fn(&'e Event) -> &'e str,
    ) -> Option<usize> {
        match self {
            M::NthProduct(rule) => rule.find(live, counts, product_of),
            M::Count(_) | M::Quantity(_) | M::Amount(_) => None,
            M::Customers(_) | M::CustomersWithProducts(_) | M::ProductsPerCustomer(_) => None,
            M::NetChange(_) | M::AverageBalance(_) | M::Ratio(_) | M::Difference(_) | M::SumOf(_) => None,
        }
    }

    /// Grouped by account: which other reports affect what a day's report contributes. `open` are the spans that end on
    /// that day or later.
    pub fn neighbours(&self, open: &[InSpan]) -> Neighbours {
        match self {
            M::NetChange(rule) => rule.neighbours(open),
            M::AverageBalance(rule) => rule.neighbours(open),
            M::Count(_) | M::Quantity(_) | M::Amount(_) => Neighbours::default(),
            M::Customers(_) | M::CustomersWithProducts(_) | M::ProductsPerCustomer(_) => {
                Neighbours::default()
            }
            M::NthProduct(_) | M::Ratio(_) | M::Difference(_) | M::SumOf(_) => Neighbours::default(),
        }
    }

    /// Grouped by account: whether balances of closed reports are credited together with the last report.
    pub fn adds_closed(&self) -> bool {
        match self {
            M::AverageBalance(rule) => rule.adds_closed(),
            M::Count(_) | M::Quantity(_) | M::Amount(_) => false,
            M::Customers(_) | M::CustomersWithProducts(_) | M::ProductsPerCustomer(_) => false,
            M::NetChange(_) | M::NthProduct(_) | M::Ratio(_) | M::Difference(_) | M::SumOf(_) => false,
        }
    }

    /// Grouped by account: calls `give` with each report that contributes to a span, the packed date of the credit and the
    /// contribution. `known` is in the order of days; `rest` is balances times days of earlier reports that are not in it.
    pub fn give<R: Reported>(
        &self,
        at: &InSpan,
        known: &[R],
        rest: i128,
        give: &mut impl FnMut(&R, i32, Gives),
    ) {
        match self {
            M::NetChange(rule) => rule.give(at, known, give),
            M::AverageBalance(rule) => rule.give(at, known, rest, give),
            M::Count(_) | M::Quantity(_) | M::Amount(_) => {}
            M::Customers(_) | M::CustomersWithProducts(_) | M::ProductsPerCustomer(_) => {}
            M::NthProduct(_) | M::Ratio(_) | M::Difference(_) | M::SumOf(_) => {}
        }
    }

    /// Derived: the value, computed from the values of other indicators; `None` where one that it needs has none.
    pub fn derive(&self, value: &dyn Fn(usize) -> Option<Fraction>) -> Option<Fraction> {
        match self {
            M::Ratio(rule) => rule.derive(value),
            M::Difference(rule) => rule.derive(value),
            M::SumOf(rule) => rule.derive(value),
            M::Count(_) | M::Quantity(_) | M::Amount(_) => None,
            M::Customers(_) | M::CustomersWithProducts(_) | M::ProductsPerCustomer(_) => None,
            M::NetChange(_) | M::AverageBalance(_) | M::NthProduct(_) => None,
        }
    }

    /// Whether the value is an average over the known days.
    pub fn counts_days(&self) -> bool {
        match self {
            M::AverageBalance(_) => true,
            M::Count(_) | M::Quantity(_) | M::Amount(_) => false,
            M::Customers(_) | M::CustomersWithProducts(_) | M::ProductsPerCustomer(_) => false,
            M::NetChange(_) | M::NthProduct(_) | M::Ratio(_) | M::Difference(_) | M::SumOf(_) => false,
        }
    }

    /// The value of the sums of a span, as a fraction. `days` is the number of days of the span with known balances.
    #[inline]
    pub fn part(&self, sums: Pair, days: i64) -> Part {
        match self {
            M::Count(_) | M::Quantity(_) | M::Amount(_) | M::NthProduct(_) => {
                Part::whole(sums.counted().measure)
            }
            M::Customers(_) | M::CustomersWithProducts(_) => Part::whole(sums.served().counted),
            M::ProductsPerCustomer(rule) => rule.part(sums.served()),
            M::NetChange(_) => Part::whole(sums.change().more),
            M::AverageBalance(rule) => rule.part(sums.daily(), days),
            M::Ratio(_) | M::Difference(_) | M::SumOf(_) => Part::default(),
        }
    }
}
