//! What one event gives to whom: how its value is divided, where each creditor belongs, and what reversals
//! take back.

pub(crate) mod asked;
pub(crate) mod division;
pub(crate) mod events;
pub(crate) mod given;
pub(crate) mod group;
pub(crate) mod references;
pub(crate) mod sharing;
pub(crate) mod worth;
