//! Why an import stops. A fault of a single row is not an error: the row is rejected and the import goes on.

use std::path::PathBuf;

use longhu_client::failure::Failure;

use crate::problem::Problems;

/// Why an import stops.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The mapping cannot be read.
    #[error("{} cannot be read; check the path given to --mapping (FILE_UNREADABLE)", path.display())]
    Mapping {
        /// The mapping.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The mapping is wrong.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// A file of the mapping cannot be read.
    #[error(transparent)]
    File(#[from] longhu_files::error::Error),
    /// Rows of the organisation are wrong. Nothing was applied.
    #[error(
        "{count} row(s) of the organisation are wrong, the first in {file} line {line}: {reason}; nothing of it was applied"
    )]
    Organisation {
        /// How many are wrong.
        count: u64,
        /// The file of the first.
        file: String,
        /// The line of the first.
        line: u64,
        /// What is wrong with the first.
        reason: String,
    },
    /// The rejected rows cannot be written to their file.
    #[error("{} cannot be written; name another file with --rejected (FILE_UNWRITABLE)", path.display())]
    Rejected {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The server refused, or was away for too long.
    #[error("{what} were not taken")]
    Refused {
        /// What was sent.
        what: &'static str,
        /// The last answer.
        status: Box<tonic::Status>,
    },
    /// The number of outcomes differs from the number of events, as no matching version answers.
    #[error("the server gave {given} outcomes for {sent} events; run the same version on both sides")]
    Outcomes {
        /// Outcomes received.
        given: usize,
        /// Events that were sent.
        sent: usize,
    },
}

impl Error {
    /// The same for the command line. `url` is the server's address.
    pub fn into_failure(self, url: &str) -> Failure {
        match self {
            Error::Problems(problems) => {
                let lines = problems.to_string().lines().map(str::to_owned).collect();
                Failure::new("the mapping is wrong; nothing was sent").details(lines)
            }
            Error::Refused { what, status } => {
                let mut failure = Failure::from_status(&status, url);
                failure.what = format!("{what} were not taken: {}", failure.what);
                failure
            }
            Error::Organisation { .. } => {
                Failure::new(self.to_string()).next("correct the rows, then run the command again")
            }
            other => {
                let cause = std::error::Error::source(&other).map(|source| source.to_string());
                Failure::new(other.to_string()).details(cause.into_iter().collect())
            }
        }
    }
}
