//! What each creditor has: leaves, the cells that keep parts of their sums apart, posts on their way to boards.
//!
//! In come credits; out come posts, and pages, for leaves are what the read model keeps of a contest. What holds: a leaf's
//! sums are those of its live credits, and a cell whose sums are nothing is gone.

pub mod cells;
pub(crate) mod contest_bounds;
pub mod leaf;
pub mod narrow_sums;
pub mod pending_posts;
