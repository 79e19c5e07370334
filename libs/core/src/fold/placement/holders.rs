//! Whom an event names, by their numbers: those who may hold what it is worth, and whose and which product it is. It
//! decides nothing about who gets what.

use crate::event::Event;
use crate::fold::placement::roster::NO_ROW;
use crate::types::names::Names;

/// Whom an event names, by participant numbers.
#[derive(Clone, Copy)]
pub struct Holders<'a> {
    /// Its branch; `None` when it names none.
    pub branch: Option<u32>,
    /// Its creditors, in their order.
    pub creditors: &'a [u32],
    /// The event's source, by its number: it may have names of its own for them.
    pub source: u32,
    /// The event's customer: it may have been handed over.
    pub customer: &'a str,
    /// Whose and which product it is, where a contest keeps those apart.
    pub holding: Holding,
}

impl<'a> Holders<'a> {
    /// Whom an event names: its branch and creditors by their numbers.
    pub fn of(
        event: &'a Event,
        branch: Option<u32>,
        creditors: &'a [u32],
        source: u32,
        keys: &Names,
    ) -> Holders<'a> {
        Holders { branch, creditors, source, customer: &event.customer, holding: Holding::of(event, keys) }
    }
}

/// A customer and a product, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// [`NO_ROW`] for none.
    pub customer: u32,
    /// [`NO_ROW`] where no contest asks.
    pub product: u32,
}

impl Holding {
    /// Of nobody, where no contest asks.
    pub const NONE: Holding = Holding { customer: NO_ROW, product: NO_ROW };

    /// An event's, with new numbers where it has none; `customer` is the customer's, if it was looked up before.
    pub fn intern(event: &Event, customer: u32, keys: &mut Names) -> Holding {
        let product = keys.intern(product_of(event));
        let is_known = customer != NO_ROW || event.customer.is_empty();
        let customer = if is_known { customer } else { keys.intern(&event.customer) };
        Holding { customer, product }
    }

    /// An event's, as far as they have numbers.
    pub fn of(event: &Event, keys: &Names) -> Holding {
        let number = |text: &str| match keys.is_empty() || text.is_empty() {
            true => NO_ROW,
            false => keys.find(text).unwrap_or(NO_ROW),
        };
        Holding { customer: number(&event.customer), product: number(product_of(event)) }
    }
}

/// What tells products apart: the product code, or the type of an event that has none.
pub fn product_of<'a>(event: &'a Event) -> &'a str {
    if event.product.is_empty() { &event.kind } else { &event.product }
}
