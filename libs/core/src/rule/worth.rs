//! What one event is worth to one indicator: a measure and points, exact. It looks at one event and nothing else.

use crate::contest::{Contest, Indicator, Measure, Points};
use crate::event::Event;
use crate::types::score::{SCALE, mul_div_half_even};

/// A measure in 1/10,000 of its unit, and points in 1/10,000 of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// Events, pieces, or major units of currency, times 10,000. Of customers: references times 10,000.
    pub measure: i128,
    /// Points times 10,000; none where they follow from what is counted of a participant.
    pub points: i128,
}

/// What the event is worth to the indicator; `None` when it does not count, or not by itself. The type is the caller's
/// to match.
pub fn worth(event: &Event, indicator: &Indicator, contest: &Contest) -> Option<Worth> {
    let measure = match &indicator.measure {
        Measure::Count => SCALE,
        Measure::SumQuantity => i128::from(event.quantity_or_one()) * SCALE,
        Measure::SumAmount => amount_e4(event, contest)?,
        Measure::Customers | Measure::CustomersWithProducts { .. } | Measure::ProductsPerCustomer => {
            if event.customer.is_empty() {
                return None;
            }
            SCALE
        }
        Measure::NetChange { .. }
        | Measure::AverageBalance { .. }
        | Measure::NthProduct { .. }
        | Measure::Ratio { .. } => return None,
    };
    if !indicator.filter.matches(event, contest.currency) {
        return None;
    }
    let points = points(event, measure, indicator, contest)?;
    Some(Worth { measure, points })
}

/// The amount in 1/10,000 of a major unit of the contest's currency.
pub fn amount_e4(event: &Event, contest: &Contest) -> Option<i128> {
    let amount = event.amount.filter(|amount| amount.currency == contest.currency)?;
    Some(i128::from(amount.minor) * (SCALE / i128::from(contest.currency.scale())))
}

/// The points of so much of an event, times what its day is worth; none at all without an amount that they need.
pub fn points(event: &Event, measure: i128, indicator: &Indicator, contest: &Contest) -> Option<i128> {
    if !indicator.has_points_by_event() {
        return Some(0);
    }
    let window = indicator.windows.iter().find(|window| window.covers(event.business_date));
    let times = window.map_or(SCALE, |window| i128::from(window.times_e4));
    Some(match &indicator.points {
        Points::PerUnit(points_e4) => {
            mul_div_half_even(measure, i128::from(*points_e4) * times, SCALE * SCALE)
        }
        Points::PerAmount { points_e4, per_minor } => {
            let amount = event.amount.filter(|amount| amount.currency == contest.currency)?;
            let rate = i128::from(*points_e4) * times;
            mul_div_half_even(i128::from(amount.minor), rate, i128::from(*per_minor) * SCALE)
        }
        Points::Tiers(_) | Points::Completion(_) => 0,
    })
}
