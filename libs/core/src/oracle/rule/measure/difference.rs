//! Twin of the measure `difference`: the value of one indicator less that of another.

use crate::oracle::exact::Rate;

/// There is none unless both have a value.
pub(crate) fn value(of: Option<Rate>, minus: Option<Rate>) -> Option<Rate> {
    Some(of? - minus?)
}
