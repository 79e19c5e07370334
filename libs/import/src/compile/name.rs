//! Names of lookups and columns that do not exist: each error says what exists instead.

use longhu_files::csv_file::Input;

use crate::problem::{Reason, nearest};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No lookup of that name.
    #[error("there is no lookup `{name}` here; {hint}")]
    UnknownLookup { name: String, hint: String },
    /// No column of that name.
    #[error("{file} has no column `{name}`; {hint}")]
    UnknownColumn { file: String, name: String, hint: String },
    /// The name is in a line further below, so lines above the table were probably read as the line of names.
    #[error(
        "{file} has no column `{name}`, but line {line} has that cell; say `skip_lines = {}` or `header`, if that is the \
         line of names",
        line - 1
    )]
    Below { file: String, name: String, line: u64 },
    /// Several columns of that name.
    #[error(
        "{file} has {times} columns `{name}`; say all names in the mapping, such as `columns = [{columns}]`: the line of \
         names is then still no row"
    )]
    DuplicateColumn {
        file: String,
        name: String,
        times: usize,
        /// The names, with numbers added so that no two are equal.
        columns: String,
    },
}

impl NameError {
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

/// The column with that name, or why there is none or more than one.
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

/// The names, made distinct: the second `amount` becomes `amount2`.
fn distinct(names: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for name in names {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut free = std::iter::once(name.clone()).chain(numbered);
        // There are more numbers than names, so a free one is found.
        distinct.extend(free.find(|name| !distinct.contains(name)));
    }
    distinct
}
