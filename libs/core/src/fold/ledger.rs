//! What each creditor has: leaves, the cells that keep parts of their sums apart, posts on their way to boards.

pub mod cells;
pub(crate) mod contest_bounds;
pub mod leaf;
pub mod narrow_sums;
pub mod pending_posts;
