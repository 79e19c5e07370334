//! Reads an exported log from its first entry on, without a gap. A broken line ends the reading with an
//! error: the standings of a part of the log would look like real standings.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use longhu_client::failure::Failure;
use longhu_core::control::Payload;
use longhu_core::oracle::{Entry, Logged};
use longhu_core::{Position, Time};
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::ops::v1::TailLogResponse;
use longhu_proto::wire::ops::v1::tail_log_response::Entry as WireEntry;
use prost::Message;

use crate::entry_line;

/// The most events that are read. The oracle keeps them all in memory and reads them again for each question.
pub const EVENTS_MAX: usize = 200_000;
/// The most units and employees in the log. Ranking compares each pair of rows.
pub const PARTICIPANTS_MAX: usize = 20_000;
/// The longest line, in bytes.
const LINE_BYTES_MAX: u64 = 4 << 20;

/// The entries of an export up to `at`, or all of them.
pub fn read(path: &str, at: Option<Position>) -> Result<Vec<Logged>, Failure> {
    let log = match path {
        "-" => read_from(io::stdin().lock(), path, at)?,
        _ => {
            let file = File::open(path).map_err(|error| {
                Failure::new(format!("cannot read {path}: {error}"))
                    .next("write one with `longhu log export > FILE`")
            })?;
            read_from(BufReader::with_capacity(1 << 16, file), path, at)?
        }
    };
    let end = log.last().map_or(Position::START, |logged| logged.position);
    match at {
        Some(at) if at > end => {
            let what = format!("{path} ends at {end}, before {at}");
            Err(Failure::new(what).next("export the log again, or ask for an earlier position"))
        }
        _ if log.is_empty() => {
            Err(Failure::new(format!("{path} has no entry"))
                .next("write one with `longhu log export > FILE`"))
        }
        _ => Ok(log),
    }
}

/// The same from any reader; `path` is its name in messages.
pub fn read_from(mut input: impl BufRead, path: &str, at: Option<Position>) -> Result<Vec<Logged>, Failure> {
    let (mut log, mut text, mut number): (Vec<Logged>, Vec<u8>, u64) = (Vec::new(), Vec::new(), 0);
    let (mut events, mut participants) = (0, 0);
    loop {
        text.clear();
        let read = input.by_ref().take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut text);
        if read.map_err(|error| Failure::new(format!("cannot read {path}: {error}")))? == 0 {
            return Ok(log);
        }
        number += 1;
        let before = log.last().map(|logged| logged.position);
        let logged = parse(&text, before).map_err(|bad| {
            Failure::new(format!("{path}:{number}: {bad}"))
                .next("export the log again from its first entry: `longhu log export > FILE`")
        })?;
        if at.is_some_and(|at| logged.position > at) {
            return Ok(log);
        }
        match &logged.entry {
            Entry::Event(_) => events += 1,
            Entry::Decision(decision) => {
                let is_participant = matches!(decision.payload, Payload::Unit(_) | Payload::Employee(_));
                participants += usize::from(is_participant);
            }
            Entry::Tick => {}
        }
        if events > EVENTS_MAX || participants > PARTICIPANTS_MAX {
            return Err(too_large(path, number));
        }
        log.push(logged);
    }
}

fn too_large(path: &str, number: u64) -> Failure {
    let what = format!(
        "{path}:{number}: the log is too large for the oracle, which is slow on purpose: it takes up to {EVENTS_MAX} \
         events and {PARTICIPANTS_MAX} changes of units and employees (LOG_TOO_LARGE)"
    );
    Failure::new(what).next("ask for an earlier position with `--at`, or fold the log again with `--rebuild`")
}

/// Why a line cannot be the next entry of an export.
#[derive(Debug, thiserror::Error)]
enum BadLine {
    #[error("the line is longer than {LINE_BYTES_MAX} bytes (TOO_LONG)")]
    TooLong,
    #[error("it is not UTF-8 (INVALID_JSON)")]
    NotUtf8,
    #[error("{reason} ({code})")]
    NoEntry { code: &'static str, reason: String },
    #[error("it begins at {0}, but standings need the log from 1.0 on (OUT_OF_ORDER)")]
    NotTheFirst(Position),
    #[error("after {before} comes {found}, so entries are missing or repeated (OUT_OF_ORDER)")]
    NotTheNext { before: Position, found: Position },
    #[error("its recorded time is not in the years 1900 to 2199 (BAD_ENTRY)")]
    RecordedTime,
    #[error("it is of a kind that this version does not know; run one that does (BAD_ENTRY)")]
    UnknownKind,
    #[error("{0} (BAD_ENTRY)")]
    NotUnderstood(longhu_proto::DecodeError),
}

/// The entry in a line, which follows the entry at `before`.
fn parse(text: &[u8], before: Option<Position>) -> Result<Logged, BadLine> {
    if text.len() as u64 > LINE_BYTES_MAX {
        return Err(BadLine::TooLong);
    }
    let text = std::str::from_utf8(text).map_err(|_| BadLine::NotUtf8)?;
    let entry = entry_line::read(text).map_err(|(code, reason)| BadLine::NoEntry { code, reason })?;
    let position = entry.position.as_ref().map(position_from_wire).unwrap_or_default();
    let expected = match before {
        None => [Position::new(1, 0); 2],
        Some(last) => [
            Position::new(last.sequence, last.index.saturating_add(1)),
            Position::new(last.sequence.saturating_add(1), 0),
        ],
    };
    if !expected.contains(&position) {
        return Err(match before {
            None => BadLine::NotTheFirst(position),
            Some(before) => BadLine::NotTheNext { before, found: position },
        });
    }
    logged(entry, position)
}

fn logged(entry: TailLogResponse, position: Position) -> Result<Logged, BadLine> {
    let recorded = entry.recorded_time.and_then(|time| Time::from_parts(time.seconds, time.nanos));
    let recorded = recorded.ok_or(BadLine::RecordedTime)?;
    let entry = match entry.entry {
        // From its stored bytes, as a projector reads it.
        Some(WireEntry::Event(event)) => {
            let stored = event.encode_to_vec();
            Entry::Event(
                longhu_proto::stored_event::decode(&stored).map_err(BadLine::NotUnderstood)?.into_owned(),
            )
        }
        Some(WireEntry::Control(control)) => {
            Entry::Decision(longhu_proto::control::from_wire(&control).map_err(BadLine::NotUnderstood)?)
        }
        Some(WireEntry::Tick(_)) => Entry::Tick,
        None => return Err(BadLine::UnknownKind),
    };
    Ok(Logged { position, recorded, entry })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(position: &str) -> String {
        format!(
            "{{\"position\":\"{position}\",\"recorded_time\":\"2026-02-02T02:00:00Z\",\"kind\":\"tick\",\"tick\":{{}}}}\n"
        )
    }

    fn read(lines: &[&str], at: Option<&str>) -> Result<Vec<String>, Failure> {
        let text: String = lines.iter().map(|position| tick(position)).collect();
        let at = at.map(|at| at.parse().unwrap());
        let log = read_from(text.as_bytes(), "x.jsonl", at)?;
        Ok(log.iter().map(|logged| logged.position.to_string()).collect())
    }

    #[test]
    fn entries_follow_each_other_without_a_gap_from_the_first_on() {
        assert_eq!(read(&["1.0", "1.1", "2.0"], None).unwrap(), ["1.0", "1.1", "2.0"]);
        for (lines, place) in [
            (&["2.0"][..], "x.jsonl:1: it begins at 2.0"),
            (&["1.0", "1.2"], "x.jsonl:2: after 1.0 comes 1.2"),
            (&["1.0", "3.0"], "x.jsonl:2: after 1.0 comes 3.0"),
            (&["1.0", "2.0", "2.0"], "x.jsonl:3: after 2.0 comes 2.0"),
        ] {
            let said = read(lines, None).unwrap_err().text();
            assert!(said.contains(place) && said.contains("OUT_OF_ORDER"), "{said}");
        }
    }

    #[test]
    fn entries_after_the_position_are_not_read() {
        assert_eq!(read(&["1.0", "1.1", "2.0"], Some("1.1")).unwrap(), ["1.0", "1.1"]);
    }

    #[test]
    fn a_broken_line_is_refused_with_its_number() {
        let text = tick("1.0") + "{\"position\":\n";
        let said = read_from(text.as_bytes(), "x.jsonl", None).unwrap_err().text();
        assert!(said.contains("x.jsonl:2:") && said.contains("INVALID_JSON"), "{said}");
    }

    #[test]
    fn an_impossible_recorded_time_is_refused() {
        let text = tick("1.0").replace("2026-", "1826-");
        let said = read_from(text.as_bytes(), "x.jsonl", None).unwrap_err().text();
        assert!(said.contains("x.jsonl:1: its recorded time") && said.contains("BAD_ENTRY"), "{said}");
    }
}
