//! The participants that an event names, who may hold what it is worth, and its customer and product. Who
//! gets how much is decided elsewhere.

use crate::event::Event;
use crate::types::ids::{HolderId, KeyId, SourceId};
use crate::types::names::Names;

/// The participants that an event names, by number.
#[derive(Clone, Copy)]
pub struct Holders<'a> {
    /// Its branch; `None` when it names none.
    pub branch: Option<HolderId>,
    /// Its creditors, in the order of the event.
    pub creditors: &'a [HolderId],
    /// The event's source. A source may use its own codes for the creditors.
    pub source: SourceId,
    /// The event's customer, who may have been handed over to another employee.
    pub customer: &'a str,
    /// The customer and product by number, if some contest needs them.
    pub holding: Holding,
}

impl<'a> Holders<'a> {
    /// The branch and creditors of an event, by number.
    pub fn of(
        event: &'a Event,
        branch: Option<HolderId>,
        creditors: &'a [HolderId],
        source: SourceId,
        keys: &Names<KeyId>,
    ) -> Holders<'a> {
        Holders { branch, creditors, source, customer: &event.customer, holding: Holding::of(event, keys) }
    }
}

/// A customer and a product, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// [`KeyId::NONE`] if there is none.
    pub customer: KeyId,
    /// [`KeyId::NONE`] if no contest needs it.
    pub product: KeyId,
}

impl Holding {
    /// No customer and no product, for when no contest needs them.
    pub const NONE: Holding = Holding { customer: KeyId::NONE, product: KeyId::NONE };

    /// The customer and product of an event; gives them numbers if they have none. `customer` is the
    /// customer's number, if it was looked up before.
    pub fn intern(event: &Event, customer: KeyId, keys: &mut Names<KeyId>) -> Holding {
        let product = keys.intern(event.product_or_kind());
        let is_known = customer != KeyId::NONE || event.customer.is_empty();
        let customer = if is_known { customer } else { keys.intern(&event.customer) };
        Holding { customer, product }
    }

    /// The customer and product of an event; [`KeyId::NONE`] for those without a number.
    pub fn of(event: &Event, keys: &Names<KeyId>) -> Holding {
        let number = |text: &str| match keys.is_empty() || text.is_empty() {
            true => KeyId::NONE,
            false => keys.find(text).unwrap_or(KeyId::NONE),
        };
        Holding { customer: number(&event.customer), product: number(event.product_or_kind()) }
    }
}
