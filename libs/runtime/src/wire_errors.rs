//! Rewrites the answers that the framework itself gives to bytes that are not a message (OUT_OF_RANGE,
//! INTERNAL, without details) into refusals like all others, with one ErrorInfo and what to do. A status that
//! has details is never changed.

use http::{HeaderMap, Response};
use longhu_core::types::violation::Violation;
use longhu_proto::status::invalid;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::util::MapResponseLayer;

use crate::principal_layer::unknown_method;

/// The layer's type.
pub type WireErrorsLayer = MapResponseLayer<fn(Response<Body>) -> Response<Body>>;

/// The layer for unary calls, and for whatever fails before a handler runs. Streams are read after this
/// layer, so their handlers pass the status of each failed read through [`rewrite`].
pub fn layer() -> WireErrorsLayer {
    MapResponseLayer::new(rewrite_response)
}

/// The refusal for a status of the framework. Any other status is returned unchanged.
pub fn rewrite(status: Status) -> Status {
    if !status.details().is_empty() {
        return status;
    }
    refusal_for(status.code(), status.message()).unwrap_or(status)
}

fn rewrite_response(mut response: Response<Body>) -> Response<Body> {
    if let Some(status) = replacement(response.headers()) {
        // A status made here has valid headers. If adding them failed, the original answer would stay.
        let _ = status.add_header(response.headers_mut());
    }
    response
}

fn replacement(headers: &HeaderMap) -> Option<Status> {
    let code = headers.get(Status::GRPC_STATUS)?;
    if code == "0" || headers.contains_key(Status::GRPC_STATUS_DETAILS) {
        return None;
    }
    // There are no details, and nothing else in the headers could be so malformed that reading it fails.
    let status = Status::from_header_map(headers)?;
    refusal_for(status.code(), status.message())
}

const UNDECODABLE: &str = "failed to decode Protobuf message: ";
const BROKEN_FRAMES: [&str; 4] = [
    "Missing request message",
    "Unexpected EOF decoding stream",
    "protocol error: received message with",
    "Error decompressing",
];

fn refusal_for(code: Code, message: &str) -> Option<Status> {
    match code {
        Code::OutOfRange if message.contains("decoded message length too large") => Some(too_large(message)),
        Code::ResourceExhausted if message.contains("exceeded while decompressing") => {
            Some(too_large(message))
        }
        Code::Internal if message.starts_with(UNDECODABLE) => {
            Some(undecodable(&message[UNDECODABLE.len()..]))
        }
        Code::Internal if BROKEN_FRAMES.iter().any(|start| message.starts_with(start)) => {
            Some(malformed("request", message))
        }
        Code::Unimplemented if message.is_empty() => Some(unknown_method()),
        _ => None,
    }
}

fn too_large(message: &str) -> Status {
    // "found 5000000 bytes, the limit is: 4194304 bytes": the numbers are kept.
    let numbers: Vec<&str> =
        message.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let reason = match numbers.as_slice() {
        [found, limit] => {
            format!("a message of {found} bytes is more than the {limit} allowed; send fewer at once")
        }
        [limit] => format!("a message is more than the {limit} bytes allowed; send fewer at once"),
        _ => "a message has more bytes than allowed; send fewer at once".to_owned(),
    };
    invalid(&[Violation::new("request", "MESSAGE_TOO_LARGE", reason)])
}

/// prost says `Event.id: invalid string value: data is not UTF-8 encoded`: the path, then what is wrong.
fn undecodable(said: &str) -> Status {
    let path = said.split(": ").take_while(|part| is_path(part)).collect::<Vec<_>>();
    let what = said.split(": ").skip(path.len()).collect::<Vec<_>>().join(": ");
    let field = path.last().copied().unwrap_or("request");
    if what.contains("not UTF-8") {
        let reason = "the text is not UTF-8; encode it as UTF-8 before it is sent";
        return invalid(&[Violation::new(field, "INVALID_UTF8", reason)]);
    }
    malformed(field, &what)
}

fn malformed(field: &str, what: &str) -> Status {
    let reason = format!("the bytes are not a message of this method ({what}); check the client's protos");
    invalid(&[Violation::new(field, "MALFORMED_MESSAGE", reason)])
}

/// Whether it looks like `Message.field`.
fn is_path(part: &str) -> bool {
    part.split_once('.').is_some_and(|(message, field)| {
        let plain =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        plain(message) && plain(field)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhu_proto::status::refusal;
    use tonic_types::StatusExt;

    #[test]
    fn statuses_with_details_are_left_alone() {
        let own = refusal(Code::Internal, "BROKEN", "failed to decode Protobuf message: of ours");
        assert_eq!(rewrite(own).get_details_error_info().unwrap().reason, "BROKEN");
        assert_eq!(rewrite(Status::internal("a bug")).code(), Code::Internal);
        assert_eq!(rewrite(Status::unavailable("away")).code(), Code::Unavailable);
    }

    #[test]
    fn field_of_a_broken_text_is_named() {
        let said =
            "failed to decode Protobuf message: Event.id: invalid string value: data is not UTF-8 encoded";
        let status = rewrite(Status::internal(said));
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(status.get_details_error_info().unwrap().reason, "INVALID_UTF8");
        assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, "Event.id");
    }
}
