//! The worked example of points at one rate, for points per unit and per amount.

use crate::rule::example::Example;
use crate::rule::phrase::{number, points, say};
use crate::rule::unit::Unit;
use crate::types::money::Currency;
use crate::types::score::{SCALE, mul_div_half_even};

/// A sample value that gets `points_e4` for each `per_e4`, both in 1/10,000.
pub fn example(points_e4: i128, per_e4: i128, unit: Unit, currency: Currency) -> Example {
    let value_e4 = unit.sample(per_e4);
    let own_e4 = mul_div_half_even(value_e4, points_e4, per_e4);
    let rate = match per_e4 == SCALE {
        true => number(points_e4),
        false => format!("{} / {}", number(points_e4), number(per_e4)),
    };
    let (shown, own, value) = (unit.value(value_e4, currency), points(own_e4), number(value_e4));
    let text = match unit == Unit::Percent {
        true => say!(
            "30 divided by 40 is {shown}; {shown} × {rate} = {own}",
            "30 ÷ 40 = {shown}，{shown} × {rate} = {own}",
            shown,
            rate,
            own,
        ),
        false => say!(
            "{shown} give {value} × {rate} = {own}",
            "{shown}，{value} × {rate} = {own}",
            shown,
            value,
            rate,
            own,
        ),
    };
    Example { text, points_e4: own_e4 }
}
