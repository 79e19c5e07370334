//! What the oracle reads: the entries of a log in their places.

use crate::control::Decision;
use crate::event::Event;
use crate::{Position, Time};

/// What the log holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A fact.
    Event(Event<'static>),
    /// A decision.
    Decision(Decision),
    /// Nothing but the time.
    Tick,
}

/// An entry in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Where it is.
    pub position: Position,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// What it is.
    pub entry: Entry,
}

/// The entries up to a position; `log` is in log order.
pub(crate) fn up_to(log: &[Logged], position: Position) -> &[Logged] {
    let count = log.iter().take_while(|logged| logged.position <= position).count();
    &log[..count]
}
