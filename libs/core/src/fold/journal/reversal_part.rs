//! A counted reversal, as it is kept with its original: how much it takes back, and on which day.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::{Event, Reversal};
use crate::types::damage::Damage;
use crate::types::entry::Entry;
use crate::types::money::Amount;
use crate::types::page_bounds::{self, PageBounds};
use crate::{Position, Time};

/// A counted reversal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalPart {
    /// Where it is.
    pub position: Position,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// Its own business date, packed by [`crate::types::date::pack`].
    date: i32,
    /// When it happened.
    pub occurred: Time,
    /// Its id.
    pub id: Box<str>,
    /// Its number, if its source numbers events.
    pub number: Option<u64>,
    /// The quantity it takes back. Without a quantity and an amount, it takes back everything.
    pub quantity: Option<i64>,
    /// The amount it takes back.
    pub amount: Option<Amount>,
    /// Whether it takes effect on its own date instead of the original's.
    pub dated: bool,
}

impl ReversalPart {
    /// The record of a reversal.
    pub fn new(entry: Entry, event: &Event, reversal: &Reversal) -> ReversalPart {
        ReversalPart {
            position: entry.position,
            recorded: entry.recorded,
            date: crate::types::date::pack(event.business_date),
            occurred: event.occurred,
            id: event.id.as_ref().into(),
            number: event.source_sequence,
            quantity: reversal.quantity,
            amount: reversal.amount,
            dated: reversal.dated,
        }
    }

    /// Refuses values that a valid page cannot contain.
    pub(crate) fn check(&self, limits: &PageBounds) -> Result<(), Damage> {
        limits.position(self.position)?;
        page_bounds::packed_date(self.date)?;
        page_bounds::amount(self.amount)
    }

    /// The date on which it takes effect: never before the original's date.
    pub fn effective(&self, original: Date) -> Date {
        match self.dated {
            true => original.max(crate::types::date::unpack(self.date)),
            false => original,
        }
    }
}

/// How a reversal names its original within a source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Target {
    /// By its number, in a numbered source.
    Number(u64),
    /// By its id, in any other source.
    Id(Box<str>),
}

impl Target {
    /// How reversals name this event. `numbered`: whether its source is registered as numbered; `None` if not
    /// registered.
    pub fn of_event(event: &Event, numbered: Option<bool>) -> Target {
        Target::of(event.source_sequence, &event.id, numbered)
    }

    /// How this reversal names its original.
    pub fn of_reversal(reversal: &Reversal, numbered: Option<bool>) -> Target {
        Target::of(reversal.source_sequence, &reversal.id, numbered)
    }

    /// In a source that is not registered, an event is named by its number if it has one.
    fn of(number: Option<u64>, id: &str, numbered: Option<bool>) -> Target {
        match number.filter(|_| numbered.unwrap_or(true)) {
            Some(number) => Target::Number(number),
            None => Target::Id(id.into()),
        }
    }
}
