//! Conversion of events between the wire and the core. The form is checked here; what a type requires is
//! checked by the catalogue.

use jiff::civil::Date;
use longhu_core::Time;
use longhu_core::event::{Credit, Event, Reversal};
use longhu_core::types::violation::Violation;

use crate::scalar::{
    date_from_wire, date_to_wire, money_from_wire, money_to_wire, time_from_wire, time_to_wire,
};
use crate::wire::event::v1 as wire;

/// Converts to an event of the core, which borrows from the message. `day_of` gives the bank's day of an
/// instant, for events without a business date.
pub fn from_wire<'a>(event: &'a wire::Event, day_of: impl Fn(Time) -> Date) -> Result<Event<'a>, Violation> {
    let Some(occurred) = &event.occurred_time else {
        let reason = "an event needs the time when it happened; give it in RFC 3339";
        return Err(Violation::new("occurred_time", "MISSING_FIELD", reason));
    };
    let occurred = time_from_wire("occurred_time", occurred)?;
    let business_date = match &event.business_date {
        Some(date) => date_from_wire("business_date", date)?,
        None => day_of(occurred),
    };
    if event.recorded_time.is_some() {
        let reason = "ingest gives the recorded time; leave it out";
        return Err(Violation::new("recorded_time", "OUTPUT_ONLY", reason));
    }
    Ok(Event {
        source: event.source.as_str().into(),
        id: event.id.as_str().into(),
        source_sequence: event.source_sequence,
        kind: event.r#type.as_str().into(),
        occurred,
        business_date,
        branch: event.branch.as_str().into(),
        credits: event.credits.iter().map(credit_from_wire).collect(),
        customer: event.customer.as_str().into(),
        subject: event.subject.as_str().into(),
        product: event.product.as_str().into(),
        channel: event.channel.as_str().into(),
        segment: event.segment.as_str().into(),
        quantity: event.quantity,
        amount: event.amount.as_ref().map(|money| money_from_wire("amount", money)).transpose()?,
        revision: event.revision,
        reverses: event.reverses.as_ref().map(reversal_from_wire).transpose()?,
        attributes: event.attributes.iter().map(|(k, v)| (k.as_str().into(), v.as_str().into())).collect(),
    })
}

/// Converts an event to its message.
pub fn to_wire(event: &Event) -> wire::Event {
    wire::Event {
        source: event.source.to_string(),
        id: event.id.to_string(),
        source_sequence: event.source_sequence,
        r#type: event.kind.to_string(),
        occurred_time: Some(time_to_wire(event.occurred)),
        business_date: Some(date_to_wire(event.business_date)),
        branch: event.branch.to_string(),
        credits: event.credits.iter().map(credit_to_wire).collect(),
        customer: event.customer.to_string(),
        subject: event.subject.to_string(),
        product: event.product.to_string(),
        channel: event.channel.to_string(),
        segment: event.segment.to_string(),
        quantity: event.quantity,
        amount: event.amount.map(money_to_wire),
        revision: event.revision,
        reverses: event.reverses.as_ref().map(reversal_to_wire),
        attributes: event.attributes.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect(),
        recorded_time: None,
    }
}

fn credit_from_wire(credit: &wire::Credit) -> Credit<'_> {
    Credit {
        employee: credit.employee.as_str().into(),
        role: credit.role.as_str().into(),
        share_ppm: credit.share,
    }
}

fn credit_to_wire(credit: &Credit) -> wire::Credit {
    wire::Credit {
        employee: credit.employee.to_string(),
        role: credit.role.to_string(),
        share: credit.share_ppm,
    }
}

fn reversal_from_wire(reversal: &wire::Reversal) -> Result<Reversal<'_>, Violation> {
    let dated = match wire::ReversalMode::try_from(reversal.mode) {
        Ok(wire::ReversalMode::Unspecified | wire::ReversalMode::Void) => false,
        Ok(wire::ReversalMode::Dated) => true,
        Err(_) => {
            let reason = format!("{} is not a mode of reversal; use void or dated", reversal.mode);
            return Err(Violation::new("reverses.mode", "OUT_OF_RANGE", reason));
        }
    };
    let part = reversal.part.as_ref();
    if part.is_some_and(|part| *part == wire::ReversalPart::default()) {
        let reason =
            "the part is empty; give a quantity or an amount, or leave `part` out to take everything back";
        return Err(Violation::new("reverses.part", "EMPTY_PART", reason));
    }
    let money = part.and_then(|part| part.amount.as_ref());
    Ok(Reversal {
        id: reversal.id.as_str().into(),
        source_sequence: reversal.source_sequence,
        quantity: part.and_then(|part| part.quantity),
        amount: money.map(|money| money_from_wire("reverses.part.amount", money)).transpose()?,
        dated,
    })
}

fn reversal_to_wire(reversal: &Reversal) -> wire::Reversal {
    let part = wire::ReversalPart { quantity: reversal.quantity, amount: reversal.amount.map(money_to_wire) };
    let mode = if reversal.dated { wire::ReversalMode::Dated } else { wire::ReversalMode::Void };
    wire::Reversal {
        id: reversal.id.to_string(),
        source_sequence: reversal.source_sequence,
        part: (part != wire::ReversalPart::default()).then_some(part),
        mode: mode.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_part_is_refused_and_no_part_is_the_whole() {
        let reversal = |part| wire::Reversal { id: "e-1".into(), part, ..wire::Reversal::default() };
        let empty = reversal_from_wire(&reversal(Some(wire::ReversalPart::default()))).unwrap_err();
        assert_eq!((empty.field.as_str(), empty.code), ("reverses.part", "EMPTY_PART"));
        let whole = reversal(None);
        let whole = reversal_from_wire(&whole).unwrap();
        assert_eq!((whole.quantity, whole.amount, whole.dated), (None, None, false));
        let one = reversal(Some(wire::ReversalPart { quantity: Some(1), amount: None }));
        assert_eq!(reversal_from_wire(&one).unwrap().quantity, Some(1));
    }
}
