//! Twin of the points `per_unit`: so many for each counted unit; of a rate, for 1.

use crate::oracle::exact::{Rate, whole};

/// In 1/10,000 of a point, not yet rounded.
pub(crate) fn points(points_e4: i64, counted: &Rate) -> Rate {
    counted * whole(i128::from(points_e4))
}
