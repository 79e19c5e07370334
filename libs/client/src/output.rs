//! Data goes to stdout, everything else to stderr. A reader that ends early, like `head`, causes no panic.

use std::io::{self, Write};

use clap::ValueEnum;
use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::failure::Failure;
pub use crate::stderr::{note, note_raw, one_line};

/// How data is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// One JSON document.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// Comma-separated values with a header line.
    Csv,
}

/// Writes to stdout.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Writes one JSON document to stdout.
pub fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    print(&(json(value, true)? + "\n"))
}

/// A value as JSON.
pub fn json(value: &impl Serialize, pretty: bool) -> Result<String, Failure> {
    let text = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    text.map_err(|error| Failure::new(format!("the answer cannot be written as JSON: {error}")))
}

/// The alignment of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// For words.
    Left,
    /// For numbers.
    Right,
}

/// A table with a header line, aligned by display width: a Chinese character is two cells wide.
pub fn table(columns: &[(&str, Align)], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let cell = |text: String, align: Align| {
        Cell::new_owned(one_line(&text)).set_alignment(match align {
            Align::Left => CellAlignment::Left,
            Align::Right => CellAlignment::Right,
        })
    };
    table.set_header(columns.iter().map(|(name, align)| cell((*name).to_owned(), *align)));
    for row in rows {
        let aligned = row.into_iter().zip(columns.iter().map(|(_, align)| *align));
        table.add_row(aligned.map(|(text, align)| cell(text, align)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    lines_of(&table)
}

/// How many cells a line may have where stdout is not a terminal.
const CELLS_DEFAULT: usize = 120;

/// How many cells a line of stdout may have: the terminal's columns, or 120.
pub fn columns() -> usize {
    terminal_size::terminal_size_of(io::stdout()).map_or(CELLS_DEFAULT, |(width, _)| width.0.into())
}

/// Whether any line of a text has more cells.
pub fn is_wider(text: &str, cells: usize) -> bool {
    text.lines().any(|line| line.width() > cells)
}

/// Names and values, one pair per line.
pub fn pairs<'p>(pairs: impl IntoIterator<Item = (&'p str, String)>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for (name, value) in pairs {
        table.add_row([Cell::new(name), Cell::new_owned(one_line(&value))]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    lines_of(&table)
}

/// Comma-separated values with a header line.
pub fn csv<T: Serialize>(names: &[&str], rows: impl IntoIterator<Item = T>) -> Result<String, Failure> {
    let wrong = |error: String| Failure::new(format!("the answer cannot be written as CSV: {error}"));
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(names).map_err(|error| wrong(error.to_string()))?;
    for row in rows {
        writer.serialize(row).map_err(|error| wrong(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))
}

fn lines_of(table: &Table) -> String {
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    lines.concat()
}

/// A decimal number with its thousands grouped.
pub fn grouped(decimal: &str) -> String {
    let (whole, fraction) = decimal.split_once('.').map_or((decimal, ""), |parts| parts);
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut text = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_aligned_beside_chinese_names() {
        let rows =
            [vec!["1".into(), "张三丰".into(), "12.5".into()], vec!["10".into(), "Li".into(), "3".into()]];
        let columns = [("RANK", Align::Right), ("NAME", Align::Left), ("SCORE", Align::Right)];
        assert_eq!(table(&columns, rows), "RANK  NAME    SCORE\n   1  张三丰   12.5\n  10  Li          3\n");
    }

    #[test]
    fn a_line_is_as_wide_as_its_cells() {
        assert!(is_wider("RANK\n张三丰\n", 5) && !is_wider("RANK\n张三丰\n", 6));
    }

    #[test]
    fn texts_cannot_move_the_cursor() {
        assert_eq!(pairs([("name", "a\u{1b}[2Jb\nc".to_owned())]), "name  a [2Jb c\n");
    }

    #[test]
    fn thousands_are_grouped_and_fractions_are_not() {
        assert_eq!(
            ["0", "999", "1000", "-1234567.8901"].map(grouped),
            ["0", "999", "1,000", "-1,234,567.8901"]
        );
    }
}
