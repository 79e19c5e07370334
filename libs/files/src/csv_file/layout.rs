//! What is said of a file: how it is written, and what of it is its table.

use encoding_rs::Encoding;
use regex::{Regex, RegexBuilder};

/// A pattern for lines.
pub type Pattern = Regex;

/// Memory of a pattern.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// How a file is written.
#[derive(Clone, Debug, Default)]
pub struct Dialect {
    /// Between cells. Default: what a first line `sep=;` says, or a comma.
    pub delimiter: Option<u8>,
    /// Around cells.
    pub quote: Quote,
    /// Before a quote that is text, within quotes. Default: such a quote is doubled.
    pub escape: Option<u8>,
    /// Cells that say "unknown"; empty ones always do.
    pub null: Vec<String>,
    /// How characters are written. Default: UTF-8, unless a byte order mark says otherwise.
    pub encoding: Option<&'static Encoding>,
    /// Whether blanks around cells are cut off.
    pub trim: bool,
}

/// The sign around cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quote {
    /// `"`
    #[default]
    Usual,
    /// Another one.
    Sign(u8),
    /// None: quotes are text.
    None,
}

/// What of a file is its table.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Its columns, when no line names them, or not well.
    pub columns: Option<Vec<String>>,
    /// Lines before the line of names, or before the first row when the columns are given.
    pub skip_lines: u32,
    /// The first line that it matches is the line of names.
    pub header: Option<Regex>,
    /// The first row that it matches, and all below, are no rows.
    pub footer: Option<Regex>,
    /// The sheet of a workbook. Default: its only one.
    pub sheet: Option<String>,
}

/// A pattern for a line.
///
/// # Errors
/// What is no pattern, or one that would take much memory.
pub fn pattern(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).size_limit(PATTERN_BYTES_MAX).dfa_size_limit(PATTERN_BYTES_MAX).build()
}
