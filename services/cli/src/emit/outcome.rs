//! The outcome of each event, and a summary. It prints what the server answered.

use std::collections::BTreeMap;

use longhu_client::output::{self, Align};
use longhu_client::token::Token;
use longhu_files::events::Refusal;
use longhu_proto::wire::event::v1::Event;
use longhu_proto::wire::ingest::v1::{Outcome, outcome};
use serde::Serialize;

/// The outcome of one line. Every key is printed; it is `null` where it does not apply.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    source: Option<String>,
    id: Option<String>,
    status: Status,
    position: Option<String>,
    field: Option<String>,
    code: Option<String>,
    reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Accepted,
    Rejected,
}

impl Row {
    /// The outcome of a line that is not an event.
    pub fn refused(line: u64, refusal: Refusal) -> Row {
        Row {
            source: refusal.source,
            id: refusal.id,
            status: Status::Rejected,
            position: None,
            field: Some(format!("line {line}")),
            code: Some(refusal.code.to_owned()),
            reason: Some(refusal.reason),
        }
    }

    /// The outcome of an event that the server answered; `None` if the answer has neither a position nor a
    /// refusal.
    pub fn answered(event: &Event, outcome: Outcome) -> Option<Row> {
        let row = Row {
            source: Some(event.source.clone()),
            id: Some(event.id.clone()),
            status: Status::Accepted,
            position: None,
            field: None,
            code: None,
            reason: None,
        };
        match outcome.result? {
            outcome::Result::Accepted(accepted) => Some(Row {
                position: accepted.position.as_ref().map(longhu_client::proto_json::position),
                ..row
            }),
            outcome::Result::Rejected(rejected) => Some(Row {
                status: Status::Rejected,
                field: Some(rejected.field),
                code: Some(rejected.code),
                reason: Some(rejected.reason),
                ..row
            }),
        }
    }
}

/// The greatest position among outcomes.
pub fn greatest_position(outcomes: &[Outcome]) -> Option<Token> {
    let position = |outcome: &Outcome| match &outcome.result {
        Some(outcome::Result::Accepted(accepted)) => accepted.position.as_ref().map(Token::from),
        _ => None,
    };
    outcomes.iter().filter_map(position).max()
}

/// How many lines of one code are shown to people.
const SHOWN_PER_CODE: usize = 5;

/// The refusals of one code.
#[derive(Debug, Default)]
struct Refused {
    count: u64,
    /// The first of them.
    shown: Vec<String>,
}

/// The summary of all outcomes.
#[derive(Debug, Default)]
pub struct Summary {
    /// Events on disk.
    pub accepted: u64,
    /// Events and lines that were refused.
    pub rejected: u64,
    /// The greatest position of an accepted event.
    pub position: Option<Token>,
    codes: BTreeMap<String, Refused>,
}

impl Summary {
    /// Counts a row of a line.
    pub fn count(&mut self, line: u64, row: &Row) {
        if row.status == Status::Accepted {
            self.accepted += 1;
            return;
        }
        self.rejected += 1;
        let code = row.code.clone().unwrap_or_default();
        let refused = self.codes.entry(code).or_default();
        refused.count += 1;
        if refused.shown.len() < SHOWN_PER_CODE {
            refused.shown.push(example(line, row));
        }
    }

    /// The text for people; `file` is what was sent.
    pub fn text(&self, file: &str) -> String {
        let mut pairs =
            vec![("accepted", self.accepted.to_string()), ("rejected", self.rejected.to_string())];
        if let Some(position) = self.position {
            pairs.push(("position", position.to_string()));
        }
        let mut text = output::pairs(pairs);
        if !self.codes.is_empty() {
            let columns = [("CODE", Align::Left), ("EVENTS", Align::Right), ("FIRST", Align::Left)];
            let rows = self.codes.iter().flat_map(|(code, refused)| {
                let mut head = vec![code.clone(), refused.count.to_string()];
                refused.shown.iter().map(move |line| {
                    let mut row = std::mem::replace(&mut head, vec![String::new(); 2]);
                    row.push(line.clone());
                    row
                })
            });
            text.push('\n');
            text.push_str(&output::table(&columns, rows));
            if self.codes.values().any(|refused| refused.count > refused.shown.len() as u64) {
                text.push_str(&format!("all: longhu emit {file} -o jsonl\n"));
            }
        }
        text
    }
}

fn example(line: u64, row: &Row) -> String {
    let mut example = format!("line {line}");
    if let (Some(source), Some(id)) = (&row.source, &row.id) {
        example.push_str(&format!(" ({source}/{id})"));
    }
    let field = row.field.as_deref().filter(|field| !field.is_empty() && !field.starts_with("line "));
    for part in [field, row.reason.as_deref()].into_iter().flatten() {
        example.push_str(": ");
        example.push_str(part);
    }
    example
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::event::v1 as wire;
    use longhu_proto::wire::ingest::v1::{Accepted, Rejected};

    use super::*;

    fn event() -> Event {
        Event { source: "core".into(), id: "e-1".into(), ..Event::default() }
    }

    fn accepted() -> Outcome {
        let position = Some(wire::Position { sequence: 42, index: 7, adoptions: 0 });
        Outcome { result: Some(outcome::Result::Accepted(Accepted { position })) }
    }

    fn rejected() -> Outcome {
        let (field, code, reason) = ("type".into(), "UNKNOWN_TYPE".into(), "no such type".into());
        Outcome { result: Some(outcome::Result::Rejected(Rejected { field, code, reason })) }
    }

    #[test]
    fn every_key_is_there_whatever_the_outcome() {
        let line = |row: &Row| output::json(row, false).unwrap();
        assert_eq!(
            line(&Row::answered(&event(), accepted()).unwrap()),
            r#"{"source":"core","id":"e-1","status":"accepted","position":"42.7","field":null,"code":null,"reason":null}"#
        );
        assert_eq!(
            line(&Row::answered(&event(), rejected()).unwrap()),
            r#"{"source":"core","id":"e-1","status":"rejected","position":null,"field":"type","code":"UNKNOWN_TYPE","reason":"no such type"}"#
        );
        let refusal = Refusal { source: None, id: None, code: "INVALID_JSON", reason: "not JSON".into() };
        assert_eq!(
            line(&Row::refused(3, refusal)),
            r#"{"source":null,"id":null,"status":"rejected","position":null,"field":"line 3","code":"INVALID_JSON","reason":"not JSON"}"#
        );
    }

    #[test]
    fn an_answer_that_says_nothing_is_no_outcome() {
        assert_eq!(Row::answered(&event(), Outcome { result: None }), None);
    }

    #[test]
    fn the_summary_counts_and_shows_the_first_five_of_each_code() {
        let mut summary = Summary::default();
        summary.count(1, &Row::answered(&event(), accepted()).unwrap());
        summary.count(2, &Row::answered(&event(), rejected()).unwrap());
        summary.count(3, &Row::answered(&event(), rejected()).unwrap());
        summary.position = greatest_position(&[rejected(), accepted()]);
        assert_eq!(
            summary.text("events.jsonl"),
            "accepted  1\nrejected  2\nposition  42.7\n\n\
             CODE          EVENTS  FIRST\nUNKNOWN_TYPE       2  line 2 (core/e-1): type: no such type\n                      \
             line 3 (core/e-1): type: no such type\n"
        );
        (4..=9).for_each(|line| summary.count(line, &Row::answered(&event(), rejected()).unwrap()));
        let text = summary.text("events.jsonl");
        assert!(text.contains("UNKNOWN_TYPE       8  line 2") && text.contains("line 6 "), "{text}");
        assert!(
            !text.contains("line 7 ") && text.ends_with("all: longhu emit events.jsonl -o jsonl\n"),
            "{text}"
        );
    }
}
