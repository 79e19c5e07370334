//! What is finally left of each original that came in time, after all reversals that came in time, whatever
//! their dates.

use crate::Position;
use crate::contest::Contest;
use crate::event::Event;
use crate::oracle::journal::counted::{self, Counted};
use crate::oracle::journal::reversals::{self, Left};

/// An original of which something is left.
pub(crate) struct Lasting<'a> {
    pub(crate) position: Position,
    pub(crate) event: &'a Event<'static>,
    /// The event, with only what is left of it.
    pub(crate) left: Event<'static>,
}

/// Every original that came in time and of which something is left, in log order.
pub(crate) fn lasting<'a>(contest: &Contest, counted: &[Counted<'a>]) -> Vec<Lasting<'a>> {
    let mut lasting = Vec::new();
    for original in counted.iter().filter(|one| one.event.reverses.is_none()) {
        if reversals::is_too_late(original.recorded, contest) {
            continue;
        }
        let own = counted::reversals_of(original, counted);
        let in_time: Vec<&Counted> =
            own.into_iter().filter(|one| !reversals::is_too_late(one.recorded, contest)).collect();
        if let Some(left) = reversals::take_back(original, &in_time).in_the_end {
            let left = as_left(original.event, left);
            lasting.push(Lasting { position: original.position, event: original.event, left });
        }
    }
    lasting
}

/// The event with only what is left of it.
pub(crate) fn as_left(event: &Event<'static>, left: Left) -> Event<'static> {
    Event { quantity: left.quantity, amount: left.amount, ..event.clone() }
}
