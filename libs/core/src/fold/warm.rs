//! Reads what a batch of events is about to touch, so that the memory accesses of different events overlap instead of
//! waiting for one another. It changes nothing, and nothing depends on it but speed.

use std::hint::black_box;

use jiff::civil::Date;

use crate::event::{Credit, Event};
use crate::fold::roster::NO_ROW;
use crate::fold::shard::Shard;

/// Events of which all fits into the caches that are near.
pub const WARM_EVENTS: usize = 256;

impl Shard {
    /// Reads what up to [`WARM_EVENTS`] events will touch.
    pub fn warm(&self, events: &[Event]) {
        let credits = events.iter().flat_map(|event| event.credits.iter().map(move |own| (event, own)));
        let found = |(event, own): (&Event, &Credit)| {
            Some((self.participants.find(&own.employee)?, event.business_date))
        };
        let holders: Vec<(u32, Date)> = credits.filter_map(found).collect();
        if self.asks_for_customers {
            events.iter().for_each(|event| _ = black_box(self.keys.find(&event.customer)));
        }
        for (holder, _) in &holders {
            black_box(self.journal.head(*holder));
            self.places.warm(*holder, self.register.organisation(), &self.participants);
        }
        for state in self.contests.values().filter_map(|served| served.live.as_ref()) {
            let boards = state.boards.len();
            let mut rows = Vec::with_capacity(holders.len());
            for (holder, date) in &holders {
                if let (Some(leaf), Some(span)) = (state.leaves.first_of(*holder), state.rules.span_of(*date))
                {
                    state.leaves.warm(leaf);
                    rows.push((span, leaf as usize * boards));
                }
            }
            for (span, first) in rows {
                for (row, boards) in state.rows[first..].iter().zip(&state.boards) {
                    if *row != NO_ROW {
                        boards.warm(span, *row);
                    }
                }
            }
        }
    }
}
