//! Looks ahead: reads what a batch of events is about to touch, so that the memory accesses of different events overlap
//! instead of waiting for one another. It changes nothing, and nothing depends on it but speed.

use std::hint::black_box;

use crate::event::Event;
use crate::fold::roster::NO_ROW;
use crate::fold::shard::Shard;

/// Numbers of whom events name, as far as they had any when they were looked at; otherwise [`NO_ROW`]. Numbers never
/// change, so what was found stays right.
pub(crate) struct Ahead {
    /// Of every creditor of every event, in their order.
    pub creditors: Vec<u32>,
    /// Of each event's customer, where that is asked for.
    customers: Vec<u32>,
}

impl Ahead {
    /// The number of the customer of an event.
    pub fn customer(&self, event: usize) -> u32 {
        self.customers.get(event).copied().unwrap_or(NO_ROW)
    }
}

impl Shard {
    /// Reads what some events will touch.
    pub(crate) fn look_ahead(&self, events: &[Event]) -> Ahead {
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
