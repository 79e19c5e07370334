//! The fold: what a shard knows after a prefix of the log. Entries go in with their positions, in log order; standings
//! come out. It reads pages through [`Pages`] and writes none itself.

pub mod backfill;
pub mod board;
pub mod contest_state;
pub mod digest;
pub mod leaf;
pub mod persist;
pub mod ranking;
pub mod reach;
pub mod shard;
pub mod worth;

/// The fold's version: another one means that the read model must be rebuilt from the log.
pub const FOLD_VERSION: u32 = 1;
