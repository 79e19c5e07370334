//! Reads what a batch of events is about to touch, so that the memory accesses of different events overlap instead of
//! waiting for one another. It changes nothing, and nothing depends on it but speed.

use std::hint::black_box;

use crate::event::Event;
use crate::fold::shard::Shard;

/// Events of which all fits into the caches that are near.
pub const WARM_EVENTS: usize = 256;

impl Shard {
    /// Reads what up to [`WARM_EVENTS`] events will touch.
    pub fn warm(&self, events: &[Event]) {
        let creditors = events.iter().flat_map(|event| &event.credits);
        let holders: Vec<u32> =
            creditors.filter_map(|credit| self.participants.find(&credit.employee)).collect();
        if self.asks_for_customers {
            events.iter().for_each(|event| _ = black_box(self.keys.find(&event.customer)));
        }
        for holder in &holders {
            black_box(self.journal.head(*holder));
            self.places.warm(*holder, self.register.organisation(), &self.participants);
        }
        for state in self.contests.values().filter_map(|served| served.live.as_ref()) {
            let leaves = holders.iter().filter_map(|holder| state.leaves.first_of(*holder));
            for leaf in leaves {
                state.leaves.warm(leaf);
                black_box(state.rows.get(leaf as usize * state.boards.len()));
            }
        }
    }
}
