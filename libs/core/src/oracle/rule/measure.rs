//! The oracle's registry of measures.

use crate::contest::Measure;
use crate::event::Event;
use crate::oracle::balance::{Due, InSpan, Report};
use crate::oracle::contest::amounts::Amounts;
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::exact::Rate;
use crate::types::money::Currency;

pub(crate) mod amount;
pub(crate) mod average_balance;
pub(crate) mod count;
pub(crate) mod customers;
pub(crate) mod customers_with_products;
pub(crate) mod net_change;
pub(crate) mod nth_product;
pub(crate) mod products_per_customer;
pub(crate) mod quantity;
pub(crate) mod ratio;

/// What a measure counts of a single original.
pub(crate) enum Counting {
    /// What the original says by itself.
    Events,
    /// That it is about a customer.
    Customers,
    /// Nothing that can be said without looking at other originals or at other indicators.
    Together,
}

/// What a measure counts of a single original.
pub(crate) fn counting(measure: &Measure) -> Counting {
    match measure {
        Measure::Count | Measure::SumQuantity | Measure::SumAmount => Counting::Events,
        Measure::Customers | Measure::CustomersWithProducts { .. } | Measure::ProductsPerCustomer => {
            Counting::Customers
        }
        Measure::NetChange { .. }
        | Measure::AverageBalance { .. }
        | Measure::NthProduct { .. }
        | Measure::Ratio { .. } => Counting::Together,
    }
}

/// Whether each event that counts has a measure of its own.
pub(crate) fn has_worth_by_event(measure: &Measure) -> bool {
    match measure {
        Measure::Count | Measure::SumQuantity | Measure::SumAmount | Measure::NthProduct { .. } => true,
        Measure::Customers
        | Measure::CustomersWithProducts { .. }
        | Measure::ProductsPerCustomer
        | Measure::NetChange { .. }
        | Measure::AverageBalance { .. }
        | Measure::Ratio { .. } => false,
    }
}

/// How much of an event is counted, in the measure's unit.
pub(crate) fn of_event(measure: &Measure, event: &Event, currency: Currency) -> Result<Rate, Refusal> {
    match measure {
        Measure::Count => Ok(count::of_event()),
        Measure::SumQuantity => Ok(quantity::of_event(event)),
        Measure::SumAmount => amount::of_event(event, currency),
        Measure::NthProduct { .. } => Ok(nth_product::of_event()),
        Measure::Customers
        | Measure::CustomersWithProducts { .. }
        | Measure::ProductsPerCustomer
        | Measure::NetChange { .. }
        | Measure::AverageBalance { .. }
        | Measure::Ratio { .. } => Err(Refusal::OtherType),
    }
}

/// How many products a customer must have to be enough; nothing where no customers are counted.
pub(crate) fn products_wanted(measure: &Measure) -> Option<usize> {
    match measure {
        Measure::Customers | Measure::ProductsPerCustomer => Some(1),
        Measure::CustomersWithProducts { at_least } => Some(*at_least as usize),
        Measure::Count
        | Measure::SumQuantity
        | Measure::SumAmount
        | Measure::NetChange { .. }
        | Measure::AverageBalance { .. }
        | Measure::NthProduct { .. }
        | Measure::Ratio { .. } => None,
    }
}

/// What the reports of one account give in a span, by day; nothing where no balances are counted.
pub(crate) fn of_account(measure: &Measure, reports: &[Report], span: InSpan) -> Option<Vec<Due>> {
    match measure {
        Measure::NetChange { credited, base } => {
            Some(net_change::of_account(*credited, *base, reports, span))
        }
        Measure::AverageBalance { credited } => Some(average_balance::of_account(*credited, reports, span)),
        Measure::Count
        | Measure::SumQuantity
        | Measure::SumAmount
        | Measure::Customers
        | Measure::CustomersWithProducts { .. }
        | Measure::ProductsPerCustomer
        | Measure::NthProduct { .. }
        | Measure::Ratio { .. } => None,
    }
}

/// How many days a measure is divided by in a span; nothing where it is divided by none.
pub(crate) fn days(measure: &Measure, span: InSpan) -> Option<i128> {
    match measure {
        Measure::AverageBalance { .. } => average_balance::days(span),
        Measure::Count
        | Measure::SumQuantity
        | Measure::SumAmount
        | Measure::Customers
        | Measure::CustomersWithProducts { .. }
        | Measure::ProductsPerCustomer
        | Measure::NetChange { .. }
        | Measure::NthProduct { .. }
        | Measure::Ratio { .. } => None,
    }
}

/// The types of the events that open something, where that is asked.
pub(crate) fn openings(measure: &Measure) -> &[String] {
    match measure {
        Measure::NthProduct { openings, .. } => openings,
        Measure::Count
        | Measure::SumQuantity
        | Measure::SumAmount
        | Measure::Customers
        | Measure::CustomersWithProducts { .. }
        | Measure::ProductsPerCustomer
        | Measure::NetChange { .. }
        | Measure::AverageBalance { .. }
        | Measure::Ratio { .. } => &[],
    }
}

/// What is counted in the end, in the measure's unit; `other` is the value of another indicator.
pub(crate) fn value(
    measure: &Measure,
    amounts: &Amounts,
    other: impl Fn(usize) -> Option<Rate>,
) -> Option<Rate> {
    match measure {
        Measure::Count => Some(count::value(amounts.measure)),
        Measure::SumQuantity => Some(quantity::value(amounts.measure)),
        Measure::SumAmount => Some(amount::value(amounts.measure)),
        Measure::Customers => Some(customers::value(amounts.customers)),
        Measure::CustomersWithProducts { .. } => Some(customers_with_products::value(amounts.customers)),
        Measure::ProductsPerCustomer => products_per_customer::value(amounts.customers),
        Measure::NetChange { .. } => Some(net_change::value(amounts.measure)),
        Measure::AverageBalance { .. } => average_balance::value(amounts.measure, amounts.days),
        Measure::NthProduct { .. } => Some(nth_product::value(amounts.measure)),
        Measure::Ratio { of, to } => ratio::value(other(*of), other(*to)),
    }
}

/// Whether the value is a fraction, or may be none.
pub(crate) fn is_rate(measure: &Measure) -> bool {
    match measure {
        Measure::ProductsPerCustomer | Measure::AverageBalance { .. } | Measure::Ratio { .. } => true,
        Measure::Count
        | Measure::SumQuantity
        | Measure::SumAmount
        | Measure::Customers
        | Measure::CustomersWithProducts { .. }
        | Measure::NetChange { .. }
        | Measure::NthProduct { .. } => false,
    }
}
