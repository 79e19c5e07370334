//! The content in which two copies of an event must agree, as canonical bytes and their hash. Customer and
//! subject are left out: they are pseudonyms, and the same fact has different ones when their key has a later
//! epoch.
//!
//! The hash is xxh3. It exists only in the read model and is not frozen: a rebuild may use another.

use jiff::civil::Date;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::event::Event;
use crate::types::money::Amount;

/// Computes hashes of events and names; reuses its buffer.
#[derive(Debug, Default)]
pub(super) struct Hasher(Vec<u8>);

impl Hasher {
    /// The fingerprint of everything in the event except its pseudonyms.
    pub(super) fn content(&mut self, event: &Event) -> u32 {
        let out = &mut self.0;
        out.clear();
        encode(event, out);
        let hash = xxh3_64(out);
        (hash ^ (hash >> 32)) as u32
    }

    /// The identity of an un-numbered event.
    pub(super) fn identity(&mut self, source: &str, id: &str) -> u128 {
        let out = &mut self.0;
        out.clear();
        put_text(out, source);
        put_text(out, id);
        xxh3_128(out)
    }
}

/// The pattern names every field, so that a new field cannot be forgotten here.
fn encode(event: &Event, out: &mut Vec<u8>) {
    let Event {
        source,
        id,
        source_sequence,
        kind,
        occurred,
        business_date,
        branch,
        credits,
        customer: _,
        subject: _,
        product,
        channel,
        segment,
        quantity,
        amount,
        revision,
        reverses,
        attributes,
    } = event;
    for text in [source, id, kind, branch, product, channel, segment] {
        put_text(out, text);
    }
    put_option(out, source_sequence.map(u64::cast_signed));
    out.extend_from_slice(&occurred.0.to_le_bytes());
    put_date(out, *business_date);
    put_length(out, credits.len());
    for credit in credits {
        put_text(out, &credit.employee);
        put_text(out, &credit.role);
        put_option(out, credit.share_ppm.map(i64::from));
    }
    put_option(out, *quantity);
    put_amount(out, *amount);
    put_option(out, *revision);
    match reverses {
        None => out.push(0),
        Some(reversal) => {
            out.push(1);
            put_text(out, &reversal.id);
            put_option(out, reversal.source_sequence.map(u64::cast_signed));
            put_option(out, reversal.quantity);
            put_amount(out, reversal.amount);
            out.push(u8::from(reversal.dated));
        }
    }
    put_attributes(out, attributes);
}

fn put_attributes<T: AsRef<str> + Ord>(out: &mut Vec<u8>, attributes: &[(T, T)]) {
    put_length(out, attributes.len());
    if attributes.is_sorted() {
        for (key, value) in attributes {
            put_text(out, key.as_ref());
            put_text(out, value.as_ref());
        }
        return;
    }
    let mut sorted: Vec<_> = attributes.iter().collect();
    sorted.sort();
    for (key, value) in sorted {
        put_text(out, key.as_ref());
        put_text(out, value.as_ref());
    }
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&(length as u32).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn put_option(out: &mut Vec<u8>, value: Option<i64>) {
    match value {
        None => out.push(0),
        Some(value) => {
            out.push(1);
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

fn put_date(out: &mut Vec<u8>, date: Date) {
    out.extend_from_slice(&date.year().to_le_bytes());
    out.extend_from_slice(&[date.month().cast_unsigned(), date.day().cast_unsigned()]);
}

fn put_amount(out: &mut Vec<u8>, amount: Option<Amount>) {
    put_option(out, amount.map(|amount| amount.minor));
    if let Some(amount) = amount {
        out.extend_from_slice(amount.currency.as_str().as_bytes());
    }
}
