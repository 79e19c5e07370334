//! The CSV files: where each is, how it is written, what its columns are. A file is read row by row and never held
//! whole; one that is not UTF-8 is first written to a temporary file in UTF-8.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Position, ReaderBuilder, Trim};

use crate::error::Error;

/// How a file is written.
#[derive(Clone, Debug)]
pub struct Dialect {
    /// Between cells.
    pub delimiter: u8,
    /// Around cells.
    pub quote: u8,
    /// Cells that say "unknown"; empty ones always do.
    pub null: Vec<String>,
    /// How characters are written.
    pub encoding: &'static encoding_rs::Encoding,
    /// Whether blanks around cells are cut off.
    pub trim: bool,
}

/// One file of the mapping.
#[derive(Debug)]
pub struct Input {
    /// Its path, for reading.
    pub path: PathBuf,
    /// Its path as the mapping has it, for people.
    pub shown: String,
    /// How it is written.
    pub dialect: Dialect,
    /// Its columns.
    pub columns: Vec<String>,
    /// Whether the first line names the columns.
    pub has_header: bool,
    /// Whether lines end in CR LF; the reader counts such lines one too few.
    ends_in_cr_lf: bool,
    /// The text in UTF-8, when the file is written otherwise.
    decoded: Option<tempfile::NamedTempFile>,
}

/// Bytes in which the first end of a line is looked for.
const FIRST_LINE_BYTES: u64 = 64 * 1024;

impl Input {
    /// Opens a file and reads the names of its columns, unless the mapping gives them.
    pub fn open(
        path: &Path,
        shown: &str,
        dialect: Dialect,
        columns: Option<Vec<String>>,
    ) -> Result<Input, Error> {
        let has_header = columns.is_none();
        let decoded = match dialect.encoding == encoding_rs::UTF_8 {
            true => None,
            false => Some(super::decode::to_utf8(path, dialect.encoding)?),
        };
        let mut input = Input {
            path: path.to_owned(),
            shown: shown.to_owned(),
            dialect,
            columns: columns.unwrap_or_default(),
            has_header,
            ends_in_cr_lf: false,
            decoded,
        };
        input.ends_in_cr_lf = input.first_line_ends_in_cr_lf()?;
        if has_header {
            let mut reader = input.reader()?;
            let header = reader.byte_headers().map_err(|source| input.unreadable(source))?;
            input.columns =
                header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        }
        if input.columns.iter().all(String::is_empty) {
            return Err(Error::NoColumns { path: input.path.clone() });
        }
        Ok(input)
    }

    /// The column of that name, when there is exactly one.
    pub fn column(&self, name: &str) -> Option<usize> {
        let mut found = self.columns.iter().enumerate().filter(|(_, column)| *column == name);
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        }
    }

    /// Bytes to read, for progress.
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(self.readable()).map_or(0, |metadata| metadata.len())
    }

    /// Whether a cell says "unknown".
    pub fn is_null(&self, cell: &str) -> bool {
        cell.is_empty() || self.dialect.null.iter().any(|null| null == cell)
    }

    /// An error in the file itself.
    pub fn unreadable(&self, source: csv::Error) -> Error {
        Error::Csv { path: self.path.clone(), source }
    }

    fn readable(&self) -> &Path {
        self.decoded.as_ref().map_or(&self.path, |decoded| decoded.path())
    }

    pub(super) fn reader(&self) -> Result<csv::Reader<File>, Error> {
        let file =
            File::open(self.readable()).map_err(|source| Error::Open { path: self.path.clone(), source })?;
        let trim = if self.dialect.trim { Trim::All } else { Trim::None };
        Ok(ReaderBuilder::new()
            .delimiter(self.dialect.delimiter)
            .quote(self.dialect.quote)
            .trim(trim)
            .has_headers(self.has_header)
            .flexible(true)
            .buffer_capacity(256 * 1024)
            .from_reader(file))
    }

    fn first_line_ends_in_cr_lf(&self) -> Result<bool, Error> {
        let failed = |source| Error::Open { path: self.path.clone(), source };
        let mut start = Vec::new();
        let file = File::open(self.readable()).map_err(failed)?;
        file.take(FIRST_LINE_BYTES).read_to_end(&mut start).map_err(failed)?;
        let before = start.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
        Ok(before.len() < start.len() && before.ends_with(b"\r"))
    }

    /// The line on which a record begins, from 1.
    pub(super) fn line(&self, position: &Position) -> u64 {
        position.line() + u64::from(self.ends_in_cr_lf && position.byte() > 0)
    }

    /// Why a record is no row of this file; `None` when it is one.
    pub(super) fn malformed(&self, record: &ByteRecord) -> Option<(&'static str, String)> {
        if record.len() != self.columns.len() {
            let (has, wants) = (record.len(), self.columns.len());
            let reason =
                format!("it has {has} cells and the file {wants} columns; check quotes and delimiters");
            return Some(("WRONG_CELLS", reason));
        }
        let replaced = |text: &str| self.decoded.is_some() && text.contains(char::REPLACEMENT_CHARACTER);
        if record.iter().any(|cell| std::str::from_utf8(cell).map_or(true, replaced)) {
            let name = self.dialect.encoding.name();
            let reason =
                format!("it is not {name}; name the file's `encoding`, such as \"gb18030\" or \"utf-8\"");
            return Some(("BAD_ENCODING", reason));
        }
        None
    }
}
