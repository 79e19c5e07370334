//! Twin of the points `per_unit`: points for each counted unit; of a rate, for 100 %.

use crate::oracle::exact::{Rate, whole};

/// In 1/10,000 of a point, not yet rounded.
pub(crate) fn points(points_e4: i64, counted: &Rate) -> Rate {
    counted * whole(i128::from(points_e4))
}
