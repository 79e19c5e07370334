//! One event, with everything that takes it back, becomes credits.

pub mod group;
pub(crate) mod original;
pub mod reach;
