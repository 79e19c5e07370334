//! Answers about the organisation: who was where on a day, who decided it, which credits wait for it, which
//! events disagree with it, and what a change of it would do.

pub mod day;
pub mod describe;
pub mod mismatches;
pub mod preview;
pub mod revisions;
pub mod search;
pub mod tree;
pub mod unresolved;
