//! What an import has done so far: counts, why rows were rejected, and the file of rejected rows, which is
//! created at the first rejection.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use longhu_core::types::violation::Violation;
use longhu_files::csv_file::{Input, Row};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::error::Error;

/// Counts of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows of files that become events.
    pub rows_read: u64,
    /// Of those, rows without an event, because no `when` held.
    pub rows_without_event: u64,
    /// Events that were accepted. An event that was sent before is accepted again, and counts once in
    /// standings.
    pub events_accepted: u64,
    /// Lines in the file of rejected rows.
    pub rejected: u64,
    /// Units in the mapping's organisation.
    pub units: u64,
    /// Employees in the mapping's organisation.
    pub employees: u64,
    /// Units and employees that were new.
    pub organisation_added: u64,
    /// Units and employees that changed.
    pub organisation_changed: u64,
    /// Units and employees that did not change.
    pub organisation_unchanged: u64,
    /// Values that were imported but look wrong.
    pub warnings: u64,
    /// Sources that the mapping declares.
    pub sources: u64,
    /// Of those, sources that were new or changed.
    pub sources_changed: u64,
}

/// Rejections with the same cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// How many.
    pub count: u64,
    /// The line of the first.
    pub line: u64,
    /// The reason of the first.
    pub reason: String,
}

/// What an import has done so far.
#[derive(Debug)]
pub struct Report {
    /// Counts.
    pub counts: Counts,
    /// Rejections by file, field and code. There are at most as many as the mapping has fields, however many
    /// rows there are.
    pub causes: BTreeMap<(String, String, String), Cause>,
    /// Values that look wrong, in the same way.
    pub warnings: BTreeMap<(String, String, String), Cause>,
    /// The file of rejected rows; `None` if they are not kept.
    path: Option<PathBuf>,
    file: Option<BufWriter<File>>,
}

/// A line of the file of rejected rows.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    line: u64,
    place: &'a str,
    field: &'a str,
    code: &'a str,
    reason: &'a str,
    row: NamedCells<'a>,
}

/// A row's cells by their column names, in the order of the file.
struct NamedCells<'a>(&'a Input, &'a Row);

impl Serialize for NamedCells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let NamedCells(input, row) = self;
        let mut map = serializer.serialize_map(Some(row.cells.len()))?;
        for (index, cell) in row.cells.iter().enumerate() {
            match input.columns.get(index) {
                Some(name) => map.serialize_entry(name, cell)?,
                None => map.serialize_entry(&format!("#{}", index + 1), cell)?,
            }
        }
        map.end()
    }
}

impl Report {
    /// An empty report. Rejected rows go to `path`, if there is one.
    pub fn new(path: Option<PathBuf>) -> Report {
        Report {
            counts: Counts::default(),
            causes: BTreeMap::new(),
            warnings: BTreeMap::new(),
            path,
            file: None,
        }
    }

    /// Rejects a row for a fault at that place of the mapping.
    pub fn reject(
        &mut self,
        input: &Input,
        place: &str,
        row: &Row,
        violation: &Violation,
    ) -> Result<(), Error> {
        self.reject_with(input, place, row, (&violation.field, violation.code, &violation.reason))
    }

    /// Rejects a row as the server did: field, code, reason.
    pub fn reject_with(
        &mut self,
        input: &Input,
        place: &str,
        row: &Row,
        (field, code, reason): (&str, &str, &str),
    ) -> Result<(), Error> {
        self.counts.rejected += 1;
        let key = (input.shown.clone(), field.to_owned(), code.to_owned());
        let first = || Cause { count: 0, line: row.line, reason: reason.to_owned() };
        self.causes.entry(key).or_insert_with(first).count += 1;
        let Some(path) = &self.path else { return Ok(()) };
        let failed = |source| Error::Rejected { path: path.clone(), source };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(private(path).map_err(failed)?)),
        };
        let row = NamedCells(input, row);
        let (shown, line) = (input.shown.as_str(), row.1.line);
        let line = Line { file: shown, line, place, field, code, reason, row };
        serde_json::to_writer(&mut *file, &line).map_err(|error| failed(error.into()))?;
        file.write_all(b"\n").map_err(failed)
    }

    /// Warns that something in a row looks wrong: field, code, reason.
    pub fn warn(
        &mut self,
        input: &Input,
        line: u64,
        (field, code): (&str, &str),
        reason: impl FnOnce() -> String,
    ) {
        self.counts.warnings += 1;
        let key = (input.shown.clone(), field.to_owned(), code.to_owned());
        self.warnings.entry(key).or_insert_with(|| Cause { count: 0, line, reason: reason() }).count += 1;
    }

    /// Warns that a row has several lines. A few long cells may in fact be rows between two stray quotes.
    pub fn warn_of_lines(&mut self, input: &Input, row: &Row) {
        self.warn(input, row.line, ("", "SEVERAL_LINES"), || {
            format!("a cell in quotes has several lines, so that the row ends in line {}", row.last_line)
        });
    }

    /// Writes what is still buffered. Returns the path of the rejected rows if there are any.
    pub fn finish(&mut self) -> Result<Option<&Path>, Error> {
        let (Some(file), Some(path)) = (&mut self.file, &self.path) else { return Ok(None) };
        file.flush().map_err(|source| Error::Rejected { path: path.clone(), source })?;
        Ok(Some(path))
    }
}
/// A new file that only its owner may read: rejected rows have what the bank's file had.
fn private(path: &Path) -> std::io::Result<File> {
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}
