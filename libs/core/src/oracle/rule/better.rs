//! The oracle's registry of `better`.

use crate::oracle::exact::Rate;
use crate::rule::better::Better;

pub(crate) mod down;
pub(crate) mod up;

/// The completion of a target other than zero. Without `better`, a target below zero has no completion.
pub(crate) fn completion(better: Option<Better>, value: &Rate, target: &Rate) -> Option<Rate> {
    match better {
        None => up::is_plain(target).then(|| up::completion(value, target)),
        Some(Better::Up(_)) => Some(up::completion(value, target)),
        Some(Better::Down(_)) => Some(down::completion(value, target)),
    }
}

/// Whether a value meets a target of zero.
pub(crate) fn meets_zero(better: Option<Better>, value: &Rate) -> bool {
    match better {
        None | Some(Better::Up(_)) => up::meets_zero(value),
        Some(Better::Down(_)) => down::meets_zero(value),
    }
}
