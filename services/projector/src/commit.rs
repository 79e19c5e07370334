//! Commit: what the fold has changed becomes durable, with the checkpoint that says how far it came, and is found again
//! at the next start.

pub mod checkpoint;
pub mod committer;
pub mod open;
