//! Turns one event, together with its reversals, into credits.
//!
//! Input: groups and the rules of a contest. Output: credits: how much, for which of the creditors that the
//! event names, on which day. Invariants: the credits of a group depend on the group alone, not on the order
//! in which its parts arrived; the shares of a credit add up to it exactly.

pub mod group;
pub(crate) mod original;
pub mod reach;
