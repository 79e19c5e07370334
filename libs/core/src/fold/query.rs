//! Questions about a shard that need more than its boards: statements, unresolved names, mismatches, previews.

pub mod journal_scan;
pub mod mismatches;
pub mod preview;
pub mod statement;
pub mod unresolved;
