//! A TOML file whose errors name file, line and reason: its text, its document, and the one place that turns
//! a field's path into a line. It knows nothing of contests or organisations.

use std::io::Read;
use std::ops::Range;

use longhu_client::failure::Failure;
use longhu_client::problems::Problem;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The largest file that is read. An organisation of a million employees is smaller.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// How much of a source line is shown.
const SHOWN_CHARS_MAX: usize = 160;
/// How many problems are shown.
const SHOWN_PROBLEMS_MAX: usize = 100;

/// A file's name and text.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

impl Source {
    /// Reads a file; `-` means stdin.
    pub fn read(path: &str) -> Result<Source, Failure> {
        let unreadable = |error: std::io::Error| Failure::new(format!("cannot read {path}: {error}"));
        let name = if path == "-" { "<stdin>" } else { path };
        let mut bytes = Vec::new();
        if path == "-" {
            std::io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        } else {
            let file = std::fs::File::open(path).map_err(unreadable)?;
            file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        }
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(Failure::new(format!("{name} is larger than {FILE_BYTES_MAX} bytes")));
        }
        Source::of_bytes(name, bytes)
    }

    /// The content of a file with that name.
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Result<Source, Failure> {
        String::from_utf8(bytes).map(|text| Source::new(name, text)).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
            Failure::new(format!("{name}:{line}: the file is not UTF-8 (INVALID_TOML)"))
                .next("save it as UTF-8; an editor may have used GBK")
        })
    }

    /// A text with a name.
    pub fn new(name: &str, text: String) -> Source {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(starts).collect();
        Source { name: name.to_owned(), text, line_starts }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The document, or every syntax error with its line.
    pub fn parse(&self) -> Result<Document<'_>, Report> {
        let (root, errors) = DeTable::parse_recoverable(&self.text);
        let mut lines = Vec::new();
        for error in errors {
            let line = error.span().map_or(self.line_starts.len(), |span| self.line_at(span.start));
            let follows_another = lines.last().is_some_and(|(last, _)| *last == line);
            if !follows_another {
                lines.push((line, Problem::new("", "INVALID_TOML", error.message())));
            }
        }
        if lines.is_empty() { Ok(Document { source: self, root }) } else { Err(self.report(lines)) }
    }

    fn line_at(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    fn report(&self, mut lines: Vec<(usize, Problem)>) -> Report {
        lines.sort_by(|left, right| (left.0, &left.1.field).cmp(&(right.0, &right.1.field)));
        let count = lines.len();
        let found = lines.clone();
        lines.truncate(SHOWN_PROBLEMS_MAX);
        let entry = |(line, problem): (usize, Problem)| {
            let shown: String = self.line(line).chars().take(SHOWN_CHARS_MAX).collect();
            format!(
                "{}:{line}: {problem}\n{line:>6} | {}\n",
                self.name,
                longhu_client::output::one_line(&shown)
            )
        };
        let mut text: String = lines.into_iter().map(entry).collect();
        if count > SHOWN_PROBLEMS_MAX {
            text.push_str(&format!("{}: {} more problems\n", self.name, count - SHOWN_PROBLEMS_MAX));
        }
        Report { text, found }
    }

    fn line(&self, number: usize) -> &str {
        let start = self.line_starts.get(number.saturating_sub(1)).copied().unwrap_or(self.text.len());
        self.text[start..].lines().next().unwrap_or_default().trim_end()
    }
}

/// A parsed TOML file.
#[derive(Debug)]
pub struct Document<'t> {
    source: &'t Source,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Document<'t> {
    /// Its tables and values.
    pub fn root(&self) -> &DeTable<'t> {
        self.root.get_ref()
    }

    /// The line of a field such as `indicators[1].events[0]`. For a missing field, the line of the table that
    /// it belongs to.
    pub fn line_of(&self, path: &str) -> usize {
        let mut span = None;
        let mut place = Place::Table(self.root.get_ref());
        for step in steps(path) {
            let Some((found, next)) = place.step(&step) else { break };
            span = Some(found);
            place = next;
        }
        span.map_or(1, |span| self.source.line_at(span.start))
    }

    /// Problems with their lines, sorted by line.
    pub fn report(&self, problems: Vec<Problem>) -> Report {
        let located = problems.into_iter().map(|problem| (self.line_of(&problem.field), problem));
        self.source.report(located.collect())
    }
}

/// Problems of one file, ready to be printed.
#[derive(Debug)]
pub struct Report {
    /// For each: `FILE:LINE: FIELD: reason (CODE)`, and the source line.
    pub text: String,
    /// All of them with their lines, in the same order.
    pub found: Vec<(usize, Problem)>,
}

impl Report {
    /// A failure that prints it to stderr.
    pub fn into_failure(self) -> Failure {
        longhu_client::output::note_raw(&self.text);
        Failure::said()
    }
}

/// How far a path has been followed.
enum Place<'d, 't> {
    Table(&'d DeTable<'t>),
    Value(&'d DeValue<'t>),
}

impl<'d, 't> Place<'d, 't> {
    fn table(&self) -> Option<&'d DeTable<'t>> {
        match self {
            Place::Table(table) => Some(table),
            Place::Value(value) => value.as_table(),
        }
    }

    fn step(&self, step: &Step) -> Option<(Range<usize>, Place<'d, 't>)> {
        match (self, step) {
            (_, Step::Key(name)) => {
                let (key, value) = self.table()?.iter().find(|(key, _)| key.get_ref() == name)?;
                Some((key.span(), Place::Value(value.get_ref())))
            }
            (Place::Value(DeValue::Array(array)), Step::Index(index)) => {
                let value = array.get(*index)?;
                Some((value.span(), Place::Value(value.get_ref())))
            }
            _ => None,
        }
    }
}

enum Step {
    Key(String),
    Index(usize),
}

/// The steps of a path such as `a.b[2]` or `a["x.y"]`.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some((inside, after)) = rest.strip_prefix("[\"").and_then(|rest| rest.split_once("\"]")) {
            steps.push(Step::Key(inside.to_owned()));
            rest = after;
        } else if let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let Ok(index) = inside.parse() else { break };
            steps.push(Step::Index(index));
            rest = after;
        } else {
            let rest_of_key = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest_of_key.find(['.', '[']).unwrap_or(rest_of_key.len());
            steps.push(Step::Key(rest_of_key[..end].to_owned()));
            rest = &rest_of_key[end..];
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
id = \"x\"
boards = [
  \"a\",
  \"b\",
]
[period]
from = 1998-01-01
[[indicators]]
id = \"one\"
filter = { amount_min = 1, attributes = { \"k.v\" = [\"1\"] } }
[[indicators]]
id = \"two\"
[indicators.points]
per_unit = 1
";

    #[test]
    fn paths_find_their_lines() {
        let source = Source::new("x.toml", TEXT.to_owned());
        let document = source.parse().unwrap();
        for (path, line) in [
            ("id", 1),
            ("boards", 2),
            ("boards[1]", 4),
            ("boards[9]", 2),
            ("period", 6),
            ("period.from", 7),
            ("period.to", 6),
            ("indicators[0]", 8),
            ("indicators[0].id", 9),
            ("indicators[0].events[0]", 8),
            ("indicators[0].filter.amount_min", 10),
            ("indicators[0].filter.attributes[\"k.v\"][0]", 10),
            ("indicators[1].points", 13),
            ("indicators[1].points.per_unit.units", 14),
            ("indicators[1].events", 11),
            ("missing", 1),
            ("", 1),
        ] {
            assert_eq!(document.line_of(path), line, "{path}");
        }
    }

    #[test]
    fn problems_are_printed_with_file_line_field_reason_and_code() {
        let source = Source::new("x.toml", TEXT.to_owned());
        let document = source.parse().unwrap();
        let report = document.report(vec![
            Problem::new("indicators[1].id", "BAD_NAME", "not allowed"),
            Problem::new("boards[1]", "DUPLICATE_ID", "twice"),
        ]);
        assert_eq!(
            report.text,
            "x.toml:4: boards[1]: twice (DUPLICATE_ID)\n     4 |   \"b\",\n\
             x.toml:12: indicators[1].id: not allowed (BAD_NAME)\n    12 | id = \"two\"\n"
        );
    }

    #[test]
    fn every_line_with_a_syntax_error_is_named() {
        let source = Source::new("x.toml", "a = \nb = 2\nc = \"x\nd = 4\n".to_owned());
        let report = source.parse().unwrap_err();
        assert!(report.text.contains("x.toml:1: "), "{}", report.text);
        assert!(report.text.contains("x.toml:3: "), "{}", report.text);
        assert!(report.text.contains("(INVALID_TOML)"), "{}", report.text);
    }
}
