//! Which events count, their reversals, and what is left of each event.

pub(crate) mod counted;
pub(crate) mod lasting;
pub(crate) mod reversals;
