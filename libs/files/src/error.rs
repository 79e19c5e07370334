//! Why a CSV file cannot be read at all. Faults of single rows are no errors: those are told row by row.

use std::path::PathBuf;

/// Why a CSV file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened or read.
    #[error("{} cannot be read; check its path in the mapping and --input-dir (FILE_UNREADABLE)", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no CSV.
    #[error("{} cannot be read as CSV; check its delimiter and quote in the mapping (INVALID_CSV)", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// Why.
        source: csv::Error,
    },
    /// The file is empty.
    #[error("{} has no line of column names; name its `columns` in the mapping (NO_COLUMNS)", path.display())]
    NoColumns {
        /// The file.
        path: PathBuf,
    },
}
