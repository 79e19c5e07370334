//! Twin of the measure `customers`: how many different customers a participant has. A customer with several events, or
//! with several products, is one.

use crate::oracle::contest::amounts::Customers;
use crate::oracle::exact::{Rate, whole};

/// Every customer counts, with any product.
pub(crate) fn value(customers: Customers) -> Rate {
    whole(customers.all)
}
