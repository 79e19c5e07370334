//! Looks ahead: reads what a batch of events is about to touch, so that the memory accesses of different events overlap
//! instead of waiting for one another. It changes nothing, and nothing depends on it but speed.

use std::hint::black_box;

use crate::event::Event;
use crate::fold::shard::Shard;
use crate::types::ids::{HolderId, KeyId};

/// The numbers of those whom events name. Names that had none yet are [`HolderId::NOBODY`] or [`KeyId::NONE`]. Numbers never
/// change, so that what was found stays right.
pub(crate) struct Ahead {
    /// Of every creditor of every event, in their order.
    pub creditors: Vec<HolderId>,
    /// Of each event's branch.
    branches: Vec<HolderId>,
    /// Of each event's customer, where that is asked for.
    customers: Vec<KeyId>,
}

/// Numbers of an event's branch and customer, as far as they had any.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub branch: HolderId,
    pub customer: KeyId,
}

impl Known {
    /// Nothing has been looked up.
    pub const NOTHING: Known = Known { branch: HolderId::NOBODY, customer: KeyId::NONE };
}

impl Ahead {
    /// What is known of an event.
    pub fn known(&self, event: usize) -> Known {
        Known {
            branch: self.branches[event],
            customer: self.customers.get(event).copied().unwrap_or(KeyId::NONE),
        }
    }
}

impl Shard {
    /// Reads what some events will touch.
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
