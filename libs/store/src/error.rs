//! Errors of a store, each with the next step. The text of an error never repeats its source.

use std::path::PathBuf;

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has it open.
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
        /// The format found.
        found: u32,
        /// The format that this version reads.
        wanted: u32,
    },
    /// The files were not written by this crate, or are damaged.
    #[error("the read model in {path:?} is damaged ({what}); rebuild it from the log (STORE_DAMAGED)")]
    Damaged {
        /// The store's directory.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// A commit failed earlier. It is unknown what reached the disk until the store is opened again.
    #[error(
        "an earlier write to {path:?} failed and nothing more is written; free the disk or repair it, then restart: it resumes at the last durable checkpoint (STORE_POISONED)"
    )]
    Poisoned {
        /// The store's directory.
        path: PathBuf,
    },
    /// A page that cannot be stored, because of a mistake in the caller. Nothing was written.
    #[error("page {key:?} is refused: {reason} (PAGE_REFUSED)")]
    Refused {
        /// The page's key.
        key: Vec<u8>,
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// The database failed.
    #[error("the read model in {path:?} failed while {doing} (STORE_FAILED)")]
    Database {
        /// The store's directory.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The error of the database.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file system failed.
    #[error("the file system under {path:?} failed while {doing} (DISK_FAILED)")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The error of the file system.
        source: std::io::Error,
    },
}

impl Error {
    /// Whether the files may be what a failed write has left: it is not the lock, not the caller, and the disk
    /// has room.
    pub(crate) fn may_be_half_written(&self) -> bool {
        match self {
            Error::Damaged { .. } | Error::Format { .. } => true,
            Error::Database { source, .. } => !is_full(source.as_ref()),
            Error::Io { source, .. } => !is_full(source),
            Error::Locked { .. } | Error::Poisoned { .. } | Error::Refused { .. } => false,
        }
    }
}

fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = match error.downcast_ref::<sled::Error>() {
            Some(sled::Error::Io(io)) => Some(io),
            _ => error.downcast_ref::<std::io::Error>(),
        };
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull) {
            return true;
        }
        next = error.source();
    }
    false
}
