//! Generated worlds: what is decided and what happened, the ways in which it may come into a log, a driver that folds it,
//! and counts of what was met. Nothing here computes a standing.

pub mod arrange;
pub mod contests;
pub mod counters;
pub mod dense;
pub mod dice;
pub mod drive;
pub mod events;
pub mod histories;
pub mod naming;
pub mod organisation;
pub mod reporting;
pub mod reversals;
pub mod rules;
pub mod seals;
pub mod tally;
pub mod tally_naming;
pub mod tally_organisation;
pub mod tally_reversals;
pub mod tally_rules;
pub mod tally_seals;
pub mod ties;
pub mod world;
