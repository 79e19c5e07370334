//! Twin of the measure `ratio`: the value of one indicator divided by that of another.

use crate::oracle::exact::{Rate, whole};

/// No value unless both have a value and the denominator is above zero.
pub(crate) fn value(of: Option<Rate>, to: Option<Rate>) -> Option<Rate> {
    let (of, to) = (of?, to?);
    (to > whole(0)).then(|| of / to)
}
