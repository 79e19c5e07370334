//! Texts for people on stderr. If one cannot be written, that is not a failure of the command.

use std::io::{self, Write};

/// Prints a line.
pub fn note(line: &str) {
    note_raw(&format!("{line}\n"));
}

/// Prints a text without a line end.
pub fn note_raw(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// A text without control characters, so that no text of a row can move the cursor or begin another row.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
