//! The oracle's answer to "what is it worth?": what one event gives under one indicator before it is shared, or why it
//! gives nothing. It never looks at two events at once, nor at who is credited.

use crate::contest::{Filter, Indicator, Measure, Points};
use crate::event::Event;
use crate::money::Currency;
use crate::oracle::credits::Refusal;

/// What an event is worth to an indicator, before it is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) measure: i128,
    pub(super) points: i128,
    /// Whether the points were exactly between two units and went to the even one.
    pub(super) was_half: bool,
}

/// The worth of an event, or why it counts for nothing.
pub(super) fn value(event: &Event, indicator: &Indicator, currency: Currency) -> Result<Value, Refusal> {
    if !indicator.events.iter().any(|kind| event.kind == kind.as_str()) {
        return Err(Refusal::OtherType);
    }
    meet(event, &indicator.filter, currency)?;
    let digits = i128::from(10u32.pow(currency.digits()));
    // The measure as a fraction of whole units.
    let (numerator, denominator) = match &indicator.measure {
        Measure::Count => (1, 1),
        Measure::SumQuantity => (i128::from(event.quantity.unwrap_or(1)), 1),
        Measure::SumAmount => (amount(event, currency)?, digits),
        _ => return Err(Refusal::OtherType),
    };
    let (points, was_half) = match &indicator.points {
        Points::PerUnit(points_e4) => half_even(numerator * i128::from(*points_e4), denominator),
        Points::PerAmount { points_e4, per_minor } => {
            half_even(amount(event, currency)? * i128::from(*points_e4), i128::from(*per_minor))
        }
        Points::Tiers(_) | Points::Completion(_) => (0, false),
    };
    Ok(Value { measure: numerator * 10_000 / denominator, points, was_half })
}

/// The amount in minor units of the contest's currency.
fn amount(event: &Event, currency: Currency) -> Result<i128, Refusal> {
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

/// The nearest whole number to a fraction, and whether two were equally near: then it is the even one.
fn half_even(numerator: i128, denominator: i128) -> (i128, bool) {
    let below = if numerator < 0 && numerator % denominator != 0 {
        numerator / denominator - 1
    } else {
        numerator / denominator
    };
    let above = below + 1;
    let (to_below, to_above) = (numerator - below * denominator, above * denominator - numerator);
    if to_below == to_above {
        return (if below % 2 == 0 { below } else { above }, true);
    }
    (if to_below < to_above { below } else { above }, false)
}
