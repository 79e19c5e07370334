//! Problems of a mapping: file, line, place, reason and what to do. They are collected, so that one run
//! reports all of them.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use longhu_client::output::one_line;

use crate::date::FormatError;
use crate::grammar::GrammarError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line in the mapping, from 1.
    pub line: usize,
    /// Where in the mapping, such as `events[1].event[0].id`; may be empty.
    pub place: String,
    /// A stable UPPER_SNAKE code.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    pub file: PathBuf,
    /// At least one, in the order of the lines.
    pub list: Vec<Problem>,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{}:{}: ", self.file.display(), problem.line)?;
            if !problem.place.is_empty() {
                write!(f, "{}: ", problem.place)?;
            }
            // The reason quotes the mapping, where a name may contain any character, even a line break.
            write!(f, "{} ({})", one_line(&problem.reason), problem.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Why something in a mapping is wrong, before its line is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// A stable UPPER_SNAKE code.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub text: String,
}

impl Reason {
    /// The same, with the text of the mapping that it is about.
    pub fn in_text(self, written: &str) -> Reason {
        Reason { text: format!("in \"{written}\": {}", self.text), ..self }
    }
}

impl From<GrammarError> for Reason {
    fn from(error: GrammarError) -> Reason {
        Reason { code: error.code(), text: error.to_string() }
    }
}

impl From<FormatError> for Reason {
    fn from(error: FormatError) -> Reason {
        Reason { code: error.code(), text: error.to_string() }
    }
}

/// The line, from 1, on which a span begins.
pub fn line_of(text: &str, span: &Range<usize>) -> usize {
    let end = span.start.min(text.len());
    1 + text.as_bytes().iter().take(end).filter(|byte| **byte == b'\n').count()
}

/// "did you mean `x`?" or "there are …", for a name that is not among `known`.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let lower = name.to_lowercase();
    let alike = |other: &&&str| {
        let other = other.to_lowercase();
        other == lower || (lower.len().min(other.len()) > 2 && strsim::levenshtein(&lower, &other) <= 2)
    };
    if let Some(alike) = known.iter().find(alike) {
        return format!("did you mean `{alike}`?");
    }
    match known.len() {
        0 => "there are none".to_owned(),
        _ => format!(
            "there are {}",
            known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
    }
}
