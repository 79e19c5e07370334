//! The oracle's registry of formats: how the total score is computed from the rounds.

use crate::contest::Overall;
use crate::rule::format;

pub(crate) mod places;
pub(crate) mod sum;

/// The total score of a participant, in 1/10,000 of a point. `points` has the points of each indicator over all rounds;
/// `ranks` has the rank in each round, `None` without a live credit in it.
pub(crate) fn score(overall: &Overall, points: &[i128], ranks: &[Option<u64>]) -> i128 {
    match overall {
        Overall::Sum(format::Sum) => sum::score(points),
        Overall::Places(format::Places { points_e4: worth }) => places::score(worth, ranks),
    }
}
