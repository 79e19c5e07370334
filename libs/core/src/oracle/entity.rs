//! Rules that need several originals together: the reports of an account, and the products of a customer.

pub(crate) mod accounts;
pub(crate) mod nth_products;
