//! What the tests of the fold share: generated worlds, ways in which the log may come, a driver that folds it, the
//! comparison with the oracle, and counts of what was met. It never computes a standing itself.

pub mod accounts;
pub mod arrange;
pub mod compare;
pub mod contests;
pub mod counters;
pub mod dense;
pub mod dice;
pub mod drive;
pub mod events;
pub mod histories;
pub mod many_rows;
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
