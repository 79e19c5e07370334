//! Why a server cannot speak TLS.

use std::path::PathBuf;

use tokio_rustls::rustls;

use crate::private_file::NotPrivate;

/// Why a server cannot speak TLS with the files it was given.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}; check the path and its permissions (FILE_UNREADABLE)", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The key can be read by everybody.
    #[error(transparent)]
    Public(NotPrivate),
    /// The content of a file is not valid.
    #[error("{}: {reason}; give a PEM file that is valid today (INVALID_CERTIFICATE)", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Key and certificate do not belong together, or the key is of an unknown kind.
    #[error(
        "the key {} does not fit the certificate {}; give the two that were made together (INVALID_CERTIFICATE)",
        key.display(),
        cert.display()
    )]
    Mismatch {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What the library says.
        source: rustls::Error,
    },
    /// The library has no protocol version in common with itself: a defect of this build.
    #[error("this build cannot speak TLS")]
    Protocol(#[source] rustls::Error),
}
