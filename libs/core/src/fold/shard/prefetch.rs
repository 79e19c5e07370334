//! Prefetching: reads what a batch of events is about to touch, so that the memory accesses of different
//! events overlap instead of waiting for each other. It changes nothing and affects only speed.

use std::hint::black_box;

use crate::event::Event;
use crate::fold::shard::Shard;
use crate::types::ids::{HolderId, KeyId};

/// The numbers of the participants that events name. Names without a number are [`HolderId::NOBODY`] or
/// [`KeyId::NONE`]. A number never changes once it is given, so the ones found here stay valid.
pub(crate) struct Ahead {
    /// The creditors of all events, in order.
    pub creditors: Vec<HolderId>,
    /// The branch of each event.
    branches: Vec<HolderId>,
    /// The customer of each event, if some subscriber needs customers.
    customers: Vec<KeyId>,
}

/// The numbers of an event's branch and customer, if they have any.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub branch: HolderId,
    pub customer: KeyId,
}

impl Known {
    /// For an event that was not looked up.
    pub const NOTHING: Known = Known { branch: HolderId::NOBODY, customer: KeyId::NONE };
}

impl Ahead {
    /// The numbers that were found for an event.
    pub fn known(&self, event: usize) -> Known {
        Known {
            branch: self.branches[event],
            customer: self.customers.get(event).copied().unwrap_or(KeyId::NONE),
        }
    }
}

impl Shard {
    /// Looks up the participants of some events, and prefetches what crediting them will touch.
    pub(super) fn look_ahead(&self, events: &[Event]) -> Ahead {
        let holders_or_nobody = |found: Vec<Option<HolderId>>| -> Vec<HolderId> {
            found.into_iter().map(|number| number.unwrap_or(HolderId::NOBODY)).collect()
        };
        let credits = events.iter().flat_map(|event| &event.credits);
        let creditors =
            holders_or_nobody(self.participants.find_each(credits.map(|credit| &*credit.employee)));
        let branches =
            holders_or_nobody(self.participants.find_each(events.iter().map(|event| &*event.branch)));
        let customers = match self.asked.customers {
            true => {
                let found = self.keys.find_each(events.iter().map(|event| &*event.customer)).into_iter();
                found.map(|key| key.unwrap_or(KeyId::NONE)).collect()
            }
            false => Vec::new(),
        };
        let holders = || creditors.iter().copied().filter(|number| *number != HolderId::NOBODY);
        for holder in holders() {
            black_box(self.journal.head(holder));
            self.places.warm(holder, self.register.organisation(), &self.participants);
        }
        for subscriber in self.subscribers.all() {
            subscriber.warm(&creditors);
        }
        Ahead { creditors, branches, customers }
    }
}
