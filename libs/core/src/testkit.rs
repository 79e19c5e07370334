//! What tests of this crate and of others share: a [`Scenario`] that reads like a definition (given decisions, when events
//! come, then these rows), the words in which its contests and events are told, and the agreement of the fold with the
//! oracle.
//!
//! Whoever asks a scenario anything has it checked: the fold, told entry by entry, restored from pages midway, and with
//! the events in reverse, must say the same as the oracle. It is compiled for tests only, by the feature `testkit`.

pub mod accounts;
pub mod agreement;
pub mod events;
pub mod folded;
pub mod rules;
pub mod scenario;

pub use scenario::Scenario;
