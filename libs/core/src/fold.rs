//! The fold: what a shard knows after a prefix of the log. Entries go in with their positions, in log order; standings
//! come out. It reads pages through [`Pages`](crate::pages::Pages) and writes none itself.
//!
//! The way of an event: [`shard`] counts it once and writes it into the [`journal`]; with what takes it back it is a
//! [`group`], of which each contest makes credits; [`posting`] brings these to the [`leaf`]s of their holders and to the
//! rows of each [`board`], and a settle ranks them.

pub mod account;
pub mod backfill;
pub mod balances;
pub mod board;
pub mod boards;
pub mod cells;
pub mod closed;
pub mod contest_state;
pub mod dead_letters;
pub mod definition;
pub mod digest;
pub mod dossiers;
pub mod figure;
pub mod gather;
pub mod group;
pub mod holders;
pub mod journal;
pub mod late;
pub mod leaf;
pub mod limits;
pub mod mismatches;
pub mod moves;
pub mod nth_product;
pub mod persist;
pub mod places;
pub mod posting;
pub mod posts;
pub mod preview;
pub mod ranking;
pub mod reach;
pub mod regather;
pub mod reorganise;
pub mod reported;
pub mod reports;
pub mod result_row;
pub mod reversal;
pub mod roster;
pub mod row;
pub mod rules;
mod run;
pub mod sealed;
pub mod served;
pub mod shard;
pub mod standing;
pub mod sums;
pub mod surroundings;
pub mod sweep;
pub mod taking;
pub mod tallies;
pub mod targets;
pub mod unresolved;
pub mod waiting;
pub mod walk;
pub mod warm;
pub mod worth;

/// The fold's version: another one means that the read model must be rebuilt from the log.
pub const FOLD_VERSION: u32 = 6;
