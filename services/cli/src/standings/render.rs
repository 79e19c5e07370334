//! Standings as a table, JSON or CSV, from answers alone. Scores go from the server's decimal to the output digit by
//! digit: never through a float.

use std::fmt;

use longhu_proto::wire::event::v1::Position;
use longhu_proto::wire::standings::v1::{Header, Row};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::org::words::count;
use crate::output::{self, Align};
use crate::proto_json;

/// What is shown.
#[derive(Debug)]
pub struct View {
    /// What the rows reflect.
    pub header: Header,
    /// The rows, best first.
    pub rows: Vec<Row>,
    /// Rows on the whole board.
    pub total: u64,
    /// The participant who was asked for.
    pub focus: Option<Focus>,
    /// The earlier point that was asked for.
    pub known_at: Option<KnownAt>,
}

/// The end of what was known at an earlier point.
#[derive(Debug)]
pub struct KnownAt {
    /// The last entry.
    pub position: Position,
    /// The greatest recorded time.
    pub time: Option<prost_types::Timestamp>,
}

impl fmt::Display for KnownAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time.as_ref().and_then(proto_json::rfc3339).unwrap_or_default();
        write!(f, "as then known at {} ({time})", proto_json::position(&self.position))
    }
}

/// A participant who was asked for.
#[derive(Debug)]
pub struct Focus {
    /// The id.
    pub participant: String,
    /// What is missing to the next better score; empty for the first.
    pub gap_to_next: String,
}

/// A board as JSON.
#[derive(Serialize)]
pub struct Document<'a> {
    contest: &'a str,
    board: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_at: Option<Point>,
    position: Option<String>,
    as_of: Option<String>,
    digest: &'a str,
    revision: u64,
    fold_version: u32,
    stale: bool,
    held: u64,
    late: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seal: Option<proto_json::Seal>,
    total: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap_to_next: Option<Option<Box<RawValue>>>,
    standings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Point {
    position: String,
    time: Option<String>,
}

#[derive(Serialize)]
struct Entry<'a> {
    rank: u64,
    participant: &'a str,
    name: &'a str,
    score: Box<RawValue>,
}

/// One JSON document.
pub fn json(view: &View) -> Result<String, Failure> {
    Ok(output::json(&document(view)?, true)? + "\n")
}

/// A board for a JSON document.
pub fn document(view: &View) -> Result<Document<'_>, Failure> {
    let header = &view.header;
    let gap = |focus: &Focus| match focus.gap_to_next.as_str() {
        "" => Ok(None),
        gap => number(gap).map(Some),
    };
    let point = |known_at: &KnownAt| Point {
        position: proto_json::position(&known_at.position),
        time: known_at.time.as_ref().and_then(proto_json::rfc3339),
    };
    Ok(Document {
        contest: &header.contest,
        board: &header.board,
        known_at: view.known_at.as_ref().map(point),
        position: header.position.as_ref().map(proto_json::position),
        as_of: header.as_of_time.as_ref().and_then(proto_json::rfc3339),
        digest: &header.digest,
        revision: header.revision,
        fold_version: header.fold_version,
        stale: header.stale,
        held: header.held,
        late: header.late,
        seal: header.seal.as_ref().map(proto_json::seal),
        total: view.total,
        participant: view.focus.as_ref().map(|focus| focus.participant.as_str()),
        gap_to_next: view.focus.as_ref().map(gap).transpose()?,
        standings: view.rows.iter().map(entry).collect::<Result<_, _>>()?,
    })
}

fn entry(row: &Row) -> Result<Entry<'_>, Failure> {
    let Row { rank, participant, name, score } = row;
    Ok(Entry { rank: *rank, participant, name, score: number(score)? })
}

/// A decimal as a JSON number of exactly those digits.
pub fn number(decimal: &str) -> Result<Box<RawValue>, Failure> {
    let wrong = || Failure::new(format!("the server gave `{decimal}` where a score belongs"));
    let plain = decimal.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
    let number = RawValue::from_string(decimal.to_owned()).map_err(|_| wrong())?;
    if plain { Ok(number) } else { Err(wrong()) }
}

/// Comma-separated values.
pub fn csv(view: &View) -> Result<String, Failure> {
    let wrong = |error: String| Failure::new(format!("the standings cannot be written as CSV: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["rank", "participant", "name", "score"])
        .map_err(|error| wrong(error.to_string()))?;
    for row in &view.rows {
        let rank = row.rank.to_string();
        let record = [rank.as_str(), &row.participant, &row.name, &row.score];
        writer.write_record(record).map_err(|error| wrong(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))
}

/// For people.
pub fn table(view: &View) -> String {
    let header = &view.header;
    let position = header.position.as_ref().map(proto_json::position).unwrap_or_default();
    let as_of =
        header.as_of_time.as_ref().and_then(proto_json::rfc3339).unwrap_or_else(|| "the beginning".into());
    let mut text = view.known_at.as_ref().map(|known_at| format!("{known_at}\n")).unwrap_or_default();
    text.push_str(&format!("{} · {} · position {position} · as of {as_of}\n", header.contest, header.board));
    if let Some(seal) = &header.seal {
        text.push_str(&format!("sealed by {}, result {}\n", seal.principal, seal.result_hash));
        if seal.late_entries > 0 {
            text.push_str(&format!(
                "note: {} came after the seal and would have changed it: `longhu contest late {}`\n",
                if seal.late_entries == 1 {
                    "1 entry".to_owned()
                } else {
                    format!("{} entries", seal.late_entries)
                },
                header.contest
            ));
        }
    }
    if header.stale {
        text.push_str(
            "note: a later revision of the contest is being computed; these are the rows of revision ",
        );
        text.push_str(&format!("{}\n", header.revision));
    }
    if header.held > 0 {
        text.push_str(&format!(
            "note: {} for units or employees that the organisation does not know: `longhu org unresolved`\n",
            count(header.held, "credit waits", "credits wait")
        ));
    }
    if header.late > 0 {
        text.push_str(&format!(
            "note: {} events came after the contest's deadline and score nothing\n",
            header.late
        ));
    }
    text.push('\n');
    let columns = [
        ("", Align::Left),
        ("RANK", Align::Right),
        ("PARTICIPANT", Align::Left),
        ("NAME", Align::Left),
        ("SCORE", Align::Right),
    ];
    let focus = view.focus.as_ref();
    let rows = view.rows.iter().map(|row| {
        let mark = if focus.is_some_and(|focus| focus.participant == row.participant) { ">" } else { "" };
        vec![mark.into(), row.rank.to_string(), row.participant.clone(), row.name.clone(), row.score.clone()]
    });
    match focus {
        Some(_) => text.push_str(&output::table(&columns, rows)),
        None => text.push_str(&output::table(&columns[1..], rows.map(|row| row[1..].to_vec()))),
    }
    text.push_str(&footer(view));
    text
}

fn footer(view: &View) -> String {
    match &view.focus {
        Some(focus) if focus.gap_to_next.is_empty() => format!("\nfirst of {}\n", view.total),
        Some(focus) => {
            format!("\n{} to the next better score, {} rows in all\n", focus.gap_to_next, view.total)
        }
        None if (view.rows.len() as u64) < view.total => {
            format!("\n{} of {} rows; more with --top\n", view.rows.len(), view.total)
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::standings::v1::ResultSeal;

    use super::*;

    fn view() -> View {
        let row = |rank, participant: &str, name: &str, score: &str| Row {
            rank,
            participant: participant.into(),
            name: name.into(),
            score: score.into(),
        };
        View {
            header: Header {
                contest: "cards-1998".into(),
                board: "branch".into(),
                position: Some(Position { sequence: 42, index: 7 }),
                as_of_time: Some(prost_types::Timestamp { seconds: 915_148_799, nanos: 500_000_000 }),
                digest: "ab".into(),
                fold_version: 1,
                revision: 2,
                stale: false,
                held: 0,
                late: 0,
                seal: None,
            },
            rows: vec![
                row(1, "b-1", "城东支行", "123456789012345678.1001"),
                row(2, "b-2", "West, \"2\"", "-0.5"),
            ],
            total: 77,
            focus: None,
            known_at: None,
        }
    }

    #[test]
    fn json_scores_keep_every_digit() {
        let text = json(&view()).unwrap();
        assert!(text.contains("\"score\": 123456789012345678.1001"), "{text}");
        assert!(text.contains("\"score\": -0.5"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["position"], "42.7");
        assert_eq!(value["as_of"], "1998-12-31T23:59:59.5Z");
        assert_eq!(value["standings"][0]["name"], "城东支行");
        assert!(value.get("gap_to_next").is_none());
    }

    #[test]
    fn what_is_no_decimal_is_not_passed_on_as_a_score() {
        for wrong in ["", "1e3", "\"1\"", "NaN", "1.", "01", "null"] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        assert_eq!(
            csv(&view()).unwrap(),
            "rank,participant,name,score\n1,b-1,城东支行,123456789012345678.1001\n2,b-2,\"West, \"\"2\"\"\",-0.5\n"
        );
    }

    #[test]
    fn a_table_aligns_scores_and_says_how_many_rows_are_left() {
        assert_eq!(
            table(&view()),
            "cards-1998 · branch · position 42.7 · as of 1998-12-31T23:59:59.5Z\n\
             \n\
             RANK  PARTICIPANT  NAME                         SCORE\n   \
                1  b-1          城东支行   123456789012345678.1001\n   \
                2  b-2          West, \"2\"                     -0.5\n\
             \n\
             2 of 77 rows; more with --top\n"
        );
    }

    #[test]
    fn a_table_says_when_rows_are_stale_or_credits_are_held() {
        let mut view = view();
        (view.header.stale, view.header.held, view.header.late) = (true, 3, 4);
        let text = table(&view);
        assert!(text.contains("rows of revision 2\n"), "{text}");
        assert!(text.contains("3 credits wait") && text.contains("4 events came after"), "{text}");
    }

    #[test]
    fn a_result_says_that_it_is_sealed_and_what_came_after_it() {
        let mut view = view();
        let (principal, result_hash) = ("hq".to_owned(), "cd".to_owned());
        let position = Some(Position { sequence: 42, index: 7 });
        view.header.seal =
            Some(ResultSeal { position, principal, result_hash, late_entries: 2, ..ResultSeal::default() });
        let text = table(&view);
        assert!(
            text.contains("sealed by hq, result cd\n") && text.contains("contest late cards-1998"),
            "{text}"
        );
        let value: serde_json::Value = serde_json::from_str(&json(&view).unwrap()).unwrap();
        assert_eq!((&value["seal"]["position"], &value["seal"]["late_entries"]), (&"42.7".into(), &2.into()));
    }

    #[test]
    fn a_board_as_then_known_says_so_first() {
        let position = Position { sequence: 42, index: 9 };
        let time = Some(prost_types::Timestamp { seconds: 915_148_799, nanos: 0 });
        let view = View { known_at: Some(KnownAt { position, time }), ..view() };
        let text = table(&view);
        assert!(
            text.starts_with("as then known at 42.9 (1998-12-31T23:59:59Z)\ncards-1998 · branch"),
            "{text}"
        );
        let value: serde_json::Value = serde_json::from_str(&json(&view).unwrap()).unwrap();
        assert_eq!(value["known_at"]["position"], "42.9");
        assert_eq!(value["known_at"]["time"], "1998-12-31T23:59:59Z");
    }

    #[test]
    fn a_participant_is_marked_and_told_the_gap() {
        let mut view = view();
        view.focus = Some(Focus { participant: "b-2".into(), gap_to_next: "3.5".into() });
        let text = table(&view);
        assert!(text.contains("\n>     2  b-2"), "{text}");
        assert!(text.ends_with("3.5 to the next better score, 77 rows in all\n"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&json(&view).unwrap()).unwrap();
        assert_eq!((&value["participant"], &value["gap_to_next"]), (&"b-2".into(), &3.5.into()));
        view.focus = Some(Focus { participant: "b-1".into(), gap_to_next: String::new() });
        let value: serde_json::Value = serde_json::from_str(&json(&view).unwrap()).unwrap();
        assert!(value.as_object().unwrap().contains_key("gap_to_next") && value["gap_to_next"].is_null());
    }
}
