//! The customers of one participant: which references are left in the end, and how many products each
//! customer has.

use std::collections::{BTreeMap, BTreeSet};

use crate::oracle::contest::admission::product;
use crate::oracle::contest::amounts::Customers;
use crate::oracle::credit::given::Credit;

/// Counts customers from one participant's references, all of one span and indicator.
pub(crate) fn count(credits: &[&Credit], at_least: usize) -> Customers {
    let mut references: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for credit in credits {
        let pair = (credit.event.customer.as_ref(), product(credit.event));
        *references.entry(pair).or_default() += credit.measure;
    }
    let mut products: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((customer, product), references) in references {
        if references > 0 {
            products.entry(customer).or_default().insert(product);
        }
    }
    Customers {
        all: products.len() as i128,
        enough: products.values().filter(|own| own.len() >= at_least).count() as i128,
        products: products.values().map(|own| own.len() as i128).sum(),
    }
}
