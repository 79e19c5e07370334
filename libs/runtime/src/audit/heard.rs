//! What a caller asked, taken from the body while its handler reads it: nothing is read for the audit log alone.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use parking_lot::Mutex;
use prost_reflect::{DynamicMessage, SerializeOptions};
use tonic::Status;
use tonic::body::Body;

/// How many bytes of a request are recorded at most. A longer one is recorded without what it asked.
const BYTES_MAX: usize = 4096;
/// A message's head on the wire: whether it is compressed, and its length.
const HEAD: usize = 5;

/// The first bytes of a body, as far as they were read.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    /// The body, of which the first bytes are kept here as it is read.
    pub(crate) fn listen(&self, body: Body) -> Body {
        Body::new(Listening { body, heard: self.clone() })
    }

    /// The one message of the request as JSON; `None` if it is long, compressed, or was not read.
    pub(crate) fn asked(&self, method: &str) -> Option<serde_json::Value> {
        let bytes = self.0.lock();
        let (head, message) = bytes.split_at_checked(HEAD)?;
        let length = u32::from_be_bytes(head[1..].try_into().ok()?) as usize;
        if head[0] != 0 || message.len() != length {
            return None;
        }
        let (service, method) = method.split_once('/')?;
        let service = longhu_proto::descriptor_pool().get_service_by_name(service)?;
        let input = service.methods().find(|known| known.name() == method)?.input();
        let message = DynamicMessage::decode(input, message).ok()?;
        let options = SerializeOptions::new().use_proto_field_name(true);
        message.serialize_with_options(serde_json::value::Serializer, &options).ok()
    }
}

struct Listening {
    body: Body,
    heard: Heard,
}

impl http_body::Body for Listening {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(http_body::Body::poll_frame(Pin::new(&mut self.body), cx));
        if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
            let mut heard = self.heard.0.lock();
            // One byte more than is recorded is enough to know that it was more.
            let room = (HEAD + BYTES_MAX + 1).saturating_sub(heard.len());
            heard.extend_from_slice(&data[..data.len().min(room)]);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
