//! The oracle's registry of points. Everything is exact up to one rounding at the end; caps are applied
//! elsewhere.

use crate::contest::{Indicator, Points};
use crate::event::Event;
use crate::oracle::contest::admission::{amount, minor_units};
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::exact::{PARTS, Rate, half_even, of_e4, whole};
use crate::oracle::rule::better;
use crate::rule::points;
use crate::types::money::Currency;

pub(crate) mod completion;
pub(crate) mod per_amount;
pub(crate) mod per_unit;
pub(crate) mod tiers;

/// Whether an event may have points of its own, which add up.
pub(crate) fn is_by_event(points: &Points) -> bool {
    match points {
        Points::PerUnit(_) | Points::PerAmount(_) => true,
        Points::Tiers(_) | Points::Completion(_) => false,
    }
}

/// The points of an event with this counted quantity, in 1/10,000 and not yet rounded.
pub(crate) fn of_event(
    points: &Points,
    event: &Event,
    counted: &Rate,
    currency: Currency,
) -> Result<Rate, Refusal> {
    match points {
        Points::PerUnit(points::PerUnit { points_e4 }) => Ok(per_unit::points(*points_e4, counted)),
        Points::PerAmount(points::PerAmount { points_e4, per_minor }) => {
            Ok(per_amount::points(*points_e4, *per_minor, whole(amount(event, currency)?)))
        }
        Points::Tiers(_) | Points::Completion(_) => Ok(whole(0)),
    }
}

/// The points of a value, in 1/10,000; `reached` is its completion of the target. Without a value there are no points.
pub(crate) fn of_value(
    points: &Points,
    value: Option<&Rate>,
    reached: Option<&Rate>,
    currency: Currency,
) -> i128 {
    let Some(value) = value else { return 0 };
    let exact = match points {
        Points::PerUnit(points::PerUnit { points_e4 }) => per_unit::points(*points_e4, value),
        Points::PerAmount(points::PerAmount { points_e4, per_minor }) => {
            per_amount::points(*points_e4, *per_minor, value * whole(minor_units(currency)))
        }
        Points::Tiers(tiers) => tiers::points(tiers, &(value * whole(PARTS))),
        Points::Completion(rule) => {
            reached.map_or_else(|| whole(0), |reached| completion::points(rule, reached))
        }
    };
    half_even(&exact).0
}

/// The completion of an indicator's target. A target of zero has none, unless the points say that it can be reached.
pub(crate) fn reached(indicator: &Indicator, value: Option<&Rate>, target_e4: Option<i128>) -> Option<Rate> {
    let (value, target) = (value?, of_e4(target_e4?));
    if target != whole(0) {
        return better::completion(indicator.better, value, &target);
    }
    let is_zero_reached = match &indicator.points {
        Points::Completion(rule) => completion::is_zero_reached(rule),
        Points::PerUnit(_) | Points::PerAmount(_) | Points::Tiers(_) => false,
    };
    (is_zero_reached && better::meets_zero(indicator.better, value)).then(|| whole(1))
}
