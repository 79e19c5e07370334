//! The body of a request: JSON becomes one gRPC message.

use bytes::{BufMut, Bytes, BytesMut};
use futures::stream::once;
use http_body::Frame;
use http_body_util::{BodyExt, LengthLimitError, Limited, StreamBody};
use longhu_proto::json_keys::{self, Spelling};
use prost::Message;
use prost_reflect::{DeserializeOptions, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::Value;
use tonic::body::Body;
use tonic::{Code, Status};

use crate::BODY_BYTES_MAX;
use crate::call::dynamic;
use crate::problem::field;

/// How the JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One document.
    Document,
    /// A document a line.
    Lines,
}

/// A body that is computed when it is asked for.
pub(crate) fn lazy(framed: impl Future<Output = Result<Bytes, Status>> + Send + 'static) -> Body {
    let frame = async move { framed.await.map(Frame::data) };
    Body::new(StreamBody::new(once(Box::pin(frame))))
}

/// A message as one frame of gRPC: not compressed, its length, its bytes.
pub(crate) fn framed(message: &DynamicMessage) -> Bytes {
    let length = message.encoded_len();
    let mut frame = BytesMut::with_capacity(5 + length);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    frame.extend_from_slice(&message.encode_to_vec());
    frame.freeze()
}

/// The message of a call without a body.
pub(crate) fn message(input: &MessageDescriptor, fields: Value) -> Result<DynamicMessage, Status> {
    dynamic(input, fields)
}

/// The message of a body. Fields that stand in the path or the query are set over it.
pub(crate) async fn read(
    body: Body,
    shape: Shape,
    input: &MessageDescriptor,
    fields: Value,
) -> Result<DynamicMessage, Status> {
    let collected = Limited::new(body, BODY_BYTES_MAX).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            let reason =
                format!("the body has more than the {BODY_BYTES_MAX} bytes allowed; send fewer at once");
            return field("request", "MESSAGE_TOO_LARGE", reason);
        }
        Status::new(Code::Cancelled, "the body ended early")
    })?;
    let bytes = collected.to_bytes();
    let mut message = match (items(input), shape) {
        (Some(items), Shape::Lines) => of_lines(input, &items, &bytes)?,
        (Some(items), Shape::Document) => of_items(input, &items, &bytes)?,
        (None, Shape::Document) => parse(input, &bytes, None)?,
        (None, Shape::Lines) => {
            let reason = "this call takes one JSON document; send it with `content-type: application/json`";
            return Err(field("request", "UNSUPPORTED_CONTENT_TYPE", reason.to_owned()));
        }
    };
    let own = dynamic(input, fields)?;
    for (descriptor, value) in own.fields() {
        if message.has_field(&descriptor) && *message.get_field(&descriptor) != *value {
            let name = descriptor.name();
            let reason = format!(
                "`{name}` is in the path, and the body says something else; leave it out of the body"
            );
            return Err(field(name, "CONFLICTING_FIELDS", reason));
        }
        message.set_field(&descriptor, value.clone());
    }
    Ok(message)
}

/// The only field of a message that is nothing but a list of messages, such as events. Its items may be sent without it.
fn items(input: &MessageDescriptor) -> Option<FieldDescriptor> {
    let mut fields = input.fields();
    let (Some(only), None) = (fields.next(), fields.next()) else { return None };
    (only.is_list() && matches!(only.kind(), Kind::Message(_))).then_some(only)
}

/// A list of items, one item, or the whole message.
fn of_items(
    input: &MessageDescriptor,
    items: &FieldDescriptor,
    bytes: &[u8],
) -> Result<DynamicMessage, Status> {
    let is_list = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let around = |from: &str, to: &str| [from.as_bytes(), bytes, to.as_bytes()].concat();
    let name = items.json_name();
    if is_list {
        return parse(input, &around(&format!("{{\"{name}\":"), "}"), None);
    }
    let names_it = serde_json::from_slice::<serde_json::Map<String, Value>>(bytes).is_ok_and(|fields| {
        fields.is_empty() || fields.contains_key(name) || fields.contains_key(items.name())
    });
    match names_it {
        true => parse(input, bytes, None),
        false => parse(input, &around(&format!("{{\"{name}\":["), "]}"), None),
    }
}

/// An item a line; empty lines are skipped.
fn of_lines(
    input: &MessageDescriptor,
    items: &FieldDescriptor,
    bytes: &[u8],
) -> Result<DynamicMessage, Status> {
    let Kind::Message(item) = items.kind() else { return Ok(DynamicMessage::new(input.clone())) };
    let mut all = Vec::new();
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if !line.trim_ascii().is_empty() {
            all.push(prost_reflect::Value::Message(parse(&item, line, Some(at + 1))?));
        }
    }
    let mut message = DynamicMessage::new(input.clone());
    message.set_field(items, prost_reflect::Value::List(all));
    Ok(message)
}

fn parse(message: &MessageDescriptor, bytes: &[u8], line: Option<usize>) -> Result<DynamicMessage, Status> {
    let at = line.map_or(String::new(), |line| format!("line {line}: "));
    let refused = |what: String| {
        let reason = format!("{at}{what}; correct the JSON; /openapi.json has the fields of this call");
        field("request", "MALFORMED_JSON", reason)
    };
    let text = std::str::from_utf8(bytes).map_err(|_| refused("the text is not UTF-8".to_owned()))?;
    if let Some(key) = json_keys::duplicate(text, Spelling::Fields) {
        return Err(refused(format!("`{key}` appears twice in one object")));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    let read = DynamicMessage::deserialize_with_options(message.clone(), &mut deserializer, &options);
    let read = read.and_then(|read| deserializer.end().map(|()| read));
    read.map_err(|error| refused(error.to_string()))
}
