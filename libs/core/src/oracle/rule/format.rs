//! The oracle's registry of formats: how the rounds make the whole.

use crate::contest::Overall;
use crate::rule::format;

pub(crate) mod places;
pub(crate) mod sum;

/// The score of a participant on the whole, in 1/10,000 of a point. `points` are those of its indicators on the whole,
/// and `ranks` its rank in each round in which it has a live credit.
pub(crate) fn score(overall: &Overall, points: &[i128], ranks: &[Option<u64>]) -> i128 {
    match overall {
        Overall::Sum(format::Sum) => sum::score(points),
        Overall::Places(format::Places { points_e4: worth }) => places::score(worth, ranks),
    }
}
