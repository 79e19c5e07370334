//! Targets of a contest's participants, from CSV or TOML.

mod feed;
pub mod read_csv;
pub mod read_toml;

pub use feed::Feed;
