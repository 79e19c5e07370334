//! Questions about a shard that need more than its boards: statements, unresolved names, mismatches, previews.
//!
//! Input: a shard and a question. Output: lists of plain values. Invariant: no query changes the shard, apart
//! from which pages are in memory.

pub mod journal_scan;
pub mod mismatches;
pub mod preview;
pub mod statement;
pub mod unresolved;
