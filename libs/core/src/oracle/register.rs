//! The decisions in force: for each kind and key the highest revision, and the first of equal ones. Decisions
//! on a contest after its seal do not count.

use std::collections::BTreeMap;

use crate::Position;
use crate::contest::Contest;
use crate::control::{Decision, Payload};
use crate::oracle::log::{Entry, Logged};
use crate::organisation::{Employee, HandOver, SourceCode, Unit};
use crate::plan::Targets;

/// Units and employees by id, and the meanings of names.
#[derive(Default)]
pub(crate) struct Organisation<'a> {
    pub(crate) units: BTreeMap<&'a str, &'a Unit>,
    pub(crate) employees: BTreeMap<&'a str, &'a Employee>,
    /// In any order.
    pub(crate) hand_overs: Vec<&'a HandOver>,
    /// By source and code.
    pub(crate) codes: BTreeMap<(&'a str, &'a str), &'a SourceCode>,
}

/// The seal that fixes the result of a contest.
pub(crate) struct Sealing<'a> {
    /// The position where it took effect.
    pub(crate) position: Position,
    /// The definition in force there.
    pub(crate) contest: &'a Contest,
    /// Its revision.
    pub(crate) revision: u64,
}

/// The definition of a contest, with its revision. Decisions after its seal do not count.
pub(crate) fn contest<'a>(prefix: &'a [Logged], id: &str) -> Option<(&'a Contest, u64)> {
    if let Some(seal) = seal(prefix, id) {
        return Some((seal.contest, seal.revision));
    }
    defined(highest(effective(prefix).into_iter().map(|(_, decision)| decision)), id)
}

/// The first seal of a contest that was defined by then. Other seals have no effect.
pub(crate) fn seal<'a>(prefix: &'a [Logged], id: &str) -> Option<Sealing<'a>> {
    let effective = effective(prefix);
    for (at, (position, decision)) in effective.iter().enumerate() {
        let is_seal = matches!(decision.payload, Payload::Seal(_)) && decision.key == id;
        if is_seal && let Some((contest, revision)) = defined_before(&effective, at, id) {
            return Some(Sealing { position: *position, contest, revision });
        }
    }
    None
}

/// Decisions without effect: closes of incomplete change sets, seals in change sets, and seals of contests
/// that are not defined.
pub(crate) fn dead_letters(prefix: &[Logged]) -> u64 {
    let control = control(prefix);
    let closes = (0..control.len()).filter(|at| matches!(control[*at].1.payload, Payload::Close { .. }));
    let in_sets = closes.clone().filter_map(|at| set_of(&control, at)).flatten();
    let in_sets = in_sets.filter(|(_, decision)| matches!(decision.payload, Payload::Seal(_))).count();
    let abandoned = closes.filter(|at| set_of(&control, *at).is_none()).count();
    let effective = effective(prefix);
    let seals = (0..effective.len()).filter(|at| matches!(effective[*at].1.payload, Payload::Seal(_)));
    let astray = seals.filter(|at| defined_before(&effective, *at, &effective[*at].1.key).is_none()).count();
    (abandoned + in_sets + astray) as u64
}

fn defined_before<'a>(
    effective: &[(Position, &'a Decision)],
    at: usize,
    id: &str,
) -> Option<(&'a Contest, u64)> {
    defined(highest(effective[..at].iter().map(|(_, decision)| *decision)), id)
}

fn defined<'a>(in_force: InForce<'a>, id: &str) -> Option<(&'a Contest, u64)> {
    let decision = *in_force.get(&("contest", id))?;
    match &decision.payload {
        Payload::Contest(contest) => Some((contest, decision.revision)),
        _ => None,
    }
}

/// The organisation in force.
pub(crate) fn organisation(prefix: &[Logged]) -> Organisation<'_> {
    let mut organisation = Organisation::default();
    for ((_, key), decision) in in_force(prefix) {
        match &decision.payload {
            Payload::Unit(unit) => drop(organisation.units.insert(key, unit)),
            Payload::Employee(employee) => drop(organisation.employees.insert(key, employee)),
            Payload::HandOver(hand_over) => organisation.hand_overs.push(hand_over),
            Payload::SourceCode(code) => {
                organisation.codes.insert((&code.source, &code.code), code);
            }
            _ => {}
        }
    }
    organisation
}

/// The targets of a contest's participants.
pub(crate) fn targets<'a>(prefix: &'a [Logged], contest: &str) -> Vec<&'a Targets> {
    let mut own = Vec::new();
    for decision in in_force(prefix).into_values() {
        if let Payload::Targets(targets) = &decision.payload
            && targets.contest == contest
        {
            own.push(targets);
        }
    }
    own
}

/// For each registered source, whether it numbers its events.
pub(crate) fn numbered_sources(prefix: &[Logged]) -> BTreeMap<&str, bool> {
    let in_force = in_force(prefix).into_iter();
    in_force
        .filter_map(|((_, key), decision)| match &decision.payload {
            Payload::Source(source) => Some((key, source.numbered)),
            _ => None,
        })
        .collect()
}

/// Decisions by kind and key.
type InForce<'a> = BTreeMap<(&'static str, &'a str), &'a Decision>;

fn in_force(prefix: &[Logged]) -> InForce<'_> {
    highest(effective(prefix).into_iter().map(|(_, decision)| decision))
}

fn highest<'a>(decisions: impl Iterator<Item = &'a Decision>) -> InForce<'a> {
    let mut highest = InForce::new();
    for decision in decisions {
        let about = (decision.payload.kind(), decision.key.as_str());
        if highest.get(&about).is_none_or(|before| before.revision < decision.revision) {
            highest.insert(about, decision);
        }
    }
    highest
}

/// Single decisions, and those of change sets that were closed completely, each with the position where it
/// took effect, in the order in which they did.
fn effective(prefix: &[Logged]) -> Vec<(Position, &Decision)> {
    let control = control(prefix);
    let mut effective = Vec::new();
    for (at, (position, decision)) in control.iter().enumerate() {
        match decision.payload {
            Payload::Close { .. } => {
                let own = set_of(&control, at).unwrap_or_default();
                // A seal is never part of a change set.
                let own = own.iter().filter(|(_, decision)| !matches!(decision.payload, Payload::Seal(_)));
                effective.extend(own.map(|(_, decision)| (*position, *decision)));
            }
            _ if decision.change_set.is_empty() => effective.push((*position, *decision)),
            _ => {}
        }
    }
    effective
}

fn control(prefix: &[Logged]) -> Vec<(Position, &Decision)> {
    prefix
        .iter()
        .filter_map(|logged| match &logged.entry {
            Entry::Decision(decision) => Some((logged.position, decision)),
            Entry::Event(_) | Entry::Tick => None,
        })
        .collect()
}

/// The change set that is closed at `at`. It is complete if the control entries just before the close all
/// belong to it and are as many as the close says. Events and ticks in between do not matter.
fn set_of<'c, 'a>(
    control: &'c [(Position, &'a Decision)],
    at: usize,
) -> Option<&'c [(Position, &'a Decision)]> {
    let close = control[at].1;
    let Payload::Close { count } = close.payload else { return None };
    let own = control[..at].iter().rev().take_while(|(_, before)| {
        !matches!(before.payload, Payload::Close { .. })
            && !before.change_set.is_empty()
            && before.change_set == close.change_set
    });
    let own = own.count();
    (own > 0 && own == count as usize).then(|| &control[at - own..at])
}
