//! Conversion between messages and protobuf's JSON, by the descriptors of the wire format; and the texts that
//! several documents use: times, positions, seals. There is no other JSON form of log entries.

use longhu_proto::wire::standings::v1::ResultSeal;
use prost::Message;
use prost_reflect::{DynamicMessage, MessageDescriptor, SerializeOptions};
use serde_json::value::RawValue;

use crate::failure::Failure;

/// The descriptor of a message, such as `longhu.event.v1.Event`.
pub fn descriptor(name: &str) -> Result<MessageDescriptor, Failure> {
    let descriptor = longhu_proto::descriptor_pool().get_message_by_name(name);
    descriptor.ok_or_else(|| Failure::new(format!("this build does not know the message {name}")))
}

/// A message as JSON on one line, with the field names of the proto files.
pub fn to_json(name: &str, message: &impl Message) -> Result<Box<RawValue>, Failure> {
    let unreadable = |error: String| Failure::new(format!("{name} cannot be written as JSON: {error}"));
    let mut dynamic = DynamicMessage::new(descriptor(name)?);
    dynamic.transcode_from(message).map_err(|error| unreadable(error.to_string()))?;
    let mut serializer = serde_json::Serializer::new(Vec::new());
    let options = SerializeOptions::new().use_proto_field_name(true);
    dynamic
        .serialize_with_options(&mut serializer, &options)
        .map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(serializer.into_inner()).map_err(|error| unreadable(error.to_string()))?;
    RawValue::from_string(text).map_err(|error| unreadable(error.to_string()))
}

/// A time as RFC 3339 in UTC.
pub fn rfc3339(time: &prost_types::Timestamp) -> Option<String> {
    jiff::Timestamp::new(time.seconds, time.nanos).ok().map(|time| time.to_string())
}

/// A position as `sequence.index`, or `sequence.index@adoptions`.
pub fn position(position: &longhu_proto::wire::event::v1::Position) -> String {
    crate::token::Token::from(position).to_string()
}

/// The seal of a result.
#[derive(Debug, serde::Serialize)]
pub struct Seal {
    position: Option<String>,
    result_hash: String,
    principal: String,
    forced: bool,
    reason: String,
    late_entries: u64,
}

/// Converts a seal for JSON.
pub fn seal(seal: &ResultSeal) -> Seal {
    let ResultSeal { position: at, result_hash, principal, forced, reason, late_entries } = seal.clone();
    Seal { position: at.as_ref().map(position), result_hash, principal, forced, reason, late_entries }
}
