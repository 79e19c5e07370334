//! Names that a mapping uses and no file or lookup has, each with what there is.

use longhu_files::csv_file::Input;

use crate::problem::{Reason, nearest};

/// Why a name means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No lookup of that name.
    #[error("there is no lookup `{name}` here; {hint}")]
    UnknownLookup {
        /// The name.
        name: String,
        /// What there is.
        hint: String,
    },
    /// No column of that name.
    #[error("{file} has no column `{name}`; {hint}")]
    UnknownColumn {
        /// The file.
        file: String,
        /// The name.
        name: String,
        /// What there is.
        hint: String,
    },
    /// The name stands further below: lines above the table were taken for it.
    #[error(
        "{file} has no column `{name}`, but line {line} has that cell; say `skip_lines = {}` or `header`, if that is the \
         line of names",
        line - 1
    )]
    Below {
        /// The file.
        file: String,
        /// The name.
        name: String,
        /// The line.
        line: u64,
    },
    /// Several columns of that name.
    #[error(
        "{file} has {times} columns `{name}`; say all names in the mapping, such as `columns = [{columns}]`: the line of \
         names is then still no row"
    )]
    DuplicateColumn {
        /// The file.
        file: String,
        /// The name.
        name: String,
        /// How often it stands there.
        times: usize,
        /// Names of which no two are equal.
        columns: String,
    },
}

impl NameError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            NameError::UnknownLookup { .. } => "UNKNOWN_LOOKUP",
            NameError::UnknownColumn { .. } | NameError::Below { .. } => "UNKNOWN_COLUMN",
            NameError::DuplicateColumn { .. } => "DUPLICATE_COLUMN",
        }
    }
}

impl From<NameError> for Reason {
    fn from(error: NameError) -> Reason {
        Reason { code: error.code(), text: error.to_string() }
    }
}

/// The column of that name, or why there is none or more than one.
pub fn column_of(input: &Input, name: &str) -> Result<usize, NameError> {
    let (file, owned) = (|| input.shown.clone(), || name.to_owned());
    input.column(name).ok_or_else(|| {
        let times = input.columns.iter().filter(|column| *column == name).count();
        if times > 1 {
            let distinct: Vec<String> =
                distinct(&input.columns).iter().map(|name| format!("{name:?}")).collect();
            return NameError::DuplicateColumn {
                file: file(),
                name: owned(),
                times,
                columns: distinct.join(", "),
            };
        }
        if let Some(line) = input.line_with(name) {
            return NameError::Below { file: file(), name: owned(), line };
        }
        let hint = nearest(name, input.columns.iter().map(String::as_str));
        NameError::UnknownColumn { file: file(), name: owned(), hint }
    })
}

/// Names of which no two are equal: a second one gets its number.
fn distinct(names: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for name in names {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut free = std::iter::once(name.clone()).chain(numbered);
        // There are more numbers than names.
        distinct.extend(free.find(|name| !distinct.contains(name)));
    }
    distinct
}
