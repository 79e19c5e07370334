//! Decoding the messages of calls: like prost, but after counting the messages in a request. In a list, a
//! message without content takes two bytes on the wire and about 500 in memory, so with a limit in bytes
//! alone, one call could use more than a gigabyte. Values are not read here, and malformed bytes are left to
//! prost.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::OnceLock;

use longhu_core::types::violation::Violation;
use prost::bytes::Buf;
use prost::encoding::{WireType, decode_key, decode_varint};
use prost::{Message, Name};
use prost_reflect::Kind;
use tonic::Status;
use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder};
use tonic_prost::{ProstCodec, ProstDecoder, ProstEncoder};

use crate::status::invalid;

/// The most messages in one request, at any depth. It is four times what any command sends, and uses less
/// than 100 MB of memory.
pub const MESSAGES_MAX: usize = 100_000;
/// The depth to which prost decodes.
const DEPTH_MAX: usize = 100;
/// A nested message takes at least its key and its length.
const MESSAGE_BYTES_MIN: usize = 2;

/// The codec of all generated services.
pub struct BoundedCodec<T, U>(PhantomData<(T, U)>);

impl<T, U> Default for BoundedCodec<T, U> {
    fn default() -> Self {
        BoundedCodec(PhantomData)
    }
}

impl<T, U> Codec for BoundedCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Name + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = ProstEncoder<T>;
    type Decoder = BoundedDecoder<U>;

    fn encoder(&mut self) -> ProstEncoder<T> {
        ProstCodec::<T, U>::default().encoder()
    }

    fn decoder(&mut self) -> BoundedDecoder<U> {
        BoundedDecoder(ProstCodec::<T, U>::default().decoder())
    }
}

/// Decodes requests with a limited number of messages, and any answer.
pub struct BoundedDecoder<U>(ProstDecoder<U>);

impl<U: Message + Name + Default> Decoder for BoundedDecoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        // A message usually comes in one piece. If not, it is copied together, because it is read twice.
        let is_whole = source.chunk().len() == source.remaining();
        if is_whole {
            check::<U>(source.chunk())?;
            return self.0.decode(source);
        }
        let bytes = source.copy_to_bytes(source.remaining());
        check::<U>(&bytes)?;
        U::decode(bytes).map(Some).map_err(|error| Status::internal(error.to_string()))
    }

    fn buffer_settings(&self) -> BufferSettings {
        self.0.buffer_settings()
    }
}

/// Refuses a request with too many messages.
fn check<U: Name>(bytes: &[u8]) -> Result<(), Status> {
    if !U::NAME.ends_with("Request") || bytes.len() / MESSAGE_BYTES_MIN <= MESSAGES_MAX {
        return Ok(());
    }
    let mut left = MESSAGES_MAX;
    match shapes().by_name.get(U::full_name().as_str()) {
        Some(shape) if count(bytes, *shape, DEPTH_MAX, &mut left).is_none() => {
            let reason = format!("it is of more than {MESSAGES_MAX} parts; send fewer at once");
            Err(invalid(&[Violation::new("request", "TOO_MANY", reason)]))
        }
        _ => Ok(()),
    }
}

/// Subtracts the number of messages in `bytes` from `left`; `None` if there are more than that.
fn count(mut bytes: &[u8], shape: usize, depth: usize, left: &mut usize) -> Option<()> {
    while bytes.has_remaining() {
        let Ok((tag, wire_type)) = decode_key(&mut bytes) else { return Some(()) };
        let skipped = match wire_type {
            WireType::Varint => decode_varint(&mut bytes).map_or(usize::MAX, |_| 0),
            WireType::SixtyFourBit => 8,
            WireType::ThirtyTwoBit => 4,
            WireType::LengthDelimited => {
                decode_varint(&mut bytes).map_or(usize::MAX, |length| length as usize)
            }
            WireType::StartGroup | WireType::EndGroup => return Some(()),
        };
        let Some((inside, rest)) = bytes.split_at_checked(skipped) else { return Some(()) };
        if wire_type == WireType::LengthDelimited
            && let Some(shape) = shapes().inside[shape].get(&tag)
        {
            *left = left.checked_sub(1)?;
            if depth > 0 {
                count(inside, *shape, depth - 1, left)?;
            }
        }
        bytes = rest;
    }
    Some(())
}

/// Which fields of which messages are themselves messages.
struct Shapes {
    by_name: HashMap<String, usize>,
    /// By message: for each field that is a message, its message type.
    inside: Vec<HashMap<u32, usize>>,
}

fn shapes() -> &'static Shapes {
    static SHAPES: OnceLock<Shapes> = OnceLock::new();
    SHAPES.get_or_init(|| {
        let messages: Vec<_> = crate::descriptor_pool().all_messages().collect();
        let by_name: HashMap<String, usize> =
            messages.iter().enumerate().map(|(at, message)| (message.full_name().to_owned(), at)).collect();
        let inside = messages.iter().map(|message| {
            let field = |field: prost_reflect::FieldDescriptor| match field.kind() {
                Kind::Message(inner) => Some((field.number(), *by_name.get(inner.full_name())?)),
                _ => None,
            };
            message.fields().filter_map(field).collect()
        });
        Shapes { inside: inside.collect(), by_name }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::control::v1::{ApplyContestRequest, ApplyTargetsRequest, ParticipantTargets};
    use crate::wire::event::v1::Event;
    use crate::wire::ingest::v1::{IngestEventsRequest, IngestEventsResponse};
    use crate::wire::plan::v1::Target;
    use tonic_types::StatusExt;

    fn refused<U: Name>(bytes: &[u8]) -> Option<String> {
        check::<U>(bytes).err().map(|status| status.get_details_error_info().unwrap().reason)
    }

    #[test]
    fn a_request_of_too_many_messages_is_refused_at_any_depth() {
        let too_many = Some("TOO_MANY".to_owned());
        let events = |count| IngestEventsRequest { events: vec![Event::default(); count] }.encode_to_vec();
        assert_eq!(refused::<IngestEventsRequest>(&events(MESSAGES_MAX)), None);
        assert_eq!(refused::<IngestEventsRequest>(&events(MESSAGES_MAX + 1)), too_many);
        let targets = |count| {
            let participant =
                ParticipantTargets { participant: "b".into(), targets: vec![Target::default(); count] };
            ApplyTargetsRequest { participants: vec![participant; 2], ..Default::default() }.encode_to_vec()
        };
        assert_eq!(refused::<ApplyTargetsRequest>(&targets(MESSAGES_MAX / 2 - 1)), None);
        assert_eq!(refused::<ApplyTargetsRequest>(&targets(MESSAGES_MAX / 2)), too_many);
    }

    #[test]
    fn texts_answers_and_what_is_malformed_are_no_business_of_the_count() {
        let text = Event { id: "\n\0".repeat(MESSAGES_MAX), ..Event::default() };
        assert_eq!(
            refused::<IngestEventsRequest>(&IngestEventsRequest { events: vec![text] }.encode_to_vec()),
            None
        );
        assert_eq!(refused::<IngestEventsResponse>(&[10, 0].repeat(MESSAGES_MAX + 1)), None);
        assert_eq!(refused::<ApplyContestRequest>(&[0xff; 3 * MESSAGES_MAX]), None);
        let nested = vec![10; 3 * MESSAGES_MAX];
        assert_eq!(refused::<ApplyContestRequest>(&nested), None);
    }
}
