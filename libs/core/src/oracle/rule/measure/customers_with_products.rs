//! Twin of the measure `customers_with_products`: how many customers have enough different products.

use crate::oracle::contest::amounts::Customers;
use crate::oracle::exact::{Rate, whole};

/// Only customers with enough products count.
pub(crate) fn value(customers: Customers) -> Rate {
    whole(customers.enough)
}
