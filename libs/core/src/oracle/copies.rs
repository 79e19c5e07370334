//! The oracle's answer to "which copy counts?": the first of each identity. It never compares pseudonyms or recorded
//! times.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::event::Event;
use crate::oracle::{Entry, Logged, decisions};

/// What an event of the log is to the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Copy {
    /// The first of its identity: it counts.
    First,
    /// The same again.
    Duplicate,
    /// Another content under the same identity.
    Conflict,
}

/// Judges every event of the prefix, in log order.
pub(super) fn judge(prefix: &[Logged]) -> Vec<Copy> {
    let numbered = decisions::numbered_sources(prefix);
    let mut first: BTreeMap<(String, String), Event<'static>> = BTreeMap::new();
    let mut copies = Vec::new();
    for logged in prefix {
        let Entry::Event(event) = &logged.entry else { continue };
        let is_numbered = numbered.get(event.source.as_ref()).copied();
        let own = match event.source_sequence {
            Some(number) if is_numbered.unwrap_or(true) => format!("number {number}"),
            _ => format!("id {}", event.id),
        };
        let content = without_pseudonyms(event);
        let copy = match first.get(&(event.source.to_string(), own.clone())) {
            None => Copy::First,
            Some(other) if *other == content => Copy::Duplicate,
            Some(_) => Copy::Conflict,
        };
        if copy == Copy::First {
            first.insert((event.source.to_string(), own), content);
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
