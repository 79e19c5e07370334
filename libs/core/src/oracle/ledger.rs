//! What one participant has: amounts, figures and points of each indicator in one span.

pub(crate) mod customers;
pub(crate) mod line;
