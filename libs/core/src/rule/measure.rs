//! What is counted: the registry of `measure`. Each method is a total match, so that another measure cannot be forgotten.

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
use crate::rule::measure_rule::{Material, Rule};
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
    /// Customers with at least so many different products.
    CustomersWithProducts(CustomersWithProducts),
    /// Different products of each customer, for each customer.
    ProductsPerCustomer(ProductsPerCustomer),
    /// How much more balances are at the end than at the beginning.
    NetChange(NetChange),
    /// Balances on the average day.
    AverageBalance(AverageBalance),
    /// A customer's n-th different product soon after the first opening.
    NthProduct(NthProduct),
    /// The value of one indicator for each of another's.
    Ratio(Ratio),
    /// The value of one indicator less that of another.
    Difference(Difference),
    /// The values of several indicators together.
    SumOf(SumOf),
}

use Measure as M;

impl Measure {
    /// The rule itself, for what every rule is asked.
    #[inline]
    pub fn rule(&self) -> &dyn Rule {
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

    /// What generated contests measure by: of each rule the parameters that are worth a try.
    pub fn samples(material: &Material) -> Vec<Vec<Measure>> {
        fn of<R: Rule>(material: &Material, measure: impl Fn(R) -> Measure) -> Vec<Measure> {
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

    /// Additive: how much one event counts, in 1/10,000; nothing if it does not.
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

    /// Distinct: what a customer with so many different products adds, in whole numbers.
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

    /// Grouped by customer: which of one customer's live events counts, by its index. `counts` says whether the indicator
    /// counts an event, and `product_of` which product it is about.
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

    /// Grouped by account: which reports matter beside that of a day; `open` are the spans that end on it or later.
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

    /// Grouped by account: whether what reports that are over have held is given with the last one.
    pub fn adds_closed(&self) -> bool {
        match self {
            M::AverageBalance(rule) => rule.adds_closed(),
            M::Count(_) | M::Quantity(_) | M::Amount(_) => false,
            M::Customers(_) | M::CustomersWithProducts(_) | M::ProductsPerCustomer(_) => false,
            M::NetChange(_) | M::NthProduct(_) | M::Ratio(_) | M::Difference(_) | M::SumOf(_) => false,
        }
    }

    /// Grouped by account: gives what reports, by day, are worth in a span. `rest` is what others have held there that are
    /// not known.
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

    /// Derived: what follows from the values of others.
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

    /// Whether it is an average over the days that are known.
    pub fn counts_days(&self) -> bool {
        match self {
            M::AverageBalance(_) => true,
            M::Count(_) | M::Quantity(_) | M::Amount(_) => false,
            M::Customers(_) | M::CustomersWithProducts(_) | M::ProductsPerCustomer(_) => false,
            M::NetChange(_) | M::NthProduct(_) | M::Ratio(_) | M::Difference(_) | M::SumOf(_) => false,
        }
    }

    /// What the sums of a span mean, when balances are known for so many days of it.
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
