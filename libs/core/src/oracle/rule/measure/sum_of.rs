//! Twin of the measure `sum_of`: the sum of the values of several indicators.

use crate::oracle::exact::{Rate, whole};

/// No value unless each has a value.
pub(crate) fn value(values: impl Iterator<Item = Option<Rate>>) -> Option<Rate> {
    let values: Vec<Rate> = values.collect::<Option<_>>()?;
    Some(values.into_iter().fold(whole(0), |sum, value| sum + value))
}
