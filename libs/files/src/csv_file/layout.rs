//! Options of a file: how it is written, and which part of it is the table.

use encoding_rs::Encoding;
use regex::{Regex, RegexBuilder};

/// A pattern for lines.
pub type Pattern = Regex;

/// The most memory of a compiled pattern.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// How a file is written.
#[derive(Clone, Debug, Default)]
pub struct Dialect {
    /// The character between cells. Default: the one that a first line `sep=;` names, or a comma.
    pub delimiter: Option<u8>,
    /// The character around cells.
    pub quote: Quote,
    /// The character before a quote that is text, inside quotes. Default: such a quote is doubled.
    pub escape: Option<u8>,
    /// Cells that mean "unknown"; empty cells always do.
    pub null: Vec<String>,
    /// The encoding. Default: UTF-8, unless a byte order mark says otherwise.
    pub encoding: Option<&'static Encoding>,
    /// Whether blanks around cells are removed.
    pub trim: bool,
}

/// The character around cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quote {
    /// `"`
    #[default]
    Usual,
    /// Another character.
    Sign(u8),
    /// None: quotes are text like any other character.
    None,
}

/// Which part of a file is the table.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Its column names, if the file has no line of them or not a usable one.
    pub columns: Option<Vec<String>>,
    /// Lines before the column names, or before the first row if `columns` is given.
    pub skip_lines: u32,
    /// The first line that matches has the column names.
    pub header: Option<Regex>,
    /// The first row that matches and everything below are not rows.
    pub footer: Option<Regex>,
    /// The sheet of a workbook. Default: its only sheet.
    pub sheet: Option<String>,
}

/// A pattern for a line.
///
/// # Errors
/// A text that is not a pattern, or a pattern that would take too much memory.
pub fn pattern(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).size_limit(PATTERN_BYTES_MAX).dfa_size_limit(PATTERN_BYTES_MAX).build()
}
