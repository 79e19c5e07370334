//! The read model at rest: pages and one checkpoint, written together or not at all, on disk before a commit returns.
//!
//! The only crate that knows sled. It never interprets a page, never lets another name for a sled type out, and never
//! says "committed" before an fsync of its own has returned. What it holds is disposable: the log is the truth.

mod error;
mod files;
mod store;
mod value;

pub use error::Error;
pub use store::{FORMAT, PAGE_BYTES_MAX, Store};
