//! Writes an entry of the log as a line of JSON, and reads it back. Its parts are in protobuf's JSON mapping,
//! so that nothing is lost on the way. It knows nothing of files or the order of lines.

use longhu_client::failure::Failure;
use longhu_client::output;
use longhu_client::proto_json;
use longhu_core::Position;
use longhu_proto::json_keys::{self, Spelling};
use longhu_proto::scalar::position_to_wire;
use longhu_proto::wire::ops::v1::TailLogResponse;
use longhu_proto::wire::ops::v1::tail_log_response::Entry;
use prost::Message;
use prost_reflect::{DeserializeOptions, DynamicMessage};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

const EVENT: &str = "longhu.event.v1.Event";
const CONTROL: &str = "longhu.control.v1.ControlEntry";
const TICK: &str = "longhu.ops.v1.Tick";

/// What a line contains. Of the last three fields exactly one is there; `kind` says which.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    position: Option<String>,
    recorded_time: Option<String>,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    control: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tick: Option<Box<RawValue>>,
}

/// The line of an entry, without its line end.
pub fn write(entry: &TailLogResponse) -> Result<String, Failure> {
    let mut line = Line {
        position: entry.position.as_ref().map(proto_json::position),
        recorded_time: entry.recorded_time.as_ref().and_then(proto_json::rfc3339),
        kind: "unknown".to_owned(),
        event: None,
        control: None,
        tick: None,
    };
    let (kind, part, json) = match &entry.entry {
        None => return output::json(&line, false),
        Some(Entry::Event(message)) => ("event", &mut line.event, proto_json::to_json(EVENT, message)?),
        Some(Entry::Control(message)) => {
            ("control", &mut line.control, proto_json::to_json(CONTROL, message)?)
        }
        Some(Entry::Tick(message)) => ("tick", &mut line.tick, proto_json::to_json(TICK, message)?),
    };
    *part = Some(json);
    line.kind = kind.to_owned();
    output::json(&line, false)
}

/// Why a line is not an entry: a stable code, and a reason.
pub type Refusal = (&'static str, String);

/// Reads the entry in a line.
pub fn read(text: &str) -> Result<TailLogResponse, Refusal> {
    if let Some(key) = json_keys::duplicate(text, Spelling::Exact) {
        return Err(("DUPLICATE_KEY", format!("`{key}` appears twice in one object; export the log again")));
    }
    let line: Line = serde_json::from_str(text).map_err(|error| {
        ("INVALID_JSON", format!("it is not an entry as `longhu log export` writes it: {error}"))
    })?;
    let bad = |what: &str| ("BAD_ENTRY", format!("it has no {what}; export the log again"));
    let position: Option<Position> = line.position.as_deref().and_then(|text| text.parse().ok());
    let recorded: Option<jiff::Timestamp> = line.recorded_time.as_deref().and_then(|text| text.parse().ok());
    let recorded = recorded.ok_or_else(|| bad("time that can be read"))?;
    let recorded_time =
        prost_types::Timestamp { seconds: recorded.as_second(), nanos: recorded.subsec_nanosecond() };
    let entry = match (line.kind.as_str(), &line.event, &line.control, &line.tick) {
        ("event", Some(json), None, None) => Entry::Event(message(EVENT, json)?),
        ("control", None, Some(json), None) => Entry::Control(message(CONTROL, json)?),
        ("tick", None, None, Some(json)) => Entry::Tick(message(TICK, json)?),
        _ => return Err(bad("part that its kind names, or more than that")),
    };
    Ok(TailLogResponse {
        position: Some(position_to_wire(position.ok_or_else(|| bad("position that can be read"))?)),
        recorded_time: Some(recorded_time),
        entry: Some(entry),
    })
}

/// A message in protobuf's JSON mapping. A field that this version does not know is refused, since it may
/// matter.
fn message<M: Message + Default>(name: &str, json: &RawValue) -> Result<M, Refusal> {
    let wrong = |error: String| ("BAD_ENTRY", format!("it is not a {name}: {error}"));
    let descriptor = proto_json::descriptor(name).map_err(|failure| wrong(failure.what))?;
    let mut deserializer = serde_json::Deserializer::from_str(json.get());
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    let dynamic = DynamicMessage::deserialize_with_options(descriptor, &mut deserializer, &options);
    let dynamic = dynamic.map_err(|error| wrong(error.to_string()))?;
    dynamic.transcode_to().map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::control::v1::{ControlEntry, Seal, control_entry};
    use longhu_proto::wire::event::v1::Event;
    use longhu_proto::wire::ops::v1::Tick;

    use super::*;

    fn entry(entry: Entry) -> TailLogResponse {
        TailLogResponse {
            position: Some(position_to_wire(Position::new(42, 7))),
            recorded_time: Some(prost_types::Timestamp { seconds: 1, nanos: 123_456_789 }),
            entry: Some(entry),
        }
    }

    fn event() -> Event {
        let mut event = Event { source: "core".into(), id: "张三".into(), ..Event::default() };
        event.business_date =
            Some(longhu_proto::scalar::date_to_wire(jiff::civil::Date::constant(1998, 3, 1)));
        event.source_sequence = Some(u64::MAX);
        event.quantity = Some(0);
        event.attributes.insert("a".into(), "1".into());
        event
    }

    #[test]
    fn a_json_line_has_its_part_in_protobuf_s_mapping() {
        let line = write(&entry(Entry::Event(event()))).unwrap();
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&value["position"], &value["kind"]), (&"42.7".into(), &"event".into()));
        assert_eq!(value["event"]["business_date"]["day"], 1);
        assert_eq!(value["event"]["quantity"], "0");
        assert!(value.get("tick").is_none());
        let tick = write(&entry(Entry::Tick(Tick { slot: "s0".into() }))).unwrap();
        assert!(tick.ends_with("\"kind\":\"tick\",\"tick\":{\"slot\":\"s0\"}}"), "{tick}");
    }

    #[test]
    fn an_entry_comes_back_from_its_line_as_it_was() {
        let seal = Seal { contest: "spring".into(), forced: true, reason: "\u{2028}".into() };
        let payload = Some(control_entry::Payload::Seal(seal));
        let control = ControlEntry { principal: "hq".into(), revision: 1, payload, ..Default::default() };
        for whole in [Entry::Event(event()), Entry::Control(control), Entry::Tick(Tick { slot: "s0".into() })]
        {
            let entry = entry(whole);
            assert_eq!(read(&write(&entry).unwrap()), Ok(entry));
        }
    }

    #[test]
    fn a_line_that_is_no_entry_is_refused_with_the_reason() {
        let good = write(&entry(Entry::Event(event()))).unwrap();
        let code = |text: String| read(&text).map(|_| ()).map_err(|refusal| refusal.0);
        assert_eq!(code(good.clone()), Ok(()));
        assert_eq!(code(good[..good.len() - 9].to_owned()), Err("INVALID_JSON"));
        assert_eq!(code(good.replace("\"kind\"", "\"sort\"")), Err("INVALID_JSON"));
        assert_eq!(
            code(good.replace("\"quantity\"", "\"quantity\":\"9\",\"quantity\"")),
            Err("DUPLICATE_KEY")
        );
        assert_eq!(code(good.replace("42.7", "42")), Ok(()));
        assert_eq!(code(good.replace("42.7", "here")), Err("BAD_ENTRY"));
        assert_eq!(code(good.replace("\"kind\":\"event\"", "\"kind\":\"tick\"")), Err("BAD_ENTRY"));
        assert_eq!(code(good.replace("\"quantity\"", "\"quantum\"")), Err("BAD_ENTRY"));
        assert_eq!(code(good.replace("1970-", "anno ")), Err("BAD_ENTRY"));
    }
}
