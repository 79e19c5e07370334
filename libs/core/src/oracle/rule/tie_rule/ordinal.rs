//! Twin of the tie rule `ordinal` (1234): every row has a rank of its own.

/// The place, counted from 1.
pub(crate) fn rank(place: usize) -> u64 {
    place as u64 + 1
}
