//! Twin of the measure `count`: each event is one.

use crate::oracle::exact::{Rate, of_e4, whole};

/// Each event is one.
pub(crate) fn of_event() -> Rate {
    whole(1)
}

/// The sum of a participant's parts of events.
pub(crate) fn value(sum_e4: i128) -> Rate {
    of_e4(sum_e4)
}
