//! Valid inputs, from which the others are made: the examples in `deploy`, the golden bytes of everything
//! that is stored, and what the project's own writers make of them.

use std::path::PathBuf;

use longhu_core::control::{Bank, Decision, Payload, Source};
use longhu_core::types::money::Currency;
use longhu_core::types::time::EARLIEST;
use longhu_core::{Position, Time};
use longhu_proto::wire::event::v1::Event;
use longhu_proto::{contest, control, plan};
use prost::Message;

use crate::reading;

/// The root of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files below a folder with this ending, ordered by path.
pub fn files(folder: &str, ending: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// The contents of these files.
pub fn contents(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    files(folder, ending).into_iter().map(|(_, content)| content).collect()
}

/// Those of the examples' TOML files that a reader accepts.
pub fn examples<T>(read: impl Fn(&[u8]) -> Result<T, reading::Codes>) -> Vec<Vec<u8>> {
    contents("deploy/examples", ".toml").into_iter().filter(|bytes| read(bytes).is_ok()).collect()
}

/// The events of all examples, as ingest would store them.
pub fn events() -> Vec<Vec<u8>> {
    let lines = contents("deploy/examples", ".jsonl");
    let events = lines.iter().flat_map(|bytes| reading::events(bytes)).map(Result::unwrap);
    let dated = |event: Event| {
        let core = longhu_proto::event::from_wire(&event, day_of).unwrap();
        longhu_proto::event::to_wire(&core).encode_to_vec()
    };
    let golden = files("tests/fixtures/entries", ".bin");
    let golden = golden.into_iter().filter(|(path, _)| path.to_string_lossy().contains("/event-"));
    events.map(dated).chain(golden.map(|(_, bytes)| bytes)).collect()
}

fn day_of(time: Time) -> jiff::civil::Date {
    jiff::Timestamp::from_nanosecond(time.0.into()).unwrap().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The decisions of all examples, in an order in which they can be applied.
pub fn decisions() -> Vec<Decision> {
    let currency = Currency::parse("CNY").unwrap();
    let bank = Bank { id: "dev".into(), zone: "Asia/Shanghai".into(), currency };
    let mut payloads = vec![("dev".to_owned(), Payload::Bank(bank))];
    let source =
        Source { name: "core-cards".into(), numbered: true, horizon_days: None, principal: "local".into() };
    payloads.push(("core-cards".into(), Payload::Source(source)));
    for bytes in examples(reading::organisation) {
        let feed = reading::organisation(&bytes).unwrap();
        payloads.extend(feed.units.into_iter().map(|unit| (unit.id.clone(), Payload::Unit(unit))));
        payloads.extend(feed.employees.into_iter().map(|one| (one.id.clone(), Payload::Employee(one))));
        payloads.extend(feed.hand_overs.into_iter().map(|one| (one.id.clone(), Payload::HandOver(one))));
        payloads.extend(feed.codes.into_iter().map(|code| (code.key(), Payload::SourceCode(code))));
    }
    for bytes in examples(reading::calendar) {
        let calendar = reading::calendar(&bytes).unwrap();
        payloads.push((calendar.id.clone(), Payload::Calendar(calendar)));
    }
    for bytes in examples(reading::contest) {
        let definition = contest::from_wire(&reading::contest(&bytes).unwrap(), currency).unwrap();
        payloads.push((definition.id.clone(), Payload::Contest(Box::new(definition))));
    }
    for (path, _) in files("deploy/examples", "targets.csv") {
        for one in reading::targets_csv(&path).unwrap() {
            let targets = plan::aims_from_wire(&one.targets).unwrap();
            let (contest, participant) = ("ebanking-2025-q4".to_owned(), one.participant);
            let targets = longhu_core::plan::Targets { contest, participant, targets };
            payloads.push((targets.key(), Payload::Targets(targets)));
        }
    }
    let decision = |(key, payload)| Decision {
        principal: "local".into(),
        key,
        revision: 1,
        change_set: String::new(),
        payload,
    };
    payloads.into_iter().map(decision).collect()
}

/// The same decisions in stored form, together with the golden ones.
pub fn control_entries() -> Vec<Vec<u8>> {
    let golden = files("tests/fixtures/entries", ".bin");
    let golden = golden.into_iter().filter(|(path, _)| !path.to_string_lossy().contains("/event-"));
    decisions().iter().map(control::encode).chain(golden.map(|(_, bytes)| bytes)).collect()
}

/// A recorded time for a position of a log.
pub fn recorded(position: Position) -> Time {
    Time(EARLIEST.0 + 4_000_000_000_000_000_000 + position.sequence as i64)
}

/// Decisions and events, some together and some alone, in the form of `longhu log export`.
pub fn exported() -> Vec<String> {
    let decisions = decisions().into_iter().take(60);
    let decisions = decisions.map(|one| ("control", "longhu.control.v1.ControlEntry", control::encode(&one)));
    let events = events().into_iter().take(40).map(|bytes| ("event", "longhu.event.v1.Event", bytes));
    let entries: Vec<_> = decisions.chain(events).collect();
    let line = |number: usize, (kind, message, bytes): &(&str, &str, Vec<u8>)| {
        let descriptor = longhu_proto::descriptor_pool().get_message_by_name(message).unwrap();
        let part = prost_reflect::DynamicMessage::decode(descriptor, &**bytes).unwrap();
        let mut line = serde_json::json!({
            "position": format!("{number}.0"), "recorded_time": "2026-03-01T00:00:00Z", "kind": kind,
        });
        line[kind] = serde_json::to_value(&part).unwrap();
        format!("{line}\n")
    };
    let all =
        |entries: &[_]| (1..).zip(entries).map(|(number, entry)| line(number, entry)).collect::<String>();
    entries.chunks(1).chain([&entries[55..65], &entries[..]]).map(all).collect()
}

/// The events of all examples as adapters send them.
pub fn emitted() -> Vec<Event> {
    let lines = contents("deploy/examples", ".jsonl");
    lines.iter().flat_map(|bytes| reading::events(bytes)).map(Result::unwrap).collect()
}
