//! What is counted.

mod amount;
mod average_balance;
mod count;
mod customers;
mod customers_with_products;
mod net_change;
mod nth_product;
mod products_per_customer;
mod quantity;
mod ratio;
