//! Reads targets from CSV files as spreadsheets write them: wide, with a column per indicator, or long, with a line per
//! target. A value that cannot be read is reported with its line and column, never guessed.

use std::path::Path;

use encoding_rs::Encoding;
use longhu_client::failure::Failure;
use longhu_client::output;
use longhu_client::problems::{Problem, nearest};

use super::feed::{Feed, Form};
use crate::csv_file::{Dialect, Input, Layout, Row, Rows, recognised};
use crate::error::Error;
use crate::number::{Decimal, Forms, NumberStyle, before_percent};

/// A number with commas between thousands, such as `35,940,000.5`.
const STYLE: NumberStyle = NumberStyle { decimal: '.', group: Some(','), forms: Forms::NONE };
/// The most problems that are shown.
const SHOWN_MAX: usize = 100;

/// The targets that were read, and the problems by line.
pub type Reading = (Feed, Vec<(u32, Problem)>);

/// Where the columns are.
enum Columns {
    Wide { participant: usize, round: Option<usize>, indicators: Vec<(usize, String)> },
    Long { participant: usize, indicator: usize, round: Option<usize>, value: usize },
}

/// Reads a file. Without a named encoding it is read as UTF-8 or, if it is not UTF-8, as GB18030, which
/// Chinese spreadsheets write.
///
/// # Errors
/// A file that cannot be read at all.
pub fn read(path: &str, contest: &str, said: Option<&'static Encoding>) -> Result<Reading, Failure> {
    let encoding = match said {
        Some(encoding) => Some(encoding),
        None => recognised(Path::new(path)).map_err(|error| unreadable(path, error))?,
    };
    if said.is_none() && encoding.is_some() {
        output::note(&format!(
            "{path} is not UTF-8; it is read as GB18030, say `--encoding` if it is another"
        ));
    }
    let dialect = Dialect { encoding, trim: true, ..Dialect::default() };
    let input = Input::open(Path::new(path), path, dialect, Layout::default())
        .map_err(|error| unreadable(path, error))?;
    let mut problems = Vec::new();
    let Some(columns) = columns(&input, &mut problems) else {
        return Ok((Feed::new(Form::Wide, contest), problems));
    };
    let form = if matches!(columns, Columns::Wide { .. }) { Form::Wide } else { Form::Long };
    let mut feed = Feed::new(form, contest);
    let mut rows = Rows::all(&input).map_err(|error| unreadable(path, error))?;
    while let Some(row) = rows.next_row().map_err(|error| unreadable(path, error))? {
        // Spreadsheets often end with empty lines.
        if row.cells.iter().all(str::is_empty) {
            continue;
        }
        let line = u32::try_from(row.line).unwrap_or(u32::MAX);
        if let Some(fault) = &row.fault {
            problems.push((line, Problem::new("", fault.code, &fault.reason)));
            continue;
        }
        read_row(&mut feed, &columns, &row, line, &mut problems);
    }
    Ok((feed, problems))
}

fn unreadable(path: &str, error: Error) -> Failure {
    match error {
        Error::Open { source, .. } => Failure::new(format!("cannot read {path}: {source} (FILE_UNREADABLE)")),
        Error::Separator { .. }
        | Error::Header { .. }
        | Error::Encoding { .. }
        | Error::NoHeader { .. }
        | Error::Workbook { .. } => Failure::new(error.to_string()),
        Error::NoColumns { .. } => Failure::new(format!("{path} has no line of column names (NO_COLUMNS)"))
            .next("begin it with `participant` and a column for each indicator"),
    }
}

/// Where the columns are; `None` when a required one is missing.
fn columns(input: &Input, problems: &mut Vec<(u32, Problem)>) -> Option<Columns> {
    let mut wrong =
        |field: &str, code: &str, reason: String| problems.push((1, Problem::new(field, code, reason)));
    for (index, name) in input.columns.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if input.columns[..index].contains(name) {
            wrong(name, "DUPLICATE_COLUMN", format!("two columns are called `{name}`; rename or delete one"));
        }
    }
    let place = |name: &str| input.columns.iter().position(|column| column == name);
    let named = || input.columns.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let Some(participant) = place("participant") else {
        let near = nearest("participant", named().map(|(_, name)| name.as_str()));
        let hint = near.map_or_else(String::new, |near| format!("; is it `{near}`? Rename it"));
        wrong("participant", "MISSING_COLUMN", format!("there is no column `participant`{hint}"));
        return None;
    };
    if let (Some(indicator), Some(value)) = (place("indicator"), place("value")) {
        let known = ["participant", "indicator", "round", "value"];
        for (_, name) in named().filter(|(_, name)| !known.contains(&name.as_str())) {
            let hint = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", known.join(", ")),
            };
            wrong(
                name,
                "UNKNOWN_COLUMN",
                format!("`{name}` is not a column of a list with `indicator` and `value`; {hint}"),
            );
        }
        return Some(Columns::Long { participant, indicator, round: place("round"), value });
    }
    let is_indicator = |(_, name): &(usize, &String)| !["participant", "round"].contains(&name.as_str());
    let indicators: Vec<(usize, String)> =
        named().filter(is_indicator).map(|(index, name)| (index, name.clone())).collect();
    if indicators.is_empty() {
        wrong(
            "",
            "MISSING_COLUMN",
            "there is no indicator; give a column for each, named by its id".to_owned(),
        );
        return None;
    }
    Some(Columns::Wide { participant, round: place("round"), indicators })
}

fn read_row(feed: &mut Feed, columns: &Columns, row: &Row, line: u32, problems: &mut Vec<(u32, Problem)>) {
    let cell = |column: usize| row.cells.get(column).unwrap_or_default();
    let (Columns::Wide { participant, round, .. } | Columns::Long { participant, round, .. }) = columns;
    let (id, round) = (cell(*participant), round.map_or("", cell));
    if id.is_empty() {
        let reason = "the line names no participant; give its id, or delete the line";
        problems.push((line, Problem::new("participant", "MISSING_FIELD", reason)));
        return;
    }
    let place = feed.participant(id, line);
    let mut aim = |field: &str, indicator: &str, text: &str| {
        let added = value_e4(text)
            .map_err(|(code, reason)| Problem::new(field, code, reason))
            .and_then(|value| feed.aim(place, indicator, round, value, line));
        problems.extend(added.err().map(|problem| (line, problem)));
    };
    match columns {
        Columns::Wide { indicators, .. } => {
            for (column, indicator) in indicators.iter().filter(|(column, _)| !cell(*column).is_empty()) {
                aim(indicator, indicator, cell(*column));
            }
        }
        // A line with neither an indicator nor a value removes the participant's targets, unless other lines
        // give some.
        Columns::Long { indicator, value, .. } => match (cell(*indicator), cell(*value)) {
            ("", "") => {}
            ("", _) => problems.push((line, missing("indicator"))),
            (_, "") => problems.push((line, missing("value"))),
            (indicator, value) => aim("value", indicator, value),
        },
    }
}

fn missing(column: &str) -> Problem {
    Problem::new(column, "MISSING_FIELD", format!("the line has no {column}; give it, or delete the line"))
}

/// A number in 1/10,000, with or without commas between thousands, or a percentage.
fn value_e4(text: &str) -> Result<i128, (&'static str, String)> {
    let (number, digits) = before_percent(text).map_or((text, 4), |percent| (percent, 2));
    let decimal = Decimal::parse(number, STYLE).map_err(|fault| match fault.code {
        "NOT_A_NUMBER" => {
            (fault.code, format!("`{text}` is not a number; write it like 1200, 35,940,000.5 or 29.81%"))
        }
        code => (code, fault.reason),
    })?;
    decimal.whole_at(digits).ok_or_else(|| {
        (
            "TOO_MANY_DIGITS",
            format!("`{text}` is finer than 0.0001; round it to at most {digits} digits after the point"),
        )
    })
}

/// Prints problems with their lines. The failure that it returns prints nothing more.
pub fn refused(path: &str, mut problems: Vec<(u32, Problem)>) -> Failure {
    problems.sort_by(|left, right| (left.0, &left.1.field).cmp(&(right.0, &right.1.field)));
    let mut text = String::new();
    for (line, problem) in problems.iter().take(SHOWN_MAX) {
        text.push_str(&format!("{path}:{line}: {}\n", output::one_line(&problem.to_string())));
    }
    if problems.len() > SHOWN_MAX {
        text.push_str(&format!("{path}: {} more problems\n", problems.len() - SHOWN_MAX));
    }
    output::note_raw(&text);
    Failure::said()
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;

    /// Each target as `participant indicator round value`, and each problem as `line field code`.
    fn read_bytes(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let (feed, problems) = read(file.path().to_str().unwrap(), "spring", None).unwrap();
        let mut targets = Vec::new();
        for one in feed.part(0, 1_000, 1_000) {
            let told = |target: &longhu_proto::wire::plan::v1::Target| {
                format!("{} {} {} {}", one.participant, target.indicator, target.round, target.value_e4)
            };
            targets.extend(one.targets.iter().map(told));
            if one.targets.is_empty() {
                targets.push(format!("{} nothing", one.participant));
            }
        }
        let told = |(line, problem): (u32, Problem)| format!("{line} {} {}", problem.field, problem.code);
        (targets, problems.into_iter().map(told).collect())
    }

    #[test]
    fn a_wide_table_has_a_column_for_each_indicator_and_an_empty_cell_is_no_target() {
        let text = "\u{feff}participant,round,deposits,cards\r\n\
                    B01,,\"35,940,000\",1200\r\n B02 ,q1,, 7.5 \r\nB03,,,\r\n,,,\r\n";
        let (targets, problems) = read_bytes(text.as_bytes());
        assert_eq!(
            targets,
            ["B01 deposits  359400000000", "B01 cards  12000000", "B02 cards q1 75000", "B03 nothing"]
        );
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn a_long_table_has_a_line_for_each_target() {
        let text =
            "participant,indicator,round,value\nB01,cards,,12\nB02,cards,q1,1\nB01,active,,29.81%\nB03,,,\n";
        let (targets, problems) = read_bytes(text.as_bytes());
        assert_eq!(targets, ["B01 cards  120000", "B01 active  2981", "B02 cards q1 10000", "B03 nothing"]);
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn a_chinese_spreadsheet_is_read_as_it_is_written() {
        let (bytes, _, _) = GB18030.encode("participant,存款\n城东支行,\"1,000\"\n");
        assert!(std::str::from_utf8(&bytes).is_err());
        assert_eq!(read_bytes(&bytes).0, ["城东支行 存款  10000000"]);
    }

    #[test]
    fn every_wrong_cell_is_named_by_line_and_column() {
        let text = "participant,round,deposits,cards\nB01,,12万,1\nB02,,\"1,00\",900000000000000\n,,1,\nB04,,0.00001,\nB05,,1\nB01,,,2\n";
        let (_, problems) = read_bytes(text.as_bytes());
        assert_eq!(
            problems,
            [
                "2 deposits NOT_A_NUMBER",
                "3 deposits NOT_A_NUMBER",
                "3 cards OUT_OF_RANGE",
                "4 participant MISSING_FIELD",
                "5 deposits TOO_MANY_DIGITS",
                "6  WRONG_CELLS",
                "7 cards DUPLICATE_TARGET",
            ]
        );
        let half = "participant,indicator,value\nB01,,1\nB01,cards,\n";
        assert_eq!(read_bytes(half.as_bytes()).1, ["2 indicator MISSING_FIELD", "3 value MISSING_FIELD"]);
    }

    #[test]
    fn columns_that_are_missing_double_or_unknown_are_named() {
        for (header, problem) in [
            ("particpant,cards", "1 participant MISSING_COLUMN"),
            ("participant,round", "1  MISSING_COLUMN"),
            ("participant,cards,cards", "1 cards DUPLICATE_COLUMN"),
            ("participant,indicator,value,rond", "1 rond UNKNOWN_COLUMN"),
        ] {
            assert_eq!(read_bytes(format!("{header}\n").as_bytes()).1, [problem], "{header}");
        }
    }
}
