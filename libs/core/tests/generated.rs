//! Generated worlds: decisions and facts, the ways in which a log may contain them, a driver that folds the
//! log, and counters of what a run covered. Nothing here computes a standing.

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
