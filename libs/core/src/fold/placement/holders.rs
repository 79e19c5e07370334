//! Whom an event names: those who may hold what it is worth, and the customer and product. Who gets what is decided
//! elsewhere.

use crate::event::Event;
use crate::types::ids::{HolderId, KeyId, SourceId};
use crate::types::names::Names;

/// Whom an event names, by participant numbers.
#[derive(Clone, Copy)]
pub struct Holders<'a> {
    /// Its branch; `None` when it names none.
    pub branch: Option<HolderId>,
    /// Its creditors, in their order.
    pub creditors: &'a [HolderId],
    /// The event's source: it may call them by names of its own.
    pub source: SourceId,
    /// The event's customer: it may have been handed over.
    pub customer: &'a str,
    /// Whose and which product it is, where a contest keeps those apart.
    pub holding: Holding,
}

impl<'a> Holders<'a> {
    /// Whom an event names: its branch and creditors by their numbers.
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
    /// [`KeyId::NONE`] for none.
    pub customer: KeyId,
    /// [`KeyId::NONE`] where no contest asks.
    pub product: KeyId,
}

impl Holding {
    /// Of nobody, where no contest asks.
    pub const NONE: Holding = Holding { customer: KeyId::NONE, product: KeyId::NONE };

    /// An event's, with new numbers where it has none; `customer` is the customer's, if it was looked up before.
    pub fn intern(event: &Event, customer: KeyId, keys: &mut Names<KeyId>) -> Holding {
        let product = keys.intern(product_of(event));
        let is_known = customer != KeyId::NONE || event.customer.is_empty();
        let customer = if is_known { customer } else { keys.intern(&event.customer) };
        Holding { customer, product }
    }

    /// An event's, as far as they have numbers.
    pub fn of(event: &Event, keys: &Names<KeyId>) -> Holding {
        let number = |text: &str| match keys.is_empty() || text.is_empty() {
            true => KeyId::NONE,
            false => keys.find(text).unwrap_or(KeyId::NONE),
        };
        Holding { customer: number(&event.customer), product: number(product_of(event)) }
    }
}

/// What tells products apart: the product code, or the type of an event that has none.
pub fn product_of<'a>(event: &'a Event) -> &'a str {
    if event.product.is_empty() { &event.kind } else { &event.product }
}
