//! The oracle's decisions in force: of each kind and key the highest revision, the first of equal ones. It never
//! remembers a set that is not closed.

use std::collections::BTreeMap;

use crate::contest::Contest;
use crate::control::{Decision, Payload};
use crate::oracle::{Entry, Logged};
use crate::organisation::{Employee, Unit};

/// Units and employees by id.
pub(super) struct Organisation<'a> {
    pub(super) units: BTreeMap<&'a str, &'a Unit>,
    pub(super) employees: BTreeMap<&'a str, &'a Employee>,
}

impl<'a> Organisation<'a> {
    /// The nearest unit of that kind, from `start` upwards.
    pub(super) fn nearest(&self, start: &str, kind: &str) -> Option<&'a Unit> {
        let mut seen: Vec<&str> = Vec::new();
        let mut here = *self.units.get(start)?;
        loop {
            if here.kind == kind {
                return Some(here);
            }
            if seen.contains(&here.id.as_str()) {
                return None;
            }
            seen.push(&here.id);
            here = *self.units.get(here.parent.as_deref()?)?;
        }
    }
}

/// The definition of a contest, with its revision.
pub(super) fn contest<'a>(prefix: &'a [Logged], id: &str) -> Option<(&'a Contest, u64)> {
    let decision = *in_force(prefix).get(&("contest", id))?;
    match &decision.payload {
        Payload::Contest(contest) => Some((contest, decision.revision)),
        _ => None,
    }
}

/// The organisation as it now is.
pub(super) fn organisation(prefix: &[Logged]) -> Organisation<'_> {
    let mut organisation = Organisation { units: BTreeMap::new(), employees: BTreeMap::new() };
    for ((_, key), decision) in in_force(prefix) {
        match &decision.payload {
            Payload::Unit(unit) => drop(organisation.units.insert(key, unit)),
            Payload::Employee(employee) => drop(organisation.employees.insert(key, employee)),
            _ => {}
        }
    }
    organisation
}

/// Whether each registered source numbers its events.
pub(super) fn numbered_sources(prefix: &[Logged]) -> BTreeMap<&str, bool> {
    let in_force = in_force(prefix).into_iter();
    in_force
        .filter_map(|((_, key), decision)| match &decision.payload {
            Payload::Source(source) => Some((key, source.numbered)),
            _ => None,
        })
        .collect()
}

fn in_force(prefix: &[Logged]) -> BTreeMap<(&'static str, &str), &Decision> {
    let mut highest: BTreeMap<(&'static str, &str), &Decision> = BTreeMap::new();
    for decision in effective(prefix) {
        let about = (decision.payload.kind(), decision.key.as_str());
        if highest.get(&about).is_none_or(|before| before.revision < decision.revision) {
            highest.insert(about, decision);
        }
    }
    highest
}

/// Decisions that stand alone, and those of change sets that were closed whole, as they took effect. A set is closed
/// when the control entries right before its close are all its own and as many as the close says; facts and ticks
/// between control entries do not matter.
fn effective(prefix: &[Logged]) -> Vec<&Decision> {
    let control: Vec<&Decision> = prefix
        .iter()
        .filter_map(|logged| match &logged.entry {
            Entry::Decision(decision) => Some(decision),
            Entry::Event(_) | Entry::Tick => None,
        })
        .collect();
    let mut effective = Vec::new();
    for (at, decision) in control.iter().enumerate() {
        match decision.payload {
            Payload::Close { count } => {
                let own = control[..at].iter().rev().take_while(|before| {
                    !matches!(before.payload, Payload::Close { .. })
                        && !before.change_set.is_empty()
                        && before.change_set == decision.change_set
                });
                let own = own.count();
                if own == count as usize {
                    effective.extend(&control[at - own..at]);
                }
            }
            _ if decision.change_set.is_empty() => effective.push(*decision),
            _ => {}
        }
    }
    effective
}
