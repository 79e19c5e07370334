//! Which copy of an event counts: the first of each identity. Pseudonyms and recorded times are not compared, and a dead
//! letter claims no identity.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::event::Event;
use crate::oracle::log::{Entry, Logged};
use crate::oracle::register;

/// What an event of the log is to the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Copy {
    /// The first of its identity: it counts.
    First,
    /// The same again.
    Duplicate,
    /// Another content under the same identity.
    Conflict,
    /// A reversal of itself, or of a counted reversal that was there before it: it claims no identity.
    DeadLetter,
}

/// By what a source knows an event: the source, and the number or the id.
pub(crate) type Identity = (String, String);

/// How each registered source names its events.
pub(crate) struct Naming<'a>(BTreeMap<&'a str, bool>);

impl Naming<'_> {
    /// As the prefix registers the sources.
    pub(crate) fn of(prefix: &[Logged]) -> Naming<'_> {
        Naming(register::numbered_sources(prefix))
    }

    /// An event's own identity.
    pub(crate) fn own(&self, event: &Event) -> Identity {
        self.name(event, event.source_sequence, &event.id)
    }

    /// The identity of what it takes back.
    pub(crate) fn target(&self, event: &Event) -> Option<Identity> {
        event.reverses.as_ref().map(|reverses| self.name(event, reverses.source_sequence, &reverses.id))
    }

    fn name(&self, event: &Event, number: Option<u64>, id: &str) -> Identity {
        let is_numbered = self.0.get(event.source.as_ref()).copied();
        let name = match number {
            Some(number) if is_numbered.unwrap_or(true) => format!("number {number}"),
            _ => format!("id {id}"),
        };
        (event.source.to_string(), name)
    }
}

/// Judges every event of the prefix, in log order.
pub(crate) fn judge(prefix: &[Logged]) -> Vec<Copy> {
    let naming = Naming::of(prefix);
    let mut first: BTreeMap<Identity, Event<'static>> = BTreeMap::new();
    let mut copies = Vec::new();
    for logged in prefix {
        let Entry::Event(event) = &logged.entry else { continue };
        let own = naming.own(event);
        // A dead letter is one before anybody asks whether it is a copy of something.
        if let Some(target) = naming.target(event)
            && (target == own || first.get(&target).is_some_and(|counted| counted.reverses.is_some()))
        {
            copies.push(Copy::DeadLetter);
            continue;
        }
        let content = without_pseudonyms(event);
        let copy = match first.get(&own) {
            None => Copy::First,
            Some(other) if *other == content => Copy::Duplicate,
            Some(_) => Copy::Conflict,
        };
        if copy == Copy::First {
            first.insert(own, content);
        }
        copies.push(copy);
    }
    copies
}

fn without_pseudonyms(event: &Event<'static>) -> Event<'static> {
    let mut attributes = event.attributes.clone();
    attributes.sort();
    Event { customer: Cow::Borrowed(""), subject: Cow::Borrowed(""), attributes, ..event.clone() }
}
