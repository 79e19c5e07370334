//! Twin of the limit `round`: the most points of a participant's round.

use crate::oracle::exact;

/// The points of a round.
pub(crate) fn clamp(points: i128, most: Option<i128>) -> i128 {
    exact::clamp(points, most)
}
