//! Boards: digests byte by byte, and boards of many rows.

mod digest;
mod many_rows;
