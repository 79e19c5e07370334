//! Twin of the limit `customer`: the most points of a participant's events of one customer.

use std::collections::BTreeMap;

use crate::oracle::contest::amounts::Scored;
use crate::oracle::exact;

/// The sum over customers, each clamped by itself. Events without a customer are not clamped.
pub(crate) fn clamp(credits: &[Scored], most: Option<i128>) -> i128 {
    let mut customers: BTreeMap<&str, i128> = BTreeMap::new();
    for credit in credits {
        *customers.entry(credit.customer).or_default() += credit.points;
    }
    let clamped = |(customer, sum): (&str, i128)| match customer {
        "" => sum,
        _ => exact::clamp(sum, most),
    };
    customers.into_iter().map(clamped).sum()
}
