//! Twin of the limit `event`: the most points of each creditor's part of one event.

use crate::oracle::exact;

/// By how much the clamped points of a creditor change when `more` points come to those `before`. Both may be below
/// zero.
pub(crate) fn change(before: i128, more: i128, most: Option<i128>) -> i128 {
    exact::clamp(before + more, most) - exact::clamp(before, most)
}
