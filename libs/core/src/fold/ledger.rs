//! What each creditor has received: leaves, the cells that split their sums, and the posts that boards have
//! yet to receive.
//!
//! Input: credits. Output: posts, and pages, because leaves are what the read model stores of a contest.
//! Invariants: the sums of a leaf are those of its live credits; a cell whose sums are all zero is removed.

pub mod cells;
pub(crate) mod contest_bounds;
pub mod leaf;
pub mod narrow_sums;
pub mod pending_posts;
