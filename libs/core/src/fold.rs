//! The fold: what a shard knows after a prefix of the log. Entries go in with their positions, in log order; standings
//! come out. It reads pages through [`Pages`](crate::types::pages::Pages) and writes none itself.
//!
//! The way of an event, floor by floor:
//! - [`placement`] says who is meant by a name and where that one stands on a day;
//! - [`journal`] keeps each counted event, with what takes it back: together they are a group;
//! - [`credit`] makes credits of one group;
//! - [`entity`] keeps what rules look at together, by account and by customer;
//! - [`ledger`] has what each creditor got;
//! - [`board`] makes of it figures, ranks and digests;
//! - [`result`] has what a seal fixed, and what came too late for it;
//! - [`contest`] brings groups and dossiers to one contest, as a [`subscriber`];
//! - [`shard`] counts an entry once and tells its subscribers;
//! - [`query`] answers what boards alone do not say.
//!
//! A floor uses only those above it in this list, and [`head`] and [`backfill`], which use none.

pub mod backfill;
pub mod board;
pub mod contest;
pub mod credit;
pub mod entity;
pub mod head;
pub mod journal;
pub mod ledger;
pub mod placement;
pub mod query;
pub mod result;
pub mod shard;
pub mod subscriber;

/// The fold's version: another one means that the read model must be rebuilt from the log.
pub const FOLD_VERSION: u32 = 6;
