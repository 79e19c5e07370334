//! Which copy of an event counts: the first of each identity. Pseudonyms and recorded times are not compared.
//! A dead letter does not use up an identity.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::event::Event;
use crate::oracle::log::{Entry, Logged};
use crate::oracle::register;

/// How an event of the log relates to the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Copy {
    /// The first of its identity: it counts.
    First,
    /// A copy of it with the same content.
    Duplicate,
    /// A copy of it with different content.
    Conflict,
    /// A reversal of itself, or of a counted reversal that came before it. It does not use up an identity.
    DeadLetter,
}

/// What identifies an event in a source: the source, and the number or the id.
pub(crate) type Identity = (String, String);

/// How each registered source identifies its events.
pub(crate) struct Naming<'a>(BTreeMap<&'a str, bool>);

impl Naming<'_> {
    /// According to the sources that the prefix registers.
    pub(crate) fn of(prefix: &[Logged]) -> Naming<'_> {
        Naming(register::numbered_sources(prefix))
    }

    /// The identity of an event itself.
    pub(crate) fn own(&self, event: &Event) -> Identity {
        self.name(event, event.source_sequence, &event.id)
    }

    /// The identity of its original, if it is a reversal.
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

/// Classifies every event of the prefix, in log order.
pub(crate) fn judge(prefix: &[Logged]) -> Vec<Copy> {
    let naming = Naming::of(prefix);
    let mut first: BTreeMap<Identity, Event<'static>> = BTreeMap::new();
    let mut copies = Vec::new();
    for logged in prefix {
        let Entry::Event(event) = &logged.entry else { continue };
        let own = naming.own(event);
        // Dead letters are sorted out first, whether or not they are copies.
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
