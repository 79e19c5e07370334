//! From the sums of rows to figures, ranks and digests.

pub mod board_set;
pub mod digest;
pub mod rank_moves;
pub mod ranking;
pub(crate) mod result_board;
pub mod result_row;
pub mod row;
pub mod row_totals;
pub mod table;
