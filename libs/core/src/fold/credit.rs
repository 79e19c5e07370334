//! One event, with everything that takes it back, becomes credits.
//!
//! In come groups and a contest's rules; out come credits: how much, for whom among those that the event names, on which
//! day. What holds: the credits of a group follow from the group alone, whatever the order in which its parts came, and
//! shares of a credit add up to it exactly.

pub mod group;
pub(crate) mod original;
pub mod reach;
