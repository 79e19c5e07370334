//! From the sums of rows to figures, ranks and digests.
//!
//! Input: posts of leaves. Output: ranked tables with their digests. Invariants: boards follow from leaves,
//! targets and the organisation alone and are never written into pages; equal rows have equal digests, in
//! whatever order they were built up.

pub mod board_set;
pub mod digest;
pub mod rank_moves;
pub mod ranking;
pub(crate) mod result_board;
pub mod result_row;
pub mod row;
pub mod row_totals;
pub mod table;
pub mod targets;
