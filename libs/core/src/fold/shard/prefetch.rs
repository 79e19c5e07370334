//! Looks ahead: reads what a batch of events is about to touch, so that the memory accesses of different events overlap
//! instead of waiting for one another. It changes nothing, and nothing depends on it but speed.

use std::hint::black_box;

use crate::event::Event;
use crate::fold::placement::roster::NO_ROW;
use crate::fold::shard::Shard;

/// Numbers of whom events name, as far as they had any when they were looked at; otherwise [`NO_ROW`]. Numbers never
/// change, so what was found stays right.
pub(crate) struct Ahead {
    /// Of every creditor of every event, in their order.
    pub creditors: Vec<u32>,
    /// Of each event's branch.
    branches: Vec<u32>,
    /// Of each event's customer, where that is asked for.
    customers: Vec<u32>,
}

/// Numbers of an event's branch and customer, as far as they had any.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub branch: u32,
    pub customer: u32,
}

impl Known {
    /// Where nobody looked.
    pub const NOTHING: Known = Known { branch: NO_ROW, customer: NO_ROW };
}

impl Ahead {
    /// What is known of an event.
    pub fn known(&self, event: usize) -> Known {
        let of = |numbers: &[u32]| numbers.get(event).copied().unwrap_or(NO_ROW);
        Known { branch: of(&self.branches), customer: of(&self.customers) }
    }
}

impl Shard {
    /// Reads what some events will touch.
    pub(crate) fn look_ahead(&self, events: &[Event]) -> Ahead {
        let numbers = |found: Vec<Option<u32>>| -> Vec<u32> {
            found.into_iter().map(|number| number.unwrap_or(NO_ROW)).collect()
        };
        let credits = events.iter().flat_map(|event| &event.credits);
        let creditors = numbers(self.participants.find_each(credits.map(|credit| &*credit.employee)));
        let branches = numbers(self.participants.find_each(events.iter().map(|event| &*event.branch)));
        let customers = match self.asks_for_customers {
            true => numbers(self.keys.find_each(events.iter().map(|event| &*event.customer))),
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
        Ahead { creditors, branches, customers }
    }
}
