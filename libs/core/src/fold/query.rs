//! Questions about a shard that need more than its boards: statements, unresolved names, mismatches, previews.
//!
//! In come a shard and a question; out come lists of plain values. What holds: no answer changes the shard, but for which
//! pages are in memory.

pub mod journal_scan;
pub mod mismatches;
pub mod preview;
pub mod statement;
pub mod unresolved;
