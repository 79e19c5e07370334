//! Twin of `better = "down"`.

use crate::oracle::exact::{Rate, whole};

/// Below zero: value / target. Above zero: 2 - value / target.
pub(crate) fn completion(value: &Rate, target: &Rate) -> Rate {
    match *target < whole(0) {
        true => value / target,
        false => whole(2) - value / target,
    }
}

/// Whether a value meets a target of zero.
pub(crate) fn meets_zero(value: &Rate) -> bool {
    *value <= whole(0)
}
