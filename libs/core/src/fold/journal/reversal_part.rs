//! A counted reversal, as the group of its original keeps it: how much it takes back, and on which day.

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
    /// Its number, in numbered sources.
    pub number: Option<u64>,
    /// How many it takes back; with no amount either, it takes everything.
    pub quantity: Option<i64>,
    /// How much it takes back.
    pub amount: Option<Amount>,
    /// On its own date instead of the original's.
    pub dated: bool,
}

impl ReversalPart {
    /// What a counted reversal takes back.
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

    /// Refuses what a page cannot have.
    pub(crate) fn check(&self, limits: &PageBounds) -> Result<(), Damage> {
        limits.position(self.position)?;
        page_bounds::packed_date(self.date)?;
        page_bounds::amount(self.amount)
    }

    /// The date on which it takes effect: nothing is taken back before it happened.
    pub fn effective(&self, original: Date) -> Date {
        match self.dated {
            true => original.max(crate::types::date::unpack(self.date)),
            false => original,
        }
    }
}

/// What an event is known by in its source, for what takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Target {
    /// Its number in a numbered source.
    Number(u64),
    /// Its id in any other source.
    Id(Box<str>),
}

impl Target {
    /// What an event itself is known by. `numbered` is how its source is registered, if it is.
    pub fn of_event(event: &Event, numbered: Option<bool>) -> Target {
        Target::of(event.source_sequence, &event.id, numbered)
    }

    /// What a reversal's original is known by.
    pub fn of_reversal(reversal: &Reversal, numbered: Option<bool>) -> Target {
        Target::of(reversal.source_sequence, &reversal.id, numbered)
    }

    /// A source that nobody has registered numbers what has a number.
    fn of(number: Option<u64>, id: &str, numbered: Option<bool>) -> Target {
        match number.filter(|_| numbered.unwrap_or(true)) {
            Some(number) => Target::Number(number),
            None => Target::Id(id.into()),
        }
    }
}
