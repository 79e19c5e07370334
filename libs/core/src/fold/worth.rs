//! What one event is worth to one indicator: a measure and points, exact. It looks at one event and nothing else.

use crate::contest::{Contest, Indicator, Measure, Points};
use crate::event::Event;
use crate::score::{SCALE, div_half_even};

/// A measure in 1/10,000 of its unit, and points in 1/10,000 of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worth {
    /// Events, pieces, or major units of currency, times 10,000.
    pub measure: i128,
    /// Points times 10,000.
    pub points: i128,
}

/// What the event is worth to the indicator; `None` when it does not count. The type is the caller's to match.
pub fn worth(event: &Event, indicator: &Indicator, contest: &Contest) -> Option<Worth> {
    if !indicator.filter.matches(event, contest.currency) {
        return None;
    }
    let amount = event.amount.filter(|amount| amount.currency == contest.currency);
    let measure = match indicator.measure {
        Measure::Count => SCALE,
        Measure::SumQuantity => i128::from(event.quantity_or_one()) * SCALE,
        Measure::SumAmount => i128::from(amount?.minor) * (SCALE / i128::from(contest.currency.scale())),
    };
    let points = match indicator.points {
        Points::PerUnit(points_e4) => div_half_even(measure * i128::from(points_e4), SCALE),
        Points::PerAmount { points_e4, per_minor } => {
            div_half_even(i128::from(amount?.minor) * i128::from(points_e4), i128::from(per_minor))
        }
    };
    Some(Worth { measure, points })
}
