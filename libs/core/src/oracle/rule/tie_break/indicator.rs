//! Twin of the tie-break `indicator`: who has more of an indicator stands first.

use std::cmp::Reverse;

use crate::oracle::contest::key::Key;
use crate::oracle::exact::{PARTS, Rate, half_even, whole};

/// A rate as it is, and none last; a whole number in 1/10,000, and none as zero.
pub(crate) fn key(is_rate: bool, value: Option<&Rate>) -> Key {
    if is_rate {
        return Key::Rate(Reverse(value.cloned()));
    }
    let number = value.map_or(0, |value| half_even(&(value * whole(PARTS))).0);
    Key::Number(Reverse(number))
}
