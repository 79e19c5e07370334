//! The fold: what a shard knows after a prefix of the log. Entries go in with their positions, in log order; standings
//! come out. It reads pages through [`Pages`](crate::types::pages::Pages) and writes none itself.
//!
//! The way of an event, floor by floor: [`shard`] counts it once and writes it into the [`journal`]; with what takes it
//! back it is a group, of which each contest makes credits ([`credit`]); [`contest`] brings these to the leaves of their
//! holders ([`ledger`]) and to the rows of each board, and a settle ranks them ([`board`]).
//!
//! A floor uses only those above it in this list.

pub mod board;
pub mod contest;
pub mod credit;
pub mod entity;
pub mod journal;
pub mod ledger;
pub mod placement;
pub mod query;
pub mod result;
pub mod shard;

/// The fold's version: another one means that the read model must be rebuilt from the log.
pub const FOLD_VERSION: u32 = 6;
