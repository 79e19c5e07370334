//! Why a CSV file cannot be read at all. A fault of a single row is not an error; it is reported with the
//! row.

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
    /// Its first line names another separator than the mapping.
    #[error(
        "the first line of {} says `sep={said}`, and the mapping another `delimiter`; leave one of them out (INVALID_CSV)",
        path.display()
    )]
    Separator {
        /// The file.
        path: PathBuf,
        /// The separator that the line names.
        said: char,
    },
    /// The quotes of the line of column names are wrong.
    #[error(
        "the column names in line {line} of {} have a quote that is not closed correctly; check its delimiter and quote in \
         the mapping (INVALID_CSV)",
        path.display()
    )]
    Header {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
    },
    /// The line of column names is in another encoding.
    #[error(
        "{} is not {name}, as its column names in line {line} show; say its `encoding`, such as \"gb18030\" or \
         \"utf-16le\" (BAD_ENCODING)",
        path.display()
    )]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// The expected encoding.
        name: &'static str,
    },
    /// A workbook without the sheet that is asked for, or not a workbook.
    #[error("{}: {reason} (BAD_WORKBOOK)", path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// No line is the line of column names.
    #[error(
        "no line of {} matches `{header}`; correct `header`, or say how many lines stand above by `skip_lines` (NO_COLUMNS)",
        path.display()
    )]
    NoHeader {
        /// The file.
        path: PathBuf,
        /// The pattern for that line.
        header: String,
    },
    /// The file is empty.
    #[error("{} has no line of column names; name its `columns` in the mapping (NO_COLUMNS)", path.display())]
    NoColumns {
        /// The file.
        path: PathBuf,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Open { .. } => "FILE_UNREADABLE",
            Error::Separator { .. } | Error::Header { .. } => "INVALID_CSV",
            Error::Encoding { .. } => "BAD_ENCODING",
            Error::Workbook { .. } => "BAD_WORKBOOK",
            Error::NoHeader { .. } | Error::NoColumns { .. } => "NO_COLUMNS",
        }
    }
}
