//! What can go wrong with a store, each with the next step. It never repeats its source's text.

use std::path::PathBuf;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else has it open.
    #[error(
        "the read model in {path:?} is open in another process; stop that one, or give this one another data directory (STORE_LOCKED)"
    )]
    Locked {
        /// The store's directory.
        path: PathBuf,
    },
    /// Another version of this program wrote it.
    #[error(
        "the read model in {path:?} has format {found} and this version reads {wanted}; rebuild it from the log (STORE_FORMAT)"
    )]
    Format {
        /// The store's directory.
        path: PathBuf,
        /// What is there.
        found: u32,
        /// What this version reads.
        wanted: u32,
    },
    /// What is there was not written by this crate, or is broken.
    #[error("the read model in {path:?} is damaged ({what}); rebuild it from the log (STORE_DAMAGED)")]
    Damaged {
        /// The store's directory.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// A persist failed earlier: what reached the disk is unknown until the store is opened again.
    #[error(
        "an earlier write to {path:?} failed and nothing more is written; free the disk or repair it, then restart: it resumes at the last durable checkpoint (STORE_POISONED)"
    )]
    Poisoned {
        /// The store's directory.
        path: PathBuf,
    },
    /// A page that no store takes; a mistake in the caller, and nothing was written.
    #[error("page {key:?} is refused: {reason} (PAGE_REFUSED)")]
    Refused {
        /// The page's key.
        key: Vec<u8>,
        /// Which rule it breaks.
        reason: &'static str,
    },
    /// The database failed.
    #[error("the read model in {path:?} failed while {doing} (STORE_FAILED)")]
    Database {
        /// The store's directory.
        path: PathBuf,
        /// What was under way.
        doing: &'static str,
        /// What the database said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file system failed.
    #[error("the file system under {path:?} failed while {doing} (DISK_FAILED)")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was under way.
        doing: &'static str,
        /// What it said.
        source: std::io::Error,
    },
}
