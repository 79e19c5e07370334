//! Looks ahead: reads what a batch of events is about to touch, so that the memory accesses of different events overlap
//! instead of waiting for one another. It changes nothing, and nothing depends on it but speed.

use std::hint::black_box;

use crate::event::Event;
use crate::fold::roster::NO_ROW;
use crate::fold::shard::Shard;
use crate::pages::{PageError, Pages};
use crate::{Position, Time};

/// Events of which all fits into the caches that are near.
const EVENTS: usize = 256;

/// Numbers of whom events name, as far as they had any when they were looked at; otherwise [`NO_ROW`].
#[derive(Default)]
struct Ahead {
    /// Of every creditor of every event, in their order.
    creditors: Vec<u32>,
    /// Of each event's customer, where that is asked for.
    customers: Vec<u32>,
}

/// The same of one event. Numbers never change, so what was found stays right.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// Of its creditors, in their order; fewer where nobody looked.
    pub creditors: &'a [u32],
    /// Of its customer.
    pub customer: u32,
}

impl Known<'_> {
    /// Where nobody looked.
    pub const NOTHING: Known<'static> = Known { creditors: &[], customer: NO_ROW };
}

impl Shard {
    /// Folds events that were recorded together, each at its position; those without one are left out.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn events(
        &mut self,
        pages: &dyn Pages,
        recorded: Time,
        events: &[Event],
        position: impl Fn(usize) -> Option<Position>,
    ) -> Result<(), PageError> {
        for (first, some) in (0..).step_by(EVENTS).zip(events.chunks(EVENTS)) {
            let ahead = self.look_ahead(some);
            let mut creditors = &ahead.creditors[..];
            for (at, event) in some.iter().enumerate() {
                let (own, others) = creditors.split_at(event.credits.len());
                creditors = others;
                let customer = ahead.customers.get(at).copied().unwrap_or(NO_ROW);
                if let Some(position) = position(first + at) {
                    self.known_event(pages, position, recorded, event, Known { creditors: own, customer })?;
                }
            }
        }
        Ok(())
    }

    /// Reads what some events will touch.
    fn look_ahead(&self, events: &[Event]) -> Ahead {
        let number = |found: Option<u32>| found.unwrap_or(NO_ROW);
        let credits = events.iter().flat_map(|event| &event.credits);
        let creditors: Vec<u32> =
            credits.map(|credit| number(self.participants.find(&credit.employee))).collect();
        let customers = match self.asks_for_customers {
            true => events.iter().map(|event| number(self.keys.find(&event.customer))).collect(),
            false => Vec::new(),
        };
        let holders = || creditors.iter().copied().filter(|number| *number != NO_ROW);
        for holder in holders() {
            black_box(self.journal.head(holder));
            self.places.warm(holder, self.register.organisation(), &self.participants);
        }
        for state in self.contests.values().filter_map(|served| served.live.as_ref()) {
            for leaf in holders().filter_map(|holder| state.leaves.first_of(holder)) {
                state.leaves.warm(leaf);
                black_box(state.rows.get(leaf as usize * state.boards.len()));
            }
        }
        Ahead { creditors, customers }
    }
}
