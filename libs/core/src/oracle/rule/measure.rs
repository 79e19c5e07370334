//! The oracle's registry of measures.

use crate::contest::Measure;
use crate::event::Event;
use crate::oracle::balance::{Due, InSpan, Report};
use crate::oracle::contest::amounts::Amounts;
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::exact::Rate;
use crate::rule::measure;
use crate::types::money::Currency;

pub(crate) mod amount;
pub(crate) mod average_balance;
pub(crate) mod count;
pub(crate) mod customers;
pub(crate) mod customers_with_products;
pub(crate) mod difference;
pub(crate) mod least_of;
pub(crate) mod net_change;
pub(crate) mod nth_product;
pub(crate) mod products_per_customer;
pub(crate) mod quantity;
pub(crate) mod ratio;
pub(crate) mod sum_of;

/// What a measure counts of a single original.
pub(crate) enum Counting {
    /// What the original says by itself.
    Events,
    /// That it refers to a customer.
    Customers,
    /// Nothing by itself: other originals or other indicators have to be known, too.
    Together,
}

/// What a measure counts of a single original.
pub(crate) fn counting(measure: &Measure) -> Counting {
    match measure {
        Measure::Count(measure::Count)
        | Measure::Quantity(measure::Quantity)
        | Measure::Amount(measure::Amount) => Counting::Events,
        Measure::Customers(measure::Customers)
        | Measure::CustomersWithProducts(_)
        | Measure::ProductsPerCustomer(measure::ProductsPerCustomer) => Counting::Customers,
        Measure::NetChange(_)
        | Measure::AverageBalance(_)
        | Measure::NthProduct(_)
        | Measure::Ratio(_)
        | Measure::Difference(_)
        | Measure::SumOf(_)
        | Measure::LeastOf(_) => Counting::Together,
    }
}

/// Whether single events are counted, so that each has a quantity of its own.
pub(crate) fn has_worth_by_event(measure: &Measure) -> bool {
    match measure {
        Measure::Count(measure::Count)
        | Measure::Quantity(measure::Quantity)
        | Measure::Amount(measure::Amount)
        | Measure::NthProduct(_) => true,
        Measure::Customers(measure::Customers)
        | Measure::CustomersWithProducts(_)
        | Measure::ProductsPerCustomer(measure::ProductsPerCustomer)
        | Measure::NetChange(_)
        | Measure::AverageBalance(_)
        | Measure::Ratio(_)
        | Measure::Difference(_)
        | Measure::SumOf(_)
        | Measure::LeastOf(_) => false,
    }
}

/// The counted quantity of one event, in the measure's unit.
pub(crate) fn of_event(measure: &Measure, event: &Event, currency: Currency) -> Result<Rate, Refusal> {
    match measure {
        Measure::Count(measure::Count) => Ok(count::of_event()),
        Measure::Quantity(measure::Quantity) => Ok(quantity::of_event(event)),
        Measure::Amount(measure::Amount) => amount::of_event(event, currency),
        Measure::NthProduct(_) => Ok(nth_product::of_event()),
        Measure::Customers(measure::Customers)
        | Measure::CustomersWithProducts(_)
        | Measure::ProductsPerCustomer(measure::ProductsPerCustomer)
        | Measure::NetChange(_)
        | Measure::AverageBalance(_)
        | Measure::Ratio(_)
        | Measure::Difference(_)
        | Measure::SumOf(_)
        | Measure::LeastOf(_) => Err(Refusal::OtherType),
    }
}

/// How many products make a customer count; `None` where no customers are counted.
pub(crate) fn products_wanted(measure: &Measure) -> Option<usize> {
    match measure {
        Measure::Customers(measure::Customers)
        | Measure::ProductsPerCustomer(measure::ProductsPerCustomer) => Some(1),
        Measure::CustomersWithProducts(measure::CustomersWithProducts { at_least }) => {
            Some(*at_least as usize)
        }
        Measure::Count(measure::Count)
        | Measure::Quantity(measure::Quantity)
        | Measure::Amount(measure::Amount)
        | Measure::NetChange(_)
        | Measure::AverageBalance(_)
        | Measure::NthProduct(_)
        | Measure::Ratio(_)
        | Measure::Difference(_)
        | Measure::SumOf(_)
        | Measure::LeastOf(_) => None,
    }
}

/// What the reports of one account contribute to a span, by day; `None` where no balances are counted.
pub(crate) fn of_account(measure: &Measure, reports: &[Report], span: InSpan) -> Option<Vec<Due>> {
    match measure {
        Measure::NetChange(measure::NetChange { credited, base }) => {
            Some(net_change::of_account(*credited, *base, reports, span))
        }
        Measure::AverageBalance(measure::AverageBalance { credited }) => {
            Some(average_balance::of_account(*credited, reports, span))
        }
        Measure::Count(measure::Count)
        | Measure::Quantity(measure::Quantity)
        | Measure::Amount(measure::Amount)
        | Measure::Customers(measure::Customers)
        | Measure::CustomersWithProducts(_)
        | Measure::ProductsPerCustomer(measure::ProductsPerCustomer)
        | Measure::NthProduct(_)
        | Measure::Ratio(_)
        | Measure::Difference(_)
        | Measure::SumOf(_)
        | Measure::LeastOf(_) => None,
    }
}

/// The number of days by which the sum of a span is divided; `None` where it is not divided by days.
pub(crate) fn days(measure: &Measure, span: InSpan) -> Option<i128> {
    match measure {
        Measure::AverageBalance(_) => average_balance::days(span),
        Measure::Count(measure::Count)
        | Measure::Quantity(measure::Quantity)
        | Measure::Amount(measure::Amount)
        | Measure::Customers(measure::Customers)
        | Measure::CustomersWithProducts(_)
        | Measure::ProductsPerCustomer(measure::ProductsPerCustomer)
        | Measure::NetChange(_)
        | Measure::NthProduct(_)
        | Measure::Ratio(_)
        | Measure::Difference(_)
        | Measure::SumOf(_)
        | Measure::LeastOf(_) => None,
    }
}

/// The event types that count as an opening; empty where the measure has no openings.
pub(crate) fn openings(measure: &Measure) -> &[String] {
    match measure {
        Measure::NthProduct(measure::NthProduct { openings, .. }) => openings,
        Measure::Count(measure::Count)
        | Measure::Quantity(measure::Quantity)
        | Measure::Amount(measure::Amount)
        | Measure::Customers(measure::Customers)
        | Measure::CustomersWithProducts(_)
        | Measure::ProductsPerCustomer(measure::ProductsPerCustomer)
        | Measure::NetChange(_)
        | Measure::AverageBalance(_)
        | Measure::Ratio(_)
        | Measure::Difference(_)
        | Measure::SumOf(_)
        | Measure::LeastOf(_) => &[],
    }
}

/// The value, in the measure's unit; `other` gives the value of another indicator.
pub(crate) fn value(
    measure: &Measure,
    amounts: &Amounts,
    other: impl Fn(usize) -> Option<Rate>,
) -> Option<Rate> {
    match measure {
        Measure::Count(measure::Count) => Some(count::value(amounts.measure)),
        Measure::Quantity(measure::Quantity) => Some(quantity::value(amounts.measure)),
        Measure::Amount(measure::Amount) => Some(amount::value(amounts.measure)),
        Measure::Customers(measure::Customers) => Some(customers::value(amounts.customers)),
        Measure::CustomersWithProducts(_) => Some(customers_with_products::value(amounts.customers)),
        Measure::ProductsPerCustomer(measure::ProductsPerCustomer) => {
            products_per_customer::value(amounts.customers)
        }
        Measure::NetChange(_) => Some(net_change::value(amounts.measure)),
        Measure::AverageBalance(_) => average_balance::value(amounts.measure, amounts.days),
        Measure::NthProduct(_) => Some(nth_product::value(amounts.measure)),
        Measure::Ratio(measure::Ratio { of, to }) => ratio::value(other(*of), other(*to)),
        Measure::Difference(measure::Difference { of, minus }) => {
            difference::value(other(*of), other(*minus))
        }
        Measure::SumOf(measure::SumOf { of }) => sum_of::value(of.iter().map(|part| other(*part))),
        Measure::LeastOf(measure::LeastOf { of }) => least_of::value(of.iter().map(|part| other(*part))),
    }
}

/// Whether the value is a fraction, or can be missing.
pub(crate) fn is_rate(measure: &Measure) -> bool {
    match measure {
        Measure::ProductsPerCustomer(measure::ProductsPerCustomer)
        | Measure::AverageBalance(_)
        | Measure::Ratio(_)
        | Measure::Difference(_)
        | Measure::SumOf(_)
        | Measure::LeastOf(_) => true,
        Measure::Count(measure::Count)
        | Measure::Quantity(measure::Quantity)
        | Measure::Amount(measure::Amount)
        | Measure::Customers(measure::Customers)
        | Measure::CustomersWithProducts(_)
        | Measure::NetChange(_)
        | Measure::NthProduct(_) => false,
    }
}
