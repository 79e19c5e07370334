//! Reading a stored event without copying its texts, which is the fold's hot path. It reads the same bytes as
//! `prost`, field by field. Unknown fields are skipped, as protobuf requires, so that events of later
//! versions stay readable.

use std::borrow::Cow;

use jiff::civil::Date;
use longhu_core::Time;
use longhu_core::event::{Credit, Event, Reversal};
use longhu_core::types::money::Amount;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use crate::DecodeError;
use crate::scalar::{amount_from_parts, date_from_parts};

/// Decodes an event, which borrows its texts from `bytes`.
pub fn decode(bytes: &[u8]) -> Result<Event<'_>, DecodeError> {
    let mut event = Event {
        source: "".into(),
        id: "".into(),
        source_sequence: None,
        kind: "".into(),
        occurred: Time::default(),
        business_date: Date::constant(1970, 1, 1),
        branch: "".into(),
        credits: Vec::new(),
        customer: "".into(),
        subject: "".into(),
        product: "".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: None,
        amount: None,
        revision: None,
        reverses: None,
        attributes: Vec::new(),
    };
    let (mut timed, mut dated) = (false, false);
    let mut fields = Fields(bytes);
    while let Some((tag, wire_type)) = fields.key()? {
        match tag {
            1 => event.source = fields.text()?,
            2 => event.id = fields.text()?,
            3 => event.source_sequence = Some(fields.varint()?),
            4 => event.kind = fields.text()?,
            5 => (event.occurred, timed) = (time(fields.bytes()?)?, true),
            6 => (event.business_date, dated) = (date(fields.bytes()?)?, true),
            7 => event.branch = fields.text()?,
            8 => event.credits.push(credit(fields.bytes()?)?),
            9 => event.customer = fields.text()?,
            10 => event.subject = fields.text()?,
            11 => event.product = fields.text()?,
            12 => event.channel = fields.text()?,
            13 => event.segment = fields.text()?,
            14 => event.quantity = Some(fields.varint()? as i64),
            15 => event.amount = Some(money(fields.bytes()?)?),
            16 => event.revision = Some(fields.varint()? as i64),
            17 => event.reverses = Some(reversal(fields.bytes()?)?),
            18 => event.attributes.push(attribute(fields.bytes()?)?),
            _ => fields.skip(tag, wire_type)?,
        }
    }
    if !timed || !dated {
        return Err(DecodeError::NotUnderstood("an event without time or business date".into()));
    }
    Ok(event)
}

/// The unread rest of a message.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn key(&mut self) -> Result<Option<(u32, WireType)>, DecodeError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let (tag, wire_type) = decode_key(&mut self.0)?;
        Ok(Some((tag, wire_type)))
    }

    fn varint(&mut self) -> Result<u64, DecodeError> {
        Ok(decode_varint(&mut self.0)?)
    }

    fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.varint()?;
        let cut = usize::try_from(length).ok().and_then(|length| self.0.split_at_checked(length));
        let Some((taken, rest)) = cut else {
            return Err(DecodeError::NotUnderstood("a field that is longer than its entry".into()));
        };
        self.0 = rest;
        Ok(taken)
    }

    fn text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        match std::str::from_utf8(self.bytes()?) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) => Err(DecodeError::NotUnderstood("a text that is not UTF-8".into())),
        }
    }

    fn skip(&mut self, tag: u32, wire_type: WireType) -> Result<(), DecodeError> {
        Ok(skip_field(wire_type, tag, &mut self.0, DecodeContext::default())?)
    }
}

fn time(bytes: &[u8]) -> Result<Time, DecodeError> {
    let (mut seconds, mut nanos) = (0, 0);
    let mut fields = Fields(bytes);
    while let Some((tag, wire_type)) = fields.key()? {
        match tag {
            1 => seconds = fields.varint()? as i64,
            2 => nanos = fields.varint()? as i32,
            _ => fields.skip(tag, wire_type)?,
        }
    }
    Time::from_parts(seconds, nanos).ok_or_else(|| DecodeError::NotUnderstood("a time out of range".into()))
}

fn date(bytes: &[u8]) -> Result<Date, DecodeError> {
    let mut parts = [0i32; 3];
    let mut fields = Fields(bytes);
    while let Some((tag, wire_type)) = fields.key()? {
        match tag {
            1..=3 => parts[tag as usize - 1] = fields.varint()? as i32,
            _ => fields.skip(tag, wire_type)?,
        }
    }
    date_from_parts(parts[0], parts[1], parts[2])
        .ok_or_else(|| DecodeError::NotUnderstood("a date out of range".into()))
}

fn money(bytes: &[u8]) -> Result<Amount, DecodeError> {
    let (mut code, mut units, mut nanos) = (Cow::Borrowed(""), 0, 0);
    let mut fields = Fields(bytes);
    while let Some((tag, wire_type)) = fields.key()? {
        match tag {
            1 => code = fields.text()?,
            2 => units = fields.varint()? as i64,
            3 => nanos = fields.varint()? as i32,
            _ => fields.skip(tag, wire_type)?,
        }
    }
    amount_from_parts(&code, units, nanos)
        .map_err(|(_, _, reason)| DecodeError::NotUnderstood(format!("an amount: {reason}")))
}

fn credit(bytes: &[u8]) -> Result<Credit<'_>, DecodeError> {
    let mut credit = Credit { employee: "".into(), role: "".into(), share_ppm: None };
    let mut fields = Fields(bytes);
    while let Some((tag, wire_type)) = fields.key()? {
        match tag {
            1 => credit.employee = fields.text()?,
            2 => credit.role = fields.text()?,
            3 => credit.share_ppm = Some(fields.varint()? as u32),
            _ => fields.skip(tag, wire_type)?,
        }
    }
    Ok(credit)
}

fn attribute(bytes: &[u8]) -> Result<(Cow<'_, str>, Cow<'_, str>), DecodeError> {
    let (mut key, mut value) = (Cow::Borrowed(""), Cow::Borrowed(""));
    let mut fields = Fields(bytes);
    while let Some((tag, wire_type)) = fields.key()? {
        match tag {
            1 => key = fields.text()?,
            2 => value = fields.text()?,
            _ => fields.skip(tag, wire_type)?,
        }
    }
    Ok((key, value))
}

fn reversal(bytes: &[u8]) -> Result<Reversal<'_>, DecodeError> {
    let mut reversal =
        Reversal { id: "".into(), source_sequence: None, quantity: None, amount: None, dated: false };
    let mut fields = Fields(bytes);
    while let Some((tag, wire_type)) = fields.key()? {
        match tag {
            1 => reversal.id = fields.text()?,
            2 => reversal.source_sequence = Some(fields.varint()?),
            3 => (reversal.quantity, reversal.amount) = part(fields.bytes()?)?,
            4 => reversal.dated = fields.varint()? == 2,
            _ => fields.skip(tag, wire_type)?,
        }
    }
    Ok(reversal)
}

fn part(bytes: &[u8]) -> Result<(Option<i64>, Option<Amount>), DecodeError> {
    let (mut quantity, mut amount) = (None, None);
    let mut fields = Fields(bytes);
    while let Some((tag, wire_type)) = fields.key()? {
        match tag {
            1 => quantity = Some(fields.varint()? as i64),
            2 => amount = Some(money(fields.bytes()?)?),
            _ => fields.skip(tag, wire_type)?,
        }
    }
    Ok((quantity, amount))
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    fn full() -> Event<'static> {
        Event {
            source: "core".into(),
            id: "e-1".into(),
            source_sequence: Some(7),
            kind: "card.issued".into(),
            occurred: Time(1_700_000_000_123_456_789),
            business_date: Date::constant(2026, 3, 31),
            branch: "b-1".into(),
            credits: vec![
                Credit { employee: "张三".into(), role: "owner".into(), share_ppm: Some(600_000) },
                Credit { employee: "e2".into(), role: "".into(), share_ppm: None },
            ],
            customer: "p1.x".into(),
            subject: "p1.y".into(),
            product: "gold".into(),
            channel: "lobby".into(),
            segment: "vip".into(),
            quantity: Some(0),
            amount: Some(Amount {
                currency: longhu_core::types::money::Currency::parse("CNY").unwrap(),
                minor: -12_345,
            }),
            revision: Some(-3),
            reverses: Some(Reversal {
                id: "e-0".into(),
                source_sequence: Some(6),
                quantity: Some(2),
                amount: None,
                dated: true,
            }),
            attributes: vec![("a".into(), "1".into()), ("b".into(), "".into())],
        }
    }

    #[test]
    fn lean_reading_agrees_with_the_generated_code() {
        let event = full();
        let message = crate::event::to_wire(&event);
        let bytes = message.encode_to_vec();
        assert_eq!(decode(&bytes).unwrap(), event);
        assert_eq!(crate::event::from_wire(&message, |_| Date::constant(1970, 1, 1)).unwrap(), event);
    }

    #[test]
    fn damaged_events_are_refused_and_never_panic() {
        let bytes = crate::event::to_wire(&full()).encode_to_vec();
        for cut in 0..bytes.len() {
            let _ = decode(&bytes[..cut]);
            let mut flipped = bytes.clone();
            flipped[cut] ^= 0x55;
            let _ = decode(&flipped);
        }
        assert!(decode(&[]).is_err());
    }
}
