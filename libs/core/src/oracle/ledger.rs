//! What one participant has: amounts, figures and points for each indicator in one span.

pub(crate) mod customers;
pub(crate) mod line;
