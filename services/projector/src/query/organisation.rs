//! Answers about the organisation: who was where on a day, who decided it, what waits for it, what disagrees with it,
//! and what a change of it would do.

pub mod day;
pub mod describe;
pub mod mismatches;
pub mod preview;
pub mod revisions;
pub mod search;
pub mod tree;
pub mod unresolved;
