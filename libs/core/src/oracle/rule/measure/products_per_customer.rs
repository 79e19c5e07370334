//! Twin of the measure `products_per_customer` (交叉销售): the average number of different products per customer.

use crate::oracle::contest::amounts::Customers;
use crate::oracle::exact::{Rate, rate};

/// Without customers there is no value.
pub(crate) fn value(customers: Customers) -> Option<Rate> {
    (customers.all > 0).then(|| rate(customers.products, customers.all))
}
