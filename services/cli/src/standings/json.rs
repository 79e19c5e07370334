//! Standings as a JSON document. Decimals are copied from the server's answer digit by digit, never through a
//! float.

use longhu_client::failure::Failure;
use longhu_client::output;
use longhu_client::proto_json;
use longhu_proto::wire::contest::v1::ranked_by::By;
use longhu_proto::wire::standings::v1::{Figure, Header, Row};
use serde::Serialize;
use serde_json::value::RawValue;

use super::figures::is_keyed;
use super::render::{Focus, KnownAt, View};

/// A board as JSON.
#[derive(Serialize)]
pub struct Document<'a> {
    contest: &'a str,
    board: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    round: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    indicator: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ranked_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_at: Option<Point>,
    position: Option<String>,
    as_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed: Option<Elapsed<'a>>,
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
struct Elapsed<'a> {
    days: u32,
    total_days: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    calendar: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    missing_calendar: &'a str,
}

#[derive(Serialize)]
struct Entry<'a> {
    rank: u64,
    participant: &'a str,
    name: &'a str,
    score: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Option<Box<RawValue>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    figures: Vec<Entered<'a>>,
}

#[derive(Serialize)]
struct Entered<'a> {
    indicator: &'a str,
    value: Option<Box<RawValue>>,
    points: Option<Box<RawValue>>,
    target: Option<Box<RawValue>>,
    completion: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_reached: Option<bool>,
    pace: Option<Box<RawValue>>,
    forecast: Option<Box<RawValue>>,
}

/// One JSON document.
pub fn json(view: &View) -> Result<String, Failure> {
    Ok(output::json(&document(view)?, true)? + "\n")
}

/// A board, for a JSON document.
pub fn document(view: &View) -> Result<Document<'_>, Failure> {
    let header = &view.header;
    let gap = |focus: &Focus| number_or_none(&focus.gap_to_next);
    let point = |known_at: &KnownAt| Point {
        position: proto_json::position(&known_at.position),
        time: known_at.time.as_ref().and_then(proto_json::rfc3339),
    };
    Ok(Document {
        contest: &header.contest,
        board: &header.board,
        round: &header.round,
        indicator: &header.indicator,
        ranked_by: ranked_by(header),
        known_at: view.known_at.as_ref().map(point),
        position: header.position.as_ref().map(proto_json::position),
        as_of: header.as_of_time.as_ref().and_then(proto_json::rfc3339),
        elapsed: header.elapsed.as_ref().map(|elapsed| Elapsed {
            days: elapsed.elapsed_days,
            total_days: elapsed.total_days,
            calendar: &elapsed.calendar,
            missing_calendar: &elapsed.missing_calendar,
        }),
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
        standings: view.rows.iter().map(|row| entry(row, is_keyed(header))).collect::<Result<_, _>>()?,
    })
}

/// The ranking key of the contest; `None` if rows are ranked by score.
fn ranked_by(header: &Header) -> Option<String> {
    match header.ranked_by.as_ref()?.by.as_ref()? {
        By::Score(_) => None,
        By::Indicator(id) => Some(format!("indicator:{id}")),
        By::Completion(id) => Some(format!("completion:{id}")),
        By::PerHead(_) => Some("per_head".to_owned()),
        By::Improvement(_) => Some("improvement".to_owned()),
    }
}

fn entry(row: &Row, is_keyed: bool) -> Result<Entry<'_>, Failure> {
    let Row { rank, participant, name, score, key, figures } = row;
    Ok(Entry {
        rank: *rank,
        participant,
        name,
        score: number(score)?,
        key: is_keyed.then(|| number_or_none(key)).transpose()?,
        figures: figures.iter().map(entered).collect::<Result<_, _>>()?,
    })
}

fn entered(figure: &Figure) -> Result<Entered<'_>, Failure> {
    Ok(Entered {
        indicator: &figure.indicator,
        value: number_or_none(&figure.value)?,
        points: number_or_none(&figure.points)?,
        target: number_or_none(&figure.target)?,
        completion: number_or_none(&figure.completion)?,
        is_reached: figure.is_reached,
        pace: number_or_none(&figure.pace)?,
        forecast: number_or_none(&figure.forecast)?,
    })
}

fn number_or_none(decimal: &str) -> Result<Option<Box<RawValue>>, Failure> {
    (!decimal.is_empty()).then(|| number(decimal)).transpose()
}

/// A decimal as a JSON number with exactly these digits.
pub fn number(decimal: &str) -> Result<Box<RawValue>, Failure> {
    let wrong = || Failure::new(format!("the server gave `{decimal}` where a score belongs"));
    let plain = decimal.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
    let number = RawValue::from_string(decimal.to_owned()).map_err(|_| wrong())?;
    if plain { Ok(number) } else { Err(wrong()) }
}
