//! Twin of the limit `event`: the most points of each creditor's part of one event.

use crate::oracle::exact;

/// What a part's clamped sum changes by when so much is given, or taken, after what was given before.
pub(crate) fn change(before: i128, more: i128, most: Option<i128>) -> i128 {
    exact::clamp(before + more, most) - exact::clamp(before, most)
}
