//! Twin of the measure `products_per_customer` (交叉销售): different products of each customer, for each customer.

use crate::oracle::contest::amounts::Customers;
use crate::oracle::exact::{Rate, rate};

/// Who has no customer has no value.
pub(crate) fn value(customers: Customers) -> Option<Rate> {
    (customers.all > 0).then(|| rate(customers.products, customers.all))
}
