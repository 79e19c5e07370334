//! The input of the oracle: the entries of a log with their positions.

use crate::control::Decision;
use crate::event::Event;
use crate::{Position, Time};

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An event.
    Event(Event<'static>),
    /// A decision.
    Decision(Decision),
    /// Only a time.
    Tick,
}

/// An entry with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its position.
    pub position: Position,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// The entry.
    pub entry: Entry,
}

/// The entries up to a position. `log` must be in log order.
pub(crate) fn up_to(log: &[Logged], position: Position) -> &[Logged] {
    let count = log.iter().take_while(|logged| logged.position <= position).count();
    &log[..count]
}
