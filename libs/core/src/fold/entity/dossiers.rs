//! Dossiers: what a rule must look at together, all counted events of one account or of one customer. One set a shard,
//! however many contests ask. They keep what the journal keeps; they decide nothing.
//!
//! An account's events lie by the months of their business dates, so that a report reads and writes the month that it is
//! of, however many reports the account has. Which months there are is written once for all accounts of a page. A
//! customer's events are few, and lie together.

pub mod id;
pub mod reading;
pub mod segment;
pub mod store;
