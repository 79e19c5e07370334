//! Why an audit log cannot be used.

use std::path::PathBuf;

/// Why an audit log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The file cannot be read or written.
    #[error("cannot use the audit log {}; check its folder, its disk and its permissions (AUDIT_FAILED)", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process writes to it.
    #[error("another process writes to the audit log {}; give each its own (AUDIT_LOCKED)", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// A line was changed, left out or moved.
    #[error(
        "{}:{line}: {reason}: the audit log was changed after it was written; move it away and keep it, then start \
         again (AUDIT_BROKEN)",
        path.display()
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// An entry cannot be written as JSON: a defect.
    #[error("an entry of the audit log cannot be written")]
    Json(#[from] serde_json::Error),
}
