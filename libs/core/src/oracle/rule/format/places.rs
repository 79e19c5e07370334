//! Twin of the format `places`: points for the first places of each round.

/// What the places are worth in which a participant stands; who has no live credit in a round has no place in it.
pub(crate) fn score(worth: &[i64], ranks: &[Option<u64>]) -> i128 {
    let of_place = |rank: u64| usize::try_from(rank - 1).ok().and_then(|place| worth.get(place)).copied();
    ranks.iter().flatten().filter_map(|rank| of_place(*rank)).map(i128::from).sum()
}
