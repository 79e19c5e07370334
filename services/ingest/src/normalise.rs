//! The stored form of an accepted event: with pseudonyms for customer and subject, with its business date,
//! and without a recorded time of its own. It only gets events that were checked, and lets no raw customer or
//! subject pass.

use bytes::Bytes;
use jiff::civil::Date;
use longhu_proto::scalar::date_to_wire;
use longhu_proto::wire::event::v1 as wire;
use prost::Message;

use crate::pseudonym::Keyring;

/// How many bytes normalising can add to an event: two pseudonyms and a date.
const ADDED_BYTES_MAX: usize = 96;

/// The records of checked events, in order. `bytes` is the size of the events as received. All records share
/// one allocation.
pub(crate) fn records(events: Vec<(wire::Event, Date)>, bytes: usize, keys: &Keyring) -> Vec<Bytes> {
    let count = events.len();
    // Writing to a vector is faster than to a `BytesMut`, and dividing it afterwards copies nothing.
    let mut buffer = Vec::with_capacity(bytes + count * ADDED_BYTES_MAX);
    let mut ends = Vec::with_capacity(count);
    for (mut event, date) in events {
        event.customer = keys.customer(&event.customer);
        event.subject = keys.subject(&event.subject);
        event.business_date = Some(date_to_wire(date));
        event.recorded_time = None;
        event.encode_raw(&mut buffer);
        ends.push(buffer.len());
    }
    let all = Bytes::from(buffer);
    let mut start = 0;
    let cut = |end| {
        let record = all.slice(start..end);
        start = end;
        record
    };
    ends.into_iter().map(cut).collect()
}
