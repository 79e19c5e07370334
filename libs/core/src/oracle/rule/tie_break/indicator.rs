//! Twin of the tie-break `indicator`: the higher value of an indicator is first.

use std::cmp::Reverse;

use crate::oracle::contest::key::Key;
use crate::oracle::exact::{PARTS, Rate, half_even, whole};

/// Fractions are compared exactly, and a missing one is last. Whole numbers are compared in 1/10,000, and a missing one
/// is zero.
pub(crate) fn key(is_rate: bool, value: Option<&Rate>) -> Key {
    if is_rate {
        return Key::Rate(Reverse(value.cloned()));
    }
    let number = value.map_or(0, |value| half_even(&(value * whole(PARTS))).0);
    Key::Number(Reverse(number))
}
