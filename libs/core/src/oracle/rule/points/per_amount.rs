//! Twin of the points `per_amount`: points in proportion to money.

use crate::oracle::exact::{Rate, rate};

/// In 1/10,000 of a point, not yet rounded.
pub(crate) fn points(points_e4: i64, per_minor: i64, minor: Rate) -> Rate {
    minor * rate(i128::from(points_e4), i128::from(per_minor))
}
