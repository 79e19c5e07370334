//! CSV files: where each is, how it is written, what its columns are, and its rows one by one.

mod decode;
mod input;
mod rows;

pub use input::{Dialect, Input};
pub use rows::{Order, Part, Row, Rows};
