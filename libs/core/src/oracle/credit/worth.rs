//! The value of one event for one indicator before it is shared, or why it gives nothing.

use crate::contest::Indicator;
use crate::event::Event;
use crate::oracle::contest::admission::admit;
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::exact::{PARTS, half_even, whole};
use crate::oracle::rule::{limit, measure, points, window};
use crate::types::money::Currency;

/// The value of an event for an indicator, before it is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) measure: i128,
    pub(crate) points: i128,
    /// Whether the points were exactly half-way between two units and were rounded to the even one.
    pub(crate) was_half: bool,
}

/// Whether the indicator gives points for each event by itself.
pub(crate) fn has_points_by_event(indicator: &Indicator) -> bool {
    measure::has_worth_by_event(&indicator.measure) && points::is_by_event(&indicator.points)
}

/// The cap on the points that a creditor gets for one event, if events have points of their own.
pub(crate) fn most(indicator: &Indicator) -> Option<i128> {
    if has_points_by_event(indicator) { limit::of_event(indicator) } else { None }
}

/// The value of an event, or why it gives nothing. The n-th product, once found, counts like any event.
pub(crate) fn value(event: &Event, indicator: &Indicator, currency: Currency) -> Result<Value, Refusal> {
    admit(event, indicator, currency)?;
    let counted = measure::of_event(&indicator.measure, event, currency)?;
    let points = points::of_event(&indicator.points, event, &counted, currency)?;
    let (points, was_half) = half_even(&(points * window::factor(indicator, event.business_date)));
    // A minor unit is never less than 1/10,000, so measures are never rounded.
    let (measure, _) = half_even(&(counted * whole(PARTS)));
    Ok(Value { measure, points, was_half })
}
