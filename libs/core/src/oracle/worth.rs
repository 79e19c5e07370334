//! The oracle's answer to "what is it worth?": what one event gives under one indicator before it is shared, or why it
//! gives nothing. It never looks at two events at once, nor at who is credited.

use crate::contest::{Filter, Indicator, Measure, Points};
use crate::event::Event;
use crate::oracle::credits::Refusal;
use crate::oracle::exact::{PARTS, Rate, half_even, of_e4, rate, whole};
use crate::oracle::spans::has;
use crate::types::money::Currency;

/// What an event is worth to an indicator, before it is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) measure: i128,
    pub(super) points: i128,
    /// Whether the points were exactly between two units and went to the even one.
    pub(super) was_half: bool,
}

/// Whether each event has a measure of its own, as far as the event alone decides.
pub(super) fn is_by_event(measure: &Measure) -> bool {
    matches!(measure, Measure::Count | Measure::SumQuantity | Measure::SumAmount)
}

/// Whether the points of an indicator are those of its events, one by one.
pub(super) fn has_points_by_event(indicator: &Indicator) -> bool {
    let is_nth = matches!(indicator.measure, Measure::NthProduct { .. });
    let is_rate = matches!(indicator.points, Points::PerUnit(_) | Points::PerAmount { .. });
    (is_by_event(&indicator.measure) || is_nth) && is_rate
}

/// Whether an event is one that the indicator asks for, or why not.
pub(super) fn admit(event: &Event, indicator: &Indicator, currency: Currency) -> Result<(), Refusal> {
    if !indicator.events.iter().any(|kind| event.kind == kind.as_str()) {
        return Err(Refusal::OtherType);
    }
    meet(event, &indicator.filter, currency)
}

/// The worth of an event, or why it counts for nothing. The n-th product counts like any event, once it is found.
pub(super) fn value(event: &Event, indicator: &Indicator, currency: Currency) -> Result<Value, Refusal> {
    admit(event, indicator, currency)?;
    let measure = match &indicator.measure {
        Measure::Count | Measure::NthProduct { .. } => whole(1),
        Measure::SumQuantity => whole(i128::from(event.quantity.unwrap_or(1))),
        Measure::SumAmount => major(amount(event, currency)?, currency),
        _ => return Err(Refusal::OtherType),
    };
    let points = match &indicator.points {
        Points::PerUnit(points_e4) => &measure * whole(i128::from(*points_e4)),
        Points::PerAmount { points_e4, per_minor } => {
            whole(amount(event, currency)?) * rate(i128::from(*points_e4), i128::from(*per_minor))
        }
        Points::Tiers(_) | Points::Completion(_) => whole(0),
    };
    let (points, was_half) = half_even(&(points * times(event, indicator)));
    // A minor unit is never less than 1/10,000, so that no measure is rounded.
    let (measure, _) = half_even(&(measure * whole(PARTS)));
    Ok(Value { measure, points, was_half })
}

/// By what the points of an event are multiplied on its own day.
fn times(event: &Event, indicator: &Indicator) -> Rate {
    let window = indicator.windows.iter().find(|window| has(window.period, event.business_date));
    window.map_or_else(|| whole(1), |window| of_e4(i128::from(window.times_e4)))
}

/// So many minor units in major ones.
pub(super) fn major(minor: i128, currency: Currency) -> Rate {
    rate(minor, minor_units(currency))
}

/// How many minor units a major one has.
pub(super) fn minor_units(currency: Currency) -> i128 {
    i128::from(10u32.pow(currency.digits()))
}

/// The amount in minor units of the contest's currency.
pub(super) fn amount(event: &Event, currency: Currency) -> Result<i128, Refusal> {
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
