//! Commit: makes the changes of the fold durable, with a checkpoint that says how far the log was folded, and
//! restores them at the next start.

pub mod checkpoint;
pub mod committer;
pub mod open;
