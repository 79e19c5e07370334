//! The rows of one file, forwards or backwards, all of them or a part. At most one chunk of rows is in
//! memory.

use std::sync::Arc;

use super::cells::Cells;
use super::input::Input;
use super::records::{Broken, Place, RECORD_BYTES_MAX, RECORD_CELLS_MAX, Record, Records};
use crate::error::Error;
use crate::fault::Fault;

/// Rows that are read at once when a file is read backwards.
const CHUNK_ROWS: u64 = 4_096;
/// The code of a row whose cells are more or fewer than the columns.
const WRONG_CELLS: &str = "WRONG_CELLS";

/// The order in which rows are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    /// As they stand in the files.
    #[default]
    File,
    /// The last row of the last file comes first.
    Reverse,
}

/// One of several equal parts of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which one, from 1.
    pub number: u64,
    /// How many parts there are.
    pub of: u64,
}

impl Part {
    /// The rows of this part of `total`: from the first number to before the second.
    pub fn bounds(self, total: u64) -> (u64, u64) {
        let cut = |number: u64| (u128::from(total) * u128::from(number) / u128::from(self.of.max(1))) as u64;
        (cut(self.number.saturating_sub(1)), cut(self.number))
    }
}

/// A text that is not a part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a part; write `1/2` for the first of two")]
pub struct NoPart(String);

impl std::str::FromStr for Part {
    type Err = NoPart;

    fn from_str(text: &str) -> Result<Part, NoPart> {
        let parts =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Part { number, of }),
            _ => Err(NoPart(text.to_owned())),
        }
    }
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The line on which it ends; not the same if a cell has several lines.
    pub last_line: u64,
    /// Its cells. If the row is malformed, bytes that are not UTF-8 are replaced.
    pub cells: Arc<Cells>,
    /// Why the row cannot be used, if it cannot.
    pub fault: Option<Fault>,
}

impl Row {
    /// Whether its only fault is to have more or fewer cells than there are columns, as lines below a table
    /// do.
    pub fn has_other_shape(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.code == WRONG_CELLS)
    }
}

/// Where a chunk begins, with the texts that fill its empty cells from above.
#[derive(Debug)]
struct Chunk {
    place: Place,
    above: Vec<String>,
}

/// Reads the rows of one file.
pub struct Rows<'a> {
    input: &'a Input,
    records: Records,
    record: Record,
    /// The last text of each column that takes texts from above.
    above: Vec<String>,
    /// Whether the lines below the table have been reached.
    ended: bool,
    /// Rows that are still to come, in the order asked for.
    left: u64,
    /// Chunks that are still to come, the last one first; only when reading backwards.
    chunks: Option<Vec<Chunk>>,
    /// Rows of the present chunk; the next row is at the end.
    chunk: Vec<Row>,
    bytes_read: u64,
}

impl<'a> Rows<'a> {
    /// All rows of a file, forwards.
    pub fn all(input: &'a Input) -> Result<Rows<'a>, Error> {
        Ok(Rows {
            input,
            records: input.records()?,
            record: Record::default(),
            above: vec![String::new(); input.fill_down.len()],
            ended: false,
            left: u64::MAX,
            chunks: None,
            chunk: Vec::new(),
            bytes_read: 0,
        })
    }

    /// Rows `from` to before `to` of a file, counted in the order asked for.
    pub fn some(input: &'a Input, order: Order, from: u64, to: u64) -> Result<Rows<'a>, Error> {
        let mut rows = Rows::all(input)?;
        rows.left = to.saturating_sub(from);
        if order == Order::Reverse {
            rows.chunks = Some(Rows::all(input)?.chunks()?);
        }
        for _ in 0..from {
            rows.read()?;
        }
        Ok(rows)
    }

    /// The number of rows in a file.
    pub fn count(input: &Input) -> Result<u64, Error> {
        let mut rows = Rows::all(input)?;
        let mut count = 0;
        while rows.next_record()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// The next row.
    pub fn next_row(&mut self) -> Result<Option<Row>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.read()
    }

    /// How many bytes of the file have been read.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    fn read(&mut self) -> Result<Option<Row>, Error> {
        if self.chunks.is_none() {
            let row = self.read_forward()?;
            self.bytes_read = self.records.place().byte;
            return Ok(row);
        }
        while self.chunk.is_empty() {
            let Some(start) = self.chunks.as_mut().and_then(Vec::pop) else { return Ok(None) };
            self.records.go(start.place).map_err(|source| self.input.unreadable(source))?;
            (self.above, self.ended) = (start.above, false);
            for _ in 0..CHUNK_ROWS {
                match self.read_forward()? {
                    Some(row) => self.chunk.push(row),
                    None => break,
                }
            }
            self.bytes_read += self.records.place().byte.saturating_sub(start.place.byte);
        }
        Ok(self.chunk.pop())
    }

    fn read_forward(&mut self) -> Result<Option<Row>, Error> {
        let Some((cells, is_text)) = self.next_record()? else { return Ok(None) };
        let fault = self.fault(&cells, is_text);
        Ok(Some(Row {
            line: self.record.line,
            last_line: self.record.last_line,
            cells: Arc::new(cells),
            fault,
        }))
    }

    /// The cells of the next record that is a row, and whether they are text; `record` has the rest of it.
    /// Repeated column names, as reports have on every page, and blank lines are skipped.
    fn next_record(&mut self) -> Result<Option<(Cells, bool)>, Error> {
        while !self.ended {
            if !self.records.read(&mut self.record).map_err(|source| self.input.unreadable(source))? {
                break;
            }
            let (mut cells, is_text) = Cells::of(&mut self.record, self.input.dialect.trim);
            if self.input.is_head(&cells) || self.input.is_blank(&cells) {
                continue;
            }
            if let Some(footer) = &self.input.footer {
                let line = cells.iter().collect::<Vec<_>>().join(&self.input.delimiter());
                self.ended = footer.is_match(&line);
                if self.ended {
                    break;
                }
            }
            if self.input.is_sheet() {
                cells.pad(self.input.columns.len());
            }
            if cells.len() == self.input.columns.len() {
                for (column, above) in self.input.fill_down.iter().zip(&mut self.above) {
                    match cells.get(*column) {
                        Some("") => cells.fill(*column, above),
                        Some(text) => text.clone_into(above),
                        None => {}
                    }
                }
            }
            return Ok(Some((cells, is_text)));
        }
        Ok(None)
    }

    /// Why the present record is not a valid row; `None` if it is one.
    fn fault(&self, cells: &Cells, is_text: bool) -> Option<Fault> {
        if let Some(broken) = self.record.broken {
            return Some(self.broken(broken));
        }
        let decoded = self.input.is_decoded();
        let replaced = |cell: &str| decoded && cell.contains(char::REPLACEMENT_CHARACTER);
        if !is_text || cells.iter().any(replaced) {
            return Some(Fault::new("BAD_ENCODING", self.input.other_encoding("it")));
        }
        let (has, wants) = (cells.len(), self.input.columns.len());
        if has == wants {
            return None;
        }
        let lines = self.record.last_line - self.record.line + 1;
        let advice = match self.input.columns.last() {
            _ if lines > 1 => {
                format!("a cell in quotes makes {lines} lines of the file this row; check its quotes")
            }
            Some(name) if has < wants && !name.is_empty() => format!(
                "check quotes and delimiters; if it is not a row, leave it out with `when`, such as `{name} present`"
            ),
            _ => "check quotes and delimiters; if it is not a row, leave it out with `when`".to_owned(),
        };
        Some(Fault::new(WRONG_CELLS, format!("it has {has} cells and the file {wants} columns; {advice}")))
    }

    fn broken(&self, broken: Broken) -> Fault {
        let name = |cell: usize| match self.input.columns.get(cell) {
            Some(name) if !name.is_empty() => format!("`{name}`"),
            _ => format!("{}", cell + 1),
        };
        let quote = self.input.quote();
        match broken {
            Broken::OpenQuote { cell, line } => {
                let reason = format!(
                    "the {quote} of line {line} in cell {} is never closed, so that the rest of the file is in it; close \
                     or double it, or say `quote = \"\"` if quotes are text",
                    name(cell)
                );
                Fault::new("OPEN_QUOTE", reason)
            }
            Broken::TextAfterQuote { cell, line } => {
                let reason = format!(
                    "there is text after the {quote} that closes cell {} in line {line}; double quotes that are text, or \
                     say `escape` or `quote = \"\"`",
                    name(cell)
                );
                Fault::new("TEXT_AFTER_QUOTE", reason)
            }
            Broken::TooLong => {
                let (first, last) = (self.record.line, self.record.last_line);
                let reason = format!(
                    "it has more than {RECORD_BYTES_MAX} bytes or {RECORD_CELLS_MAX} cells, from line {first} to {last}; \
                     check its quotes"
                );
                Fault::new("TOO_LONG", reason)
            }
        }
    }

    /// Where each chunk begins.
    fn chunks(mut self) -> Result<Vec<Chunk>, Error> {
        let (mut chunks, mut index) = (Vec::new(), 0u64);
        loop {
            if index.is_multiple_of(CHUNK_ROWS) {
                chunks.push(Chunk { place: self.records.place(), above: self.above.clone() });
            }
            if self.next_record()?.is_none() {
                return Ok(chunks);
            }
            index += 1;
        }
    }
}
