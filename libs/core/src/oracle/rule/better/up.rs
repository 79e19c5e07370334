//! Twin of `better = "up"`.

use crate::oracle::exact::{Rate, whole};

/// Above zero: value / target. Below zero: 1 + (value - target) / |target|.
pub(crate) fn completion(value: &Rate, target: &Rate) -> Rate {
    match is_plain(target) {
        true => value / target,
        false => whole(1) + (value - target) / -target,
    }
}

/// Whether a target lies above zero, so that it is a number to reach.
pub(crate) fn is_plain(target: &Rate) -> bool {
    *target > whole(0)
}

/// Whether a value meets a target of zero.
pub(crate) fn meets_zero(value: &Rate) -> bool {
    *value >= whole(0)
}
