//! Dossiers: all counted events of one account or one customer, for rules that must look at them together.
//! There is one set per shard, however many contests use it. Dossiers only store what the journal stores;
//! they decide nothing.
//!
//! The events of an account are stored by the month of their business dates, so that a report reads and
//! writes one month only, however many reports the account has. The list of months is stored once for all
//! accounts of a page. The events of a customer are few and are stored together.

pub mod id;
pub mod reading;
pub mod segment;
pub mod store;
