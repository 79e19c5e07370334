//! One CSV file: where it is, how it is written, its columns, and where its rows begin. A file is read row by
//! row and never held whole.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::cells::Cells;
use super::decode::{self, Readable};
use super::layout::{Dialect, Layout, Quote};
use super::records::{Place, Record, Records, Signs};
use crate::error::Error;

/// The most lines above the column names.
const LINES_ABOVE_MAX: usize = 1_000;
/// The most bytes of a line that are looked at.
const LINE_BYTES_MAX: usize = 64 * 1024;
/// One file of the mapping.
#[derive(Debug)]
pub struct Input {
    /// Its path, for reading.
    pub path: PathBuf,
    /// Its path as the mapping writes it, for messages.
    pub shown: String,
    /// How it is written.
    pub dialect: Dialect,
    /// Its columns.
    pub columns: Vec<String>,
    /// Columns in which an empty cell takes the text of the cell above, by index.
    pub fill_down: Vec<usize>,
    pub(super) footer: Option<Regex>,
    /// The column names as they stand in the file, if a line has them.
    head: Option<Vec<String>>,
    /// Where its rows begin.
    body: Place,
    signs: Signs,
    text: Readable,
}

impl Input {
    /// Opens a file and reads its column names, unless they are given.
    ///
    /// # Errors
    /// A file that cannot be read, or that has no line of column names.
    pub fn open(path: &Path, shown: &str, dialect: Dialect, layout: Layout) -> Result<Input, Error> {
        let text = decode::readable(path, dialect.encoding, layout.sheet.as_deref())?;
        let quote = match dialect.quote {
            Quote::Usual => Some(b'"'),
            Quote::Sign(sign) => Some(sign),
            Quote::None => None,
        };
        let delimiter = dialect.delimiter.unwrap_or(b',');
        let escape = dialect.escape;
        let signs = match text.is_sheet {
            true => {
                Signs { delimiter: b',', quote: Some(b'"'), escape: None, trim: false, row_is_line: true }
            }
            false => Signs { delimiter, quote, escape, trim: dialect.trim, row_is_line: false },
        };
        let mut input = Input {
            path: path.to_owned(),
            shown: shown.to_owned(),
            dialect,
            columns: Vec::new(),
            fill_down: Vec::new(),
            footer: layout.footer.clone(),
            head: None,
            body: Place { byte: 0, line: 1 },
            signs,
            text,
        };
        input.find_table(layout)?;
        match input.columns.iter().all(String::is_empty) {
            true => Err(Error::NoColumns { path: input.path }),
            false => Ok(input),
        }
    }

    /// Finds the line of column names and the first row.
    fn find_table(&mut self, layout: Layout) -> Result<(), Error> {
        let mut records = self.records()?;
        let unreadable = |source| self.unreadable(source);
        let mut line = Vec::new();
        let start = records.place();
        self.next_line(&mut records, &mut line).map_err(unreadable)?;
        match separator(&line).filter(|_| !self.text.is_sheet) {
            Some(said) if self.dialect.delimiter.is_some_and(|delimiter| delimiter != said) => {
                return Err(Error::Separator { path: self.path.clone(), said: char::from(said) });
            }
            Some(said) => {
                self.signs.delimiter = said;
                records.set_signs(self.signs);
            }
            None => records.go(start).map_err(|source| self.unreadable(source))?,
        }
        let first = records.place().line + u64::from(layout.skip_lines);
        loop {
            let start = records.place();
            let more = start.line < first
                && self.next_line(&mut records, &mut line).map_err(|source| self.unreadable(source))?;
            // Reading the next row of a sheet also skips an empty one.
            if !more || records.place().line > first {
                records.go(start).map_err(|source| self.unreadable(source))?;
                break;
            }
        }
        if let Some(header) = &layout.header {
            self.go_to_match(&mut records, header)?;
        }
        let first = records.place();
        let mut record = Record::default();
        let found = records.read(&mut record).map_err(|source| self.unreadable(source))?;
        let head_line = record.line;
        let broken = record.broken.is_some();
        let raw_has_nul = record.bytes.contains(&0);
        let (cells, is_text) = Cells::of(&mut record, true);
        let replaced =
            self.is_decoded() && cells.iter().any(|cell| cell.contains(char::REPLACEMENT_CHARACTER));
        let names: Vec<String> = cells.iter().map(str::to_owned).collect();
        let is_head = match &layout.columns {
            Some(_) if !found => false,
            Some(columns) => layout.header.is_some() || looks_like_head(columns, &names),
            None => true,
        };
        if is_head {
            if !is_text || replaced || raw_has_nul {
                let path = self.path.clone();
                return Err(Error::Encoding { path, line: head_line, name: self.text.encoding.name() });
            }
            if broken {
                return Err(Error::Header { path: self.path.clone(), line: head_line });
            }
            self.head = Some(names.clone());
        } else {
            records.go(first).map_err(|source| self.unreadable(source))?;
        }
        self.columns = layout.columns.unwrap_or(names);
        self.body = records.place();
        Ok(())
    }

    /// The next line, or the next row of a sheet; `false` at the end.
    fn next_line(&self, records: &mut Records, line: &mut Vec<u8>) -> io::Result<bool> {
        if !self.text.is_sheet {
            return records.raw_line(line, LINE_BYTES_MAX);
        }
        let mut record = Record::default();
        let found = records.read(&mut record)?;
        *line = record.cells().collect::<Vec<_>>().join(&b","[..]);
        Ok(found)
    }

    /// Goes to the first line that matches.
    fn go_to_match(&self, records: &mut Records, header: &Regex) -> Result<(), Error> {
        let mut line = Vec::new();
        for _ in 0..LINES_ABOVE_MAX {
            let start = records.place();
            if !self.next_line(records, &mut line).map_err(|source| self.unreadable(source))? {
                break;
            }
            if header.is_match(&String::from_utf8_lossy(&line)) {
                return records.go(start).map_err(|source| self.unreadable(source));
            }
        }
        Err(Error::NoHeader { path: self.path.clone(), header: header.as_str().to_owned() })
    }

    /// The column with that name, if there is exactly one.
    pub fn column(&self, name: &str) -> Option<usize> {
        let mut found = self.columns.iter().enumerate().filter(|(_, column)| *column == name);
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        }
    }

    /// The line below the column names in which a cell has that name. There may be one if the file begins
    /// with lines above its table.
    pub fn line_with(&self, name: &str) -> Option<u64> {
        let mut records = self.records().ok()?;
        let mut record = Record::default();
        for _ in 0..LINES_ABOVE_MAX {
            if !records.read(&mut record).ok()? {
                return None;
            }
            if Cells::of(&mut record, true).0.iter().any(|cell| cell == name) {
                return Some(record.line);
            }
        }
        None
    }

    /// The bytes to read, for showing progress.
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(self.readable()).map_or(0, |metadata| metadata.len())
    }

    /// Whether a cell means "unknown".
    pub fn is_null(&self, cell: &str) -> bool {
        cell.is_empty() || self.dialect.null.iter().any(|null| null == cell)
    }

    /// Why some bytes are not text, and what to do.
    pub fn other_encoding(&self, what: &str) -> String {
        let name = self.text.encoding.name();
        format!("{what} is not {name}; say the file's `encoding`, such as \"gb18030\" or \"utf-8\"")
    }

    /// An error in the file itself.
    pub(super) fn unreadable(&self, source: io::Error) -> Error {
        Error::Open { path: self.path.clone(), source }
    }

    /// Whether the file was converted to UTF-8, so that characters may have been lost.
    pub(super) fn is_decoded(&self) -> bool {
        self.text.encoding != encoding_rs::UTF_8
    }

    fn readable(&self) -> &Path {
        self.text.decoded.as_ref().map_or(&self.path, |decoded| decoded.path())
    }

    /// Its records, from its first row on.
    pub(super) fn records(&self) -> Result<Records, Error> {
        let file = File::open(self.readable()).map_err(|source| self.unreadable(source))?;
        let mut records = Records::new(file, self.signs).map_err(|source| self.unreadable(source))?;
        if self.body.byte > 0 {
            records.go(self.body).map_err(|source| self.unreadable(source))?;
        }
        Ok(records)
    }

    /// Whether cells repeat the column names, as reports do on every page.
    pub(super) fn is_head(&self, cells: &Cells) -> bool {
        let head = self.head.as_ref().unwrap_or(&self.columns);
        cells.len() == head.len() && cells.iter().zip(head).all(|(cell, name)| cell.trim() == name)
    }

    /// Whether all cells are blank.
    pub(super) fn is_blank(&self, cells: &Cells) -> bool {
        self.columns.len() > 1 && cells.len() == 1 && cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// Whether it is a sheet, whose rows end at their last cell that is not empty.
    pub(super) fn is_sheet(&self) -> bool {
        self.text.is_sheet
    }

    /// The character between cells, as text.
    pub(super) fn delimiter(&self) -> String {
        char::from(self.signs.delimiter).to_string()
    }

    /// The character around cells.
    pub(super) fn quote(&self) -> char {
        char::from(self.signs.quote.unwrap_or(b'"'))
    }
}

/// The separator that a first line such as `sep=;` names; spreadsheets write such lines.
fn separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [s, e, p, b'=', sign] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => {
            Some(*sign).filter(u8::is_ascii)
        }
        _ => None,
    }
}

/// Whether a first line has the column names although `columns` is given. It has if each of its cells, most
/// of which are not empty, is the name given for it; of cells that are equal, one must be. No row of data
/// looks like that.
fn looks_like_head(columns: &[String], cells: &[String]) -> bool {
    let given = |cell: &String| {
        let mut places = cells.iter().enumerate().filter(|(_, other)| *other == cell);
        places.any(|(place, _)| columns.get(place) == Some(cell))
    };
    let named = cells.iter().filter(|cell| !cell.is_empty()).count();
    let is_named = cells.iter().all(|cell| cell.is_empty() || given(cell));
    // A line of names may end in a delimiter. A nearly empty line is rather a row of data.
    columns.len() == cells.len() && is_named && 2 * named > cells.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_column_names_is_recognised_and_no_row_is_taken_for_one() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let columns = texts(&["id", "amount", "amount2"]);
        assert!(looks_like_head(&columns, &texts(&["id", "amount", "amount"])));
        assert!(looks_like_head(&columns, &texts(&["id", "amount", ""])));
        assert!(looks_like_head(&columns, &columns));
        for row in [["id", "0", "0"], ["a1", "amount", "amount"], ["id", "", ""], ["Id", "amount", "amount"]]
        {
            assert!(!looks_like_head(&columns, &texts(&row)), "{row:?}");
        }
        assert!(!looks_like_head(&columns, &texts(&["id", "amount"])));
    }

    #[test]
    fn the_separator_of_a_first_line_is_read() {
        assert_eq!(separator(b"sep=;"), Some(b';'));
        assert_eq!(separator(b"sep=\t"), Some(b'\t'));
        assert_eq!(separator(b"\"SEP=|\""), Some(b'|'));
        for other in ["sep=", "sep=;;", "sep", "separator,x", "a;b"] {
            assert_eq!(separator(other.as_bytes()), None, "{other}");
        }
    }
}
