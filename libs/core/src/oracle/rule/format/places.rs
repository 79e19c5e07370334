//! Twin of the format `places`: points for ranks in each round.

/// Points for the participant's places. A round without a live credit gives no place.
pub(crate) fn score(worth: &[i64], ranks: &[Option<u64>]) -> i128 {
    let of_place = |rank: u64| usize::try_from(rank - 1).ok().and_then(|place| worth.get(place)).copied();
    ranks.iter().flatten().filter_map(|rank| of_place(*rank)).map(i128::from).sum()
}
