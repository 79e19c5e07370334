//! Whether an indicator counts an event: by its type, its amount and the filter.

use crate::contest::{Filter, Indicator};
use crate::event::Event;
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::exact::{Rate, rate};
use crate::types::money::Currency;

/// Checks that the indicator counts an event, or returns why not.
pub(crate) fn admit(event: &Event, indicator: &Indicator, currency: Currency) -> Result<(), Refusal> {
    if !indicator.events.iter().any(|kind| event.kind == kind.as_str()) {
        return Err(Refusal::OtherType);
    }
    meet(event, &indicator.filter, currency)
}

/// An amount of minor units, in major units.
pub(crate) fn major(minor: i128, currency: Currency) -> Rate {
    rate(minor, minor_units(currency))
}

/// The number of minor units in a major one.
pub(crate) fn minor_units(currency: Currency) -> i128 {
    i128::from(10u32.pow(currency.digits()))
}

/// The amount in minor units, if it is in the contest's currency.
pub(crate) fn amount(event: &Event, currency: Currency) -> Result<i128, Refusal> {
    match event.amount {
        None => Err(Refusal::NoAmount),
        Some(amount) if amount.currency != currency => Err(Refusal::OtherCurrency),
        Some(amount) => Ok(i128::from(amount.minor)),
    }
}

fn meet(event: &Event, filter: &Filter, currency: Currency) -> Result<(), Refusal> {
    let is_outside = |list: &[String], code: &str| !list.is_empty() && !list.contains(&code.to_string());
    if is_outside(&filter.products, &event.product) {
        return Err(Refusal::Product);
    }
    if is_outside(&filter.channels, &event.channel) {
        return Err(Refusal::Channel);
    }
    if is_outside(&filter.segments, &event.segment) {
        return Err(Refusal::Segment);
    }
    if let Some(least) = filter.amount_min
        && amount(event, currency)? < i128::from(least)
    {
        return Err(Refusal::AmountBelow);
    }
    if let Some(greatest) = filter.amount_max
        && amount(event, currency)? > i128::from(greatest)
    {
        return Err(Refusal::AmountAbove);
    }
    for (wanted, allowed) in &filter.attributes {
        let found = event.attributes.iter().find(|(key, _)| key == wanted.as_str());
        let is_allowed = found.is_some_and(|(_, value)| allowed.contains(&value.to_string()));
        if !is_allowed {
            return Err(Refusal::Attribute);
        }
    }
    Ok(())
}

/// The product of an event: its product code, or the event's type if it has none.
pub(crate) fn product<'e>(event: &'e Event) -> &'e str {
    if event.product.is_empty() { &event.kind } else { &event.product }
}
