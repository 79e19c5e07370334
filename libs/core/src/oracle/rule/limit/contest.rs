//! Twin of the limit `contest`: the most points of a participant in the whole contest.

use crate::oracle::exact;

/// The points of the whole.
pub(crate) fn clamp(points: i128, most: Option<i128>) -> i128 {
    exact::clamp(points, most)
}
