//! The events that count: the first copy of each identity, in log order. A reversal has the identity of its
//! original.

use crate::event::Event;
use crate::oracle::identity::{Copy, Identity, Naming};
use crate::oracle::log::{Entry, Logged};
use crate::{Position, Time};

/// An event that counts.
#[derive(Clone)]
pub(crate) struct Counted<'a> {
    pub(crate) position: Position,
    pub(crate) recorded: Time,
    pub(crate) event: &'a Event<'static>,
    pub(crate) own: Identity,
    pub(crate) target: Option<Identity>,
}

/// Every event that counts, in log order.
pub(crate) fn counted<'a>(prefix: &'a [Logged], copies: &[Copy]) -> Vec<Counted<'a>> {
    let naming = Naming::of(prefix);
    let events = prefix.iter().filter_map(|logged| match &logged.entry {
        Entry::Event(event) => Some((logged, event)),
        Entry::Decision(_) | Entry::Tick => None,
    });
    let first = events.zip(copies).filter(|(_, copy)| **copy == Copy::First);
    first
        .map(|((logged, event), _)| Counted {
            position: logged.position,
            recorded: logged.recorded,
            event,
            own: naming.own(event),
            target: naming.target(event),
        })
        .collect()
}

/// The counted entry that is reversed by a counted reversal.
pub(crate) fn original_of<'c, 'a>(
    reversal: &Counted<'a>,
    counted: &'c [Counted<'a>],
) -> Option<&'c Counted<'a>> {
    counted.iter().find(|other| Some(&other.own) == reversal.target.as_ref())
}

/// The counted reversals of a counted original.
pub(crate) fn reversals_of<'c, 'a>(
    original: &Counted<'a>,
    counted: &'c [Counted<'a>],
) -> Vec<&'c Counted<'a>> {
    counted.iter().filter(|other| other.target.as_ref() == Some(&original.own)).collect()
}
