//! The readers of the commands: each kind of file from its bytes, with the codes of everything that is wrong
//! with it. They are only wrapped here for tests that read millions of inputs in one process.

use std::path::Path;

use longhu_client::failure::Failure;
use longhu_client::problems::Problem;
use longhu_core::organisation::Feed;
use longhu_core::plan::Calendar;
use longhu_files::csv_file::recognised;
use longhu_files::document::{Document, Source};
use longhu_files::targets::{read_csv, read_toml};
use longhu_files::{calendar, contest, event_types, events, export, organisation};
use longhu_import::Error;
use longhu_proto::wire::contest::v1::ContestDefinition;
use longhu_proto::wire::control::v1::EventType;
use longhu_proto::wire::control::v1::ParticipantTargets;
use longhu_proto::wire::event::v1::Event;

/// The codes of a refusal: at least one, and none of them empty if the product is correct.
pub type Codes = Vec<String>;

/// A contest's TOML file.
///
/// # Errors
/// What is wrong with it; the same for all other functions here.
pub fn contest(bytes: &[u8]) -> Result<ContestDefinition, Codes> {
    document(bytes, |document| {
        let reading = contest::read(document.root());
        let (definition, sound) = (reading.definition.clone(), reading.is_sound());
        (definition, if sound { Vec::new() } else { reading.problems() })
    })
}

/// An organisation's TOML file.
pub fn organisation(bytes: &[u8]) -> Result<Feed, Codes> {
    document(bytes, |document| {
        let reading = organisation::read(document.root());
        (reading.feed, reading.problems)
    })
}

/// A TOML file of targets, for the contest that it names.
pub fn targets(bytes: &[u8]) -> Result<Vec<ParticipantTargets>, Codes> {
    document(bytes, |document| {
        let (feed, problems) = read_toml::read(document.root(), "");
        (feed.part(0, usize::MAX, usize::MAX), problems)
    })
}

/// A working-day calendar's TOML file.
pub fn calendar(bytes: &[u8]) -> Result<Calendar, Codes> {
    document(bytes, |document| calendar::read(document.root()))
}

/// A TOML file of event types.
pub fn event_types(bytes: &[u8]) -> Result<Vec<EventType>, Codes> {
    document(bytes, |document| event_types::read(document.root()))
}

/// A CSV file of targets, in UTF-8 or else GB18030.
pub fn targets_csv(path: &Path) -> Result<Vec<ParticipantTargets>, Codes> {
    let unreadable = |error: longhu_files::error::Error| codes_of(Failure::new(error.to_string()));
    let encoding = recognised(path).map_err(unreadable)?;
    let (feed, problems) = read_csv::read(&path.to_string_lossy(), "contest", encoding).map_err(codes_of)?;
    let problems = problems.into_iter().map(|(_, problem)| problem).collect();
    sound(feed.part(0, usize::MAX, usize::MAX), problems)
}

/// A mapping and all rows of its files below a folder. Returns the number of events.
pub fn import(mapping: &Path, folder: &Path) -> Result<u64, Codes> {
    let failed = |error: Error| codes_of(error.into_failure("nowhere"));
    let (events, rejected) = longhu_import::rehearse(mapping, folder).map_err(failed)?;
    if rejected.is_empty() { Ok(events) } else { Err(rejected) }
}

/// Lines of JSON, as events.
pub fn events(bytes: &[u8]) -> Vec<Result<Event, Codes>> {
    let Ok(descriptor) = longhu_client::proto_json::descriptor("longhu.event.v1.Event") else {
        return Vec::new();
    };
    let lines = events::Lines::new(bytes, descriptor);
    let content = |line: events::Line| match line.content {
        Ok(event) => Ok(*event),
        Err(refusal) => Err(vec![refusal.code.to_owned()]),
    };
    // Reading bytes in memory cannot fail.
    lines.map_while(Result::ok).map(content).collect()
}

/// An exported log. Returns the number of entries.
pub fn exported(bytes: &[u8]) -> Result<usize, Codes> {
    export::read_from(bytes, "export.jsonl", None).map(|log| log.len()).map_err(codes_of)
}

fn document<T>(bytes: &[u8], read: impl FnOnce(&Document) -> (T, Vec<Problem>)) -> Result<T, Codes> {
    let source = Source::of_bytes("file.toml", bytes.to_vec()).map_err(codes_of)?;
    let document = source
        .parse()
        .map_err(|report| report.found.into_iter().map(|(_, problem)| problem.code).collect::<Vec<_>>())?;
    let (value, problems) = read(&document);
    // Problems are reported with their lines.
    let report = document.report(problems);
    sound(value, report.found.into_iter().map(|(_, problem)| problem).collect())
}

fn sound<T>(value: T, problems: Vec<Problem>) -> Result<T, Codes> {
    if problems.is_empty() {
        Ok(value)
    } else {
        Err(problems.into_iter().map(|problem| problem.code).collect())
    }
}

fn codes_of(failure: Failure) -> Codes {
    let is_detailed = failure.what.starts_with("the mapping is wrong");
    let lines = if is_detailed { failure.details } else { vec![failure.what] };
    lines.iter().map(|line| code_in(line).unwrap_or_default().to_owned()).collect()
}

/// The code in brackets at the end of a refusal's text.
pub fn code_in(text: &str) -> Option<&str> {
    let is_code = |code: &&str| {
        code.contains(|c: char| c.is_ascii_uppercase())
            && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    text.rmatch_indices('(')
        .find_map(|(at, _)| text[at + 1..].split_once(')').map(|(code, _)| code).filter(is_code))
}
