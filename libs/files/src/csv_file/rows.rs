//! The rows of one file, from the first to the last or backwards, all of them or one part. At most one chunk of rows is
//! held.

use std::fs::File;
use std::sync::Arc;

use csv::{ByteRecord, Position, StringRecord};

use super::input::Input;
use crate::error::Error;
use crate::fault::Fault;

/// Rows that are read at once when a file is read backwards.
const CHUNK_ROWS: u64 = 4_096;

/// In which order rows are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    /// As they stand in the files.
    #[default]
    File,
    /// The last row of the last file first.
    Reverse,
}

/// One of so many equal parts of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which one, from 1.
    pub number: u64,
    /// Of how many.
    pub of: u64,
}

impl Part {
    /// The rows of the part among `total`: from the first to before the second.
    pub fn bounds(self, total: u64) -> (u64, u64) {
        let cut = |number: u64| (u128::from(total) * u128::from(number) / u128::from(self.of.max(1))) as u64;
        (cut(self.number.saturating_sub(1)), cut(self.number))
    }
}

impl std::str::FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Part, String> {
        let parts =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Part { number, of }),
            _ => Err(format!("`{text}` is not a part; write `1/2` for the first of two")),
        }
    }
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its cells; bytes that are no UTF-8 are replaced when it is malformed.
    pub cells: Arc<StringRecord>,
    /// Why it is no row of the file, if it is none.
    pub fault: Option<Fault>,
}

/// Reads the rows of one file.
pub struct Rows<'a> {
    input: &'a Input,
    reader: csv::Reader<File>,
    /// Rows still to come in the order asked.
    left: u64,
    /// Chunks still to come, the last one first; read backwards only.
    chunks: Option<Vec<Position>>,
    /// Rows of the present chunk; the next one is last.
    chunk: Vec<Row>,
    bytes_read: u64,
}

impl<'a> Rows<'a> {
    /// All rows of a file, from the first to the last.
    pub fn all(input: &'a Input) -> Result<Rows<'a>, Error> {
        let reader = input.reader()?;
        Ok(Rows { input, reader, left: u64::MAX, chunks: None, chunk: Vec::new(), bytes_read: 0 })
    }

    /// Rows `from` to before `to` of a file, counted in that order.
    pub fn some(input: &'a Input, order: Order, from: u64, to: u64) -> Result<Rows<'a>, Error> {
        let mut rows = Rows::all(input)?;
        rows.left = to.saturating_sub(from);
        if order == Order::Reverse {
            rows.chunks = Some(Rows::all(input)?.chunk_starts()?);
        }
        for _ in 0..from {
            rows.read()?;
        }
        Ok(rows)
    }

    /// How many rows a file has.
    pub fn count(input: &Input) -> Result<u64, Error> {
        let mut rows = Rows::all(input)?;
        let mut record = ByteRecord::new();
        let mut count = 0;
        while rows.reader.read_byte_record(&mut record).map_err(|source| input.unreadable(source))? {
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

    /// Bytes of the file that have been read.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    fn read(&mut self) -> Result<Option<Row>, Error> {
        if self.chunks.is_none() {
            let row = self.read_forward()?;
            self.bytes_read = self.reader.position().byte();
            return Ok(row);
        }
        while self.chunk.is_empty() {
            let Some(start) = self.chunks.as_mut().and_then(Vec::pop) else { return Ok(None) };
            let first = start.byte();
            self.reader.seek(start).map_err(|source| self.input.unreadable(source))?;
            for _ in 0..CHUNK_ROWS {
                match self.read_forward()? {
                    Some(row) => self.chunk.push(row),
                    None => break,
                }
            }
            self.bytes_read += self.reader.position().byte().saturating_sub(first);
        }
        Ok(self.chunk.pop())
    }

    fn read_forward(&mut self) -> Result<Option<Row>, Error> {
        let mut record = ByteRecord::new();
        if !self.reader.read_byte_record(&mut record).map_err(|source| self.input.unreadable(source))? {
            return Ok(None);
        }
        let line = record.position().map_or(0, |position| self.input.line(position));
        let fault = self.input.malformed(&record).map(|(code, reason)| Fault::new(code, reason));
        let cells = StringRecord::from_byte_record_lossy(record);
        Ok(Some(Row { line, cells: Arc::new(cells), fault }))
    }

    /// Where every chunk begins.
    fn chunk_starts(mut self) -> Result<Vec<Position>, Error> {
        let (mut starts, mut record, mut index) = (Vec::new(), ByteRecord::new(), 0u64);
        let unreadable = |source| self.input.unreadable(source);
        // The names of the columns are no row.
        self.reader.byte_headers().map_err(unreadable)?;
        loop {
            let before = match (index, self.input.has_header) {
                // Without a header, reading the "header" has already buffered the first row.
                (0, false) => Position::new(),
                _ => self.reader.position().clone(),
            };
            if !self.reader.read_byte_record(&mut record).map_err(unreadable)? {
                return Ok(starts);
            }
            if index.is_multiple_of(CHUNK_ROWS) {
                starts.push(before);
            }
            index += 1;
        }
    }
}
