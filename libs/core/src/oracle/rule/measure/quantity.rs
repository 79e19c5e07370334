//! Twin of the measure `quantity`: the sum of the events' quantities.

use crate::event::Event;
use crate::oracle::exact::{Rate, of_e4, whole};

/// An event without a quantity is one piece.
pub(crate) fn of_event(event: &Event) -> Rate {
    whole(i128::from(event.quantity.unwrap_or(1)))
}

/// The sum of a participant's parts of events.
pub(crate) fn value(sum_e4: i128) -> Rate {
    of_e4(sum_e4)
}
