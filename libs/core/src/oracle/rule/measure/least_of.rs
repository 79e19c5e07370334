//! Twin of the measure `least_of`: the least of the values of several indicators.

use crate::oracle::exact::Rate;

/// No value unless each has a value.
pub(crate) fn value(values: impl Iterator<Item = Option<Rate>>) -> Option<Rate> {
    let mut values: Vec<Rate> = values.collect::<Option<_>>()?;
    values.sort();
    values.into_iter().next()
}
