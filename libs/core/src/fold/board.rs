//! From the sums of rows to figures, ranks and digests.
//!
//! In come posts of leaves; out come ranked tables with their digests. What holds: boards follow from leaves, targets and
//! the organisation alone and are never written into pages; equal rows have equal digests, whatever the order in which they
//! came about.

pub mod board_set;
pub mod digest;
pub mod rank_moves;
pub mod ranking;
pub(crate) mod result_board;
pub mod result_row;
pub mod row;
pub mod row_totals;
pub mod table;
