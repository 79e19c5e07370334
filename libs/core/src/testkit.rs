//! Shared by the tests of this and other crates: a [`Scenario`] that reads like a definition (given
//! decisions, when events come, then these rows), short constructors for its contests and events, and the
//! comparison of the fold with the oracle.
//!
//! Whenever a test asks a scenario something, the fold is checked against the oracle: entry by entry,
//! restored from pages midway, and with the events in reverse order. This module is compiled only for tests,
//! with the feature `testkit`.

pub mod accounts;
pub mod agreement;
pub mod events;
pub mod folded;
pub mod rules;
pub mod scenario;

pub use scenario::Scenario;
