//! CSV files: where each is, how it is written, its columns, and its rows one by one.

mod cells;
mod decode;
mod input;
mod layout;
mod records;
mod rows;
mod sheet;

pub use cells::Cells;
pub use decode::{GZIP, recognised};
pub use input::Input;
pub use layout::{Dialect, Layout, Pattern, Quote, pattern};
pub use rows::{Order, Part, Row, Rows};
