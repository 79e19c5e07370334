//! The oracle's answer to "what is there of it in the end?": every original that came in time, with what is left after
//! everything that was taken back in time, whatever its date. It never looks at dates, nor at who is credited.

use crate::Position;
use crate::contest::Contest;
use crate::event::Event;
use crate::oracle::reversals::{self, Counted, Left};

/// An original of which something is left.
pub(super) struct Lasting<'a> {
    pub(super) position: Position,
    pub(super) event: &'a Event<'static>,
    /// It, as if it had been no more than that.
    pub(super) left: Event<'static>,
}

impl Lasting<'_> {
    /// Its number in its source, which orders those of equal ids.
    pub(super) fn number(&self) -> u64 {
        self.event.source_sequence.unwrap_or(0)
    }

    /// What it is of: its product code, or its type where it has none.
    pub(super) fn product(&self) -> &str {
        product(self.event)
    }
}

/// The product of an event: its code, or the event's type where it has none.
pub(super) fn product<'e>(event: &'e Event) -> &'e str {
    if event.product.is_empty() { &event.kind } else { &event.product }
}

/// Every original that came in time and of which something is left, in log order.
pub(super) fn lasting<'a>(contest: &Contest, counted: &[Counted<'a>]) -> Vec<Lasting<'a>> {
    let mut lasting = Vec::new();
    for original in counted.iter().filter(|one| one.event.reverses.is_none()) {
        if reversals::is_too_late(original.recorded, contest) {
            continue;
        }
        let own = reversals::reversals_of(original, counted);
        let in_time: Vec<&Counted> =
            own.into_iter().filter(|one| !reversals::is_too_late(one.recorded, contest)).collect();
        if let Some(left) = reversals::take_back(original, &in_time).in_the_end {
            let left = as_left(original.event, left);
            lasting.push(Lasting { position: original.position, event: original.event, left });
        }
    }
    lasting
}

/// An original as if it had been no more than what is left of it.
pub(super) fn as_left(event: &Event<'static>, left: Left) -> Event<'static> {
    Event { quantity: left.quantity, amount: left.amount, ..event.clone() }
}
