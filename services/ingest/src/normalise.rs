//! The stored form of an accepted event: pseudonyms for customer and subject, its business date filled in, no recorded
//! time of its own. It never sees an event that was not checked, and lets no raw customer or subject through.

use bytes::{Bytes, BytesMut};
use jiff::civil::Date;
use longhu_proto::scalar::date_to_wire;
use longhu_proto::wire::event::v1 as wire;
use prost::Message;

use crate::pseudonym::Keyring;

/// The records of checked events with their business dates, in their order. They share one allocation.
pub(crate) fn records(mut events: Vec<(wire::Event, Date)>, keys: &Keyring) -> Vec<Bytes> {
    let mut bytes = 0;
    for (event, date) in &mut events {
        event.customer = keys.customer(&event.customer);
        event.subject = keys.subject(&event.subject);
        event.business_date = Some(date_to_wire(*date));
        event.recorded_time = None;
        bytes += event.encoded_len();
    }
    let mut buffer = BytesMut::with_capacity(bytes);
    let encode = |(event, _): &(wire::Event, Date)| {
        event.encode_raw(&mut buffer);
        buffer.split().freeze()
    };
    events.iter().map(encode).collect()
}
