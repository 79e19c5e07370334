//! CSV as bytes: records with the lines on which they begin and end, cells in quotes, and every kind of line
//! end. It knows nothing of columns. Memory is bounded by the longest record that is kept, whatever the file
//! contains.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// The longest record that is kept, in bytes. Without a limit, a quote that is never closed would make one
/// record of the rest of the file.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// The most cells of a record that are kept: as many as a spreadsheet has columns.
pub const RECORD_CELLS_MAX: usize = 16_384;

const BUFFER_BYTES: usize = 256 * 1024;

/// The bytes with a meaning in CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signs {
    /// Between cells.
    pub delimiter: u8,
    /// Around cells; `None` if a quote is text like any other character.
    pub quote: Option<u8>,
    /// Before a quote that is text, inside quotes.
    pub escape: Option<u8>,
    /// Whether blanks before a cell are removed.
    pub trim: bool,
    /// Whether each line is a record, even with an open quote, like the rows of a sheet.
    pub row_is_line: bool,
}

/// A place between two records of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Bytes before it.
    pub byte: u64,
    /// The line that begins there, from 1.
    pub line: u64,
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A quote is still open where the file ends.
    OpenQuote {
        /// The cell, from 0.
        cell: usize,
        /// The line of the quote.
        line: u64,
    },
    /// There is text between the closing quote of a cell and the delimiter.
    TextAfterQuote {
        /// The cell, from 0.
        cell: usize,
        /// The line of the closing quote.
        line: u64,
    },
    /// It is longer than [`RECORD_BYTES_MAX`], or has more cells than [`RECORD_CELLS_MAX`].
    TooLong,
}

/// A record as it was read.
#[derive(Debug, Default)]
pub struct Record {
    /// The bytes of all cells, without quotes and delimiters.
    pub bytes: Vec<u8>,
    /// Where each cell ends among the bytes.
    pub ends: Vec<usize>,
    /// The line on which it begins, from 1.
    pub line: u64,
    pub last_line: u64,
    /// What is wrong with it, if anything.
    pub broken: Option<Broken>,
}

impl Record {
    /// The bytes of each cell.
    pub fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.bytes.get(start..*end).unwrap_or(&[]))
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.broken = None;
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > RECORD_BYTES_MAX {
            self.broken.get_or_insert(Broken::TooLong);
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn end_cell(&mut self) {
        if self.ends.len() == RECORD_CELLS_MAX {
            self.broken.get_or_insert(Broken::TooLong);
        } else {
            self.ends.push(self.bytes.len());
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Delimiter,
    Line,
    File,
}

/// Reads the records of a file in UTF-8.
#[derive(Debug)]
pub struct Records {
    file: File,
    signs: Signs,
    buffer: Vec<u8>,
    /// The next byte in the buffer, and the end of the bytes in it.
    at: usize,
    filled: usize,
    /// Bytes of the file before the buffer.
    before: u64,
    line: u64,
}

impl Records {
    /// Reads from the start of a file. A byte order mark is skipped.
    pub fn new(file: File, signs: Signs) -> io::Result<Records> {
        let mut records =
            Records { file, signs, buffer: vec![0; BUFFER_BYTES], at: 0, filled: 0, before: 0, line: 1 };
        if records.available()?.starts_with("\u{feff}".as_bytes()) {
            records.at = 3;
        }
        Ok(records)
    }

    /// Where the next record begins.
    pub fn place(&self) -> Place {
        Place { byte: self.before + self.at as u64, line: self.line }
    }

    /// Goes to a place that was given by [`Records::place`].
    pub fn go(&mut self, place: Place) -> io::Result<()> {
        self.line = place.line;
        let in_buffer = place.byte.checked_sub(self.before).filter(|at| *at <= self.filled as u64);
        if let Some(at) = in_buffer {
            self.at = at as usize;
            return Ok(());
        }
        self.file.seek(SeekFrom::Start(place.byte))?;
        (self.before, self.at, self.filled) = (place.byte, 0, 0);
        Ok(())
    }

    /// Uses other signs from here on.
    pub fn set_signs(&mut self, signs: Signs) {
        self.signs = signs;
    }

    /// The bytes of the buffer that are not read yet; none at the end of the file.
    fn available(&mut self) -> io::Result<&[u8]> {
        if self.at == self.filled {
            self.before += self.filled as u64;
            (self.at, self.filled) = (0, 0);
            self.filled = loop {
                match self.file.read(&mut self.buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
        }
        Ok(self.buffer.get(self.at..self.filled).unwrap_or(&[]))
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        match self.buffer.get(self.at..self.filled) {
            Some([next, ..]) => Ok(Some(*next)),
            _ => Ok(self.available()?.first().copied()),
        }
    }

    /// Takes a line end, whose first byte comes next: LF, CR LF or CR.
    fn end_line(&mut self) -> io::Result<()> {
        let first = self.peek()?;
        self.at += 1;
        if first == Some(b'\r') && self.peek()? == Some(b'\n') {
            self.at += 1;
        }
        self.line += 1;
        Ok(())
    }

    /// Takes the rest of a line and its end, and keeps at most `most` bytes; `false` at the end of the file.
    pub fn raw_line(&mut self, kept: &mut Vec<u8>, most: usize) -> io::Result<bool> {
        kept.clear();
        let mut found = false;
        loop {
            let available = self.available()?;
            if available.is_empty() {
                return Ok(found);
            }
            found = true;
            let end = memchr::memchr2(b'\n', b'\r', available);
            let taken = end.unwrap_or(available.len());
            let room = most.saturating_sub(kept.len());
            kept.extend_from_slice(available.get(..taken.min(room)).unwrap_or(&[]));
            self.at += taken;
            if end.is_some() {
                self.end_line()?;
                return Ok(true);
            }
        }
    }

    /// Reads the next record; `false` at the end of the file. Empty lines are skipped.
    pub fn read(&mut self, record: &mut Record) -> io::Result<bool> {
        record.clear();
        loop {
            match self.peek()? {
                None => return Ok(false),
                Some(b'\n' | b'\r') => self.end_line()?,
                Some(_) => break,
            }
        }
        record.line = self.line;
        loop {
            let end = self.cell(record)?;
            record.end_cell();
            match end {
                End::Delimiter => self.at += 1,
                End::Line | End::File => {
                    record.last_line = if self.signs.row_is_line { record.line } else { self.line };
                    if end == End::Line {
                        self.end_line()?;
                    }
                    return Ok(true);
                }
            }
        }
    }

    /// Reads a cell, up to and including what ends it.
    fn cell(&mut self, record: &mut Record) -> io::Result<End> {
        let Signs { delimiter, quote, trim, .. } = self.signs;
        while trim && matches!(self.peek()?, Some(blank @ (b' ' | b'\t')) if blank != delimiter) {
            self.at += 1;
        }
        if let Some(quote) = quote
            && self.peek()? == Some(quote)
        {
            self.at += 1;
            let line = self.line;
            if !self.quoted(quote, record)? {
                let cell = record.ends.len();
                record.broken = Some(Broken::OpenQuote { cell, line });
                return Ok(End::File);
            }
            let (line, start) = (self.line, record.bytes.len());
            let end = self.plain(record)?;
            let after = record.bytes.get(start..).unwrap_or(&[]);
            if !after.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
                let cell = record.ends.len();
                record.broken.get_or_insert(Broken::TextAfterQuote { cell, line });
            }
            return Ok(end);
        }
        self.plain(record)
    }

    /// Reads text up to a delimiter or the end of the line.
    fn plain(&mut self, record: &mut Record) -> io::Result<End> {
        let delimiter = self.signs.delimiter;
        loop {
            let available = self.available()?;
            if available.is_empty() {
                return Ok(End::File);
            }
            let end = memchr::memchr3(delimiter, b'\n', b'\r', available);
            let taken = end.unwrap_or(available.len());
            record.keep(available.get(..taken).unwrap_or(&[]));
            let next = end.and_then(|end| available.get(end)).copied();
            self.at += taken;
            match next {
                None => {}
                Some(sign) if sign == delimiter => return Ok(End::Delimiter),
                Some(_) => return Ok(End::Line),
            }
        }
    }

    /// Reads text up to and including the closing quote; `false` if the file ends first. Two quotes stand for
    /// one.
    fn quoted(&mut self, quote: u8, record: &mut Record) -> io::Result<bool> {
        let escape = self.signs.escape.filter(|escape| *escape != quote);
        loop {
            let available = self.available()?;
            if available.is_empty() {
                return Ok(false);
            }
            let end = match escape {
                None => memchr::memchr3(quote, b'\n', b'\r', available),
                Some(escape) => {
                    let is_sign = |byte: &u8| [quote, escape, b'\n', b'\r'].contains(byte);
                    available.iter().position(is_sign)
                }
            };
            let taken = end.unwrap_or(available.len());
            record.keep(available.get(..taken).unwrap_or(&[]));
            let next = end.and_then(|end| available.get(end)).copied();
            self.at += taken;
            match next {
                None => {}
                Some(sign) if sign == quote => {
                    self.at += 1;
                    if self.peek()? != Some(quote) {
                        return Ok(true);
                    }
                    record.keep(&[quote]);
                    self.at += 1;
                }
                Some(b'\n' | b'\r') => self.line_in_quotes(record)?,
                Some(_) => {
                    self.at += 1;
                    match self.peek()? {
                        Some(b'\n' | b'\r') => self.line_in_quotes(record)?,
                        Some(escaped) => {
                            record.keep(&[escaped]);
                            self.at += 1;
                        }
                        None => return Ok(false),
                    }
                }
            }
        }
    }

    /// Reads a line end inside quotes, which is text.
    fn line_in_quotes(&mut self, record: &mut Record) -> io::Result<()> {
        let before = self.line;
        let first = self.peek()?;
        let start = self.place().byte;
        self.end_line()?;
        let both = self.place().byte - start == 2;
        record.keep(if both { b"\r\n" } else { first.as_slice() });
        if self.signs.row_is_line {
            self.line = before;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
