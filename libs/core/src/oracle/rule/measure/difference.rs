//! Twin of the measure `difference`: the value of one indicator minus that of another.

use crate::oracle::exact::Rate;

/// No value unless both have a value.
pub(crate) fn value(of: Option<Rate>, minus: Option<Rate>) -> Option<Rate> {
    Some(of? - minus?)
}
