//! The read model on disk: pages and one checkpoint. A commit writes both or neither, and they are on disk
//! when it returns.
//!
//! This is the only crate that knows sled, and no sled type is visible outside. It does not interpret pages,
//! and a commit only succeeds after its own fsync has returned. The read model can always be rebuilt from the
//! log, which is the source of truth.

mod error;
mod failed_writes;
mod files;
mod store;
mod value;

pub use error::Error;
pub use store::{FORMAT, PAGE_BYTES_MAX, Store};
