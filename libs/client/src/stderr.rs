//! Texts for people on stderr. That one cannot be written is no failure of a command.

use std::io::{self, Write};

/// A line.
pub fn note(line: &str) {
    note_raw(&format!("{line}\n"));
}

/// Text as it is.
pub fn note_raw(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Without control characters, so that no text of a row can move the cursor or begin another row.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
