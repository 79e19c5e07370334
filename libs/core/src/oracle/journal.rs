//! Which events count, what takes them back, and what is left of each.

pub(crate) mod counted;
pub(crate) mod lasting;
pub(crate) mod reversals;
