//! The decisions in force: a fold of control entries in log order. The highest revision of each (kind, key)
//! wins. A change set takes effect at its closing entry, either as a whole or not at all. Nothing is checked
//! or refused here: the [`Effect`] of an entry tells what it changed.

mod adoptions;
mod persist;
#[cfg(test)]
mod plan_tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::Position;
use crate::catalogue::Catalogue;
use crate::contest::Contest;
use crate::control::{Adoption, Bank, Decision, EventType, Payload, Seal, Source};
use crate::organisation::{Employee, HandOver, Organisation, SourceCode};
use crate::plan::{Calendar, Target, Targets};

/// A decision in force, and its origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce<T> {
    /// Its revision, from 1.
    pub revision: u64,
    /// Who made it.
    pub principal: String,
    /// The position where it took effect.
    pub position: Position,
    /// What was decided.
    pub value: T,
}

/// What a control entry changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: a higher or equal revision is in force, or the entry waits for its change set to be closed.
    None,
    /// The bank was named.
    Bank,
    /// The source of that name was registered or changed.
    Source(String),
    /// The catalogue has a new type.
    EventType,
    /// The organisation changed.
    Organisation(Vec<OrganisationChange>),
    /// The contest of that id has a new definition.
    Contest(String),
    /// Targets changed, for each of these pairs of contest and participant.
    Targets(Vec<(String, String)>),
    /// A working-day calendar was added or changed. Ranks do not depend on it.
    Calendar,
    /// The contest of that id was sealed.
    Seal(String),
    /// The log was adopted after a loss. No standing depends on it.
    Adoption,
    /// The entry has no effect: it closes a change set that is not open or incomplete, or it is a seal that
    /// is in a change set or names a contest that is not defined.
    Abandoned,
}

/// A change of the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganisationChange {
    /// The unit of that id changed.
    Unit(String),
    /// The employee of that id changed; with the version that was in force before.
    Employee(String, Option<Employee>),
    /// The hand-over of that id changed; with the version that was in force before.
    HandOver(String, Option<HandOver>),
    /// A source's code, with the version that was in force before.
    Code(SourceCode, Option<SourceCode>),
}

/// The decisions in force.
#[derive(Clone, Debug, Default)]
pub struct Register {
    bank: Option<InForce<Bank>>,
    sources: BTreeMap<String, InForce<Source>>,
    event_types: BTreeMap<String, InForce<EventType>>,
    contests: BTreeMap<String, InForce<Contest>>,
    seals: BTreeMap<String, InForce<Seal>>,
    organisation: Organisation,
    /// Revision, principal and position of the decision on each unit, by id.
    units: FxHashMap<String, InForce<()>>,
    /// The same for employees.
    employees: FxHashMap<String, InForce<()>>,
    /// The same for hand-overs.
    hand_overs: FxHashMap<String, InForce<()>>,
    /// The same for sources' codes, by key.
    codes: FxHashMap<String, InForce<()>>,
    /// By key, so that the targets of one contest are neighbours.
    targets: BTreeMap<String, InForce<Targets>>,
    calendars: BTreeMap<String, InForce<Calendar>>,
    adoptions: BTreeMap<String, InForce<Adoption>>,
    catalogue: Catalogue,
    open: Option<(String, Vec<Decision>)>,
    /// How many decisions of the open set have been stored, and how many pages this or an earlier set uses.
    open_written: usize,
    open_pages: usize,
    dirty: BTreeSet<u16>,
}

impl Register {
    /// Applies a control entry.
    pub fn apply(&mut self, position: Position, decision: Decision) -> Vec<Effect> {
        if let Payload::Close { count } = decision.payload {
            return self.close(position, &decision.change_set, count);
        }
        if decision.change_set.is_empty() {
            (self.open, self.open_written) = (None, 0);
            return vec![self.put(position, decision)];
        }
        match &mut self.open {
            Some((name, waiting)) if *name == decision.change_set => waiting.push(decision),
            // An entry of something else comes in between, so the open change set is abandoned.
            _ => {
                self.open = Some((decision.change_set.clone(), vec![decision]));
                self.open_written = 0;
            }
        }
        vec![Effect::None]
    }

    fn close(&mut self, position: Position, change_set: &str, count: u32) -> Vec<Effect> {
        self.open_written = 0;
        match self.open.take() {
            Some((name, waiting)) if name == change_set && waiting.len() as u64 == u64::from(count) => {
                let (mut effects, mut moved, mut aimed) = (Vec::new(), Vec::new(), Vec::new());
                for decision in waiting {
                    // A seal is never part of a change set, since it fixes what is complete before it.
                    let effect = match decision.payload {
                        Payload::Seal(_) => Effect::Abandoned,
                        _ => self.put(position, decision),
                    };
                    match effect {
                        Effect::Organisation(changes) => moved.extend(changes),
                        Effect::Targets(participants) => aimed.extend(participants),
                        effect => effects.push(effect),
                    }
                }
                if !aimed.is_empty() {
                    effects.push(Effect::Targets(aimed));
                }
                if !moved.is_empty() {
                    effects.insert(0, Effect::Organisation(moved));
                }
                effects
            }
            _ => vec![Effect::Abandoned],
        }
    }

    fn put(&mut self, position: Position, decision: Decision) -> Effect {
        let Decision { principal, key, revision, payload, .. } = decision;
        if self.revision(payload.kind(), &key) >= revision {
            return Effect::None;
        }
        self.dirty.insert(persist::bucket(payload.kind(), &key));
        fn in_force<T>(revision: u64, principal: String, position: Position, value: T) -> InForce<T> {
            InForce { revision, principal, position, value }
        }
        match payload {
            Payload::Bank(bank) => {
                self.bank = Some(in_force(revision, principal, position, bank));
                Effect::Bank
            }
            Payload::Source(source) => {
                self.sources.insert(key.clone(), in_force(revision, principal, position, source));
                Effect::Source(key)
            }
            Payload::EventType(kind) => {
                self.catalogue.define(&kind.name, kind.required.clone());
                self.event_types.insert(key, in_force(revision, principal, position, kind));
                Effect::EventType
            }
            Payload::Unit(unit) => {
                self.units.insert(key.clone(), in_force(revision, principal, position, ()));
                self.organisation.put_unit(unit);
                Effect::Organisation(vec![OrganisationChange::Unit(key)])
            }
            Payload::Employee(employee) => {
                self.employees.insert(key.clone(), in_force(revision, principal, position, ()));
                let before = self.organisation.put_employee(employee);
                Effect::Organisation(vec![OrganisationChange::Employee(key, before)])
            }
            Payload::HandOver(hand_over) => {
                self.hand_overs.insert(key.clone(), in_force(revision, principal, position, ()));
                let before = self.organisation.put_hand_over(hand_over);
                Effect::Organisation(vec![OrganisationChange::HandOver(key, before)])
            }
            Payload::SourceCode(code) => {
                self.codes.insert(key, in_force(revision, principal, position, ()));
                let before = self.organisation.put_code(code.clone());
                Effect::Organisation(vec![OrganisationChange::Code(code, before)])
            }
            Payload::Targets(targets) => {
                let about = (targets.contest.clone(), targets.participant.clone());
                self.targets.insert(key, in_force(revision, principal, position, targets));
                Effect::Targets(vec![about])
            }
            Payload::Calendar(calendar) => {
                self.calendars.insert(key, in_force(revision, principal, position, calendar));
                Effect::Calendar
            }
            Payload::Adoption(adoption) => {
                self.adoptions.insert(key, in_force(revision, principal, position, adoption));
                Effect::Adoption
            }
            Payload::Contest(contest) => {
                self.contests.insert(key.clone(), in_force(revision, principal, position, *contest));
                Effect::Contest(key)
            }
            Payload::Seal(seal) => self.seal(key, in_force(revision, principal, position, seal)),
            Payload::Close { .. } => Effect::None,
        }
    }

    /// A result never changes, so only the first seal of a defined contest takes effect.
    fn seal(&mut self, contest: String, seal: InForce<Seal>) -> Effect {
        if self.seals.contains_key(&contest) {
            return Effect::None;
        }
        if !self.contests.contains_key(&contest) {
            return Effect::Abandoned;
        }
        self.seals.insert(contest.clone(), seal);
        Effect::Seal(contest)
    }

    /// The revision of a (kind, key) that is in force; 0 if there is none.
    pub fn revision(&self, kind: &str, key: &str) -> u64 {
        match kind {
            "bank" => self.bank.as_ref().map(|bank| bank.revision),
            "source" => self.sources.get(key).map(|source| source.revision),
            "event_type" => self.event_types.get(key).map(|kind| kind.revision),
            "contest" => self.contests.get(key).map(|contest| contest.revision),
            "seal" => self.seals.get(key).map(|seal| seal.revision),
            "unit" => self.units.get(key).map(|unit| unit.revision),
            "employee" => self.employees.get(key).map(|employee| employee.revision),
            "hand_over" => self.hand_overs.get(key).map(|hand_over| hand_over.revision),
            "source_code" => self.codes.get(key).map(|code| code.revision),
            "targets" => self.targets.get(key).map(|targets| targets.revision),
            "calendar" => self.calendars.get(key).map(|calendar| calendar.revision),
            "adoption" => self.adoptions.get(key).map(|adoption| adoption.revision),
            _ => None,
        }
        .unwrap_or(0)
    }

    /// The decision on a unit: revision, principal and position. The unit itself is in the organisation.
    pub fn unit(&self, id: &str) -> Option<&InForce<()>> {
        self.units.get(id)
    }

    /// The same for an employee.
    pub fn employee(&self, id: &str) -> Option<&InForce<()>> {
        self.employees.get(id)
    }

    /// The bank named in the log.
    pub fn bank(&self) -> Option<&Bank> {
        self.bank.as_ref().map(|bank| &bank.value)
    }

    /// The source of that name.
    pub fn source(&self, name: &str) -> Option<&InForce<Source>> {
        self.sources.get(name)
    }

    /// All sources by name.
    pub fn sources(&self) -> impl Iterator<Item = &InForce<Source>> {
        self.sources.values()
    }

    /// The event type of that name, if the bank added it.
    pub fn event_type(&self, name: &str) -> Option<&InForce<EventType>> {
        self.event_types.get(name)
    }

    /// The contest of that id.
    pub fn contest(&self, id: &str) -> Option<&InForce<Contest>> {
        self.contests.get(id)
    }

    /// The seal of the contest of that id.
    pub fn seal_of(&self, contest: &str) -> Option<&InForce<Seal>> {
        self.seals.get(contest)
    }

    /// All contests by id.
    pub fn contests(&self) -> impl Iterator<Item = (&str, &InForce<Contest>)> {
        self.contests.iter().map(|(id, contest)| (id.as_str(), contest))
    }

    /// The targets of all participants of a contest, ordered by participant.
    pub fn targets_of(&self, contest: &str) -> impl Iterator<Item = &InForce<Targets>> {
        let first = Targets::key_of(contest, "");
        let own = first.clone();
        self.targets
            .range(first..)
            .take_while(move |(key, _)| key.starts_with(&own))
            .map(|(_, targets)| targets)
    }

    /// The same, starting after a participant, for reading page by page.
    pub fn targets_after(&self, contest: &str, participant: &str) -> impl Iterator<Item = &InForce<Targets>> {
        let (own, last) = (Targets::key_of(contest, ""), Targets::key_of(contest, participant));
        self.targets
            .range((Bound::Excluded(last), Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(&own))
            .map(|(_, targets)| targets)
    }

    /// The decision on the targets of a participant of a contest.
    pub fn aim(&self, contest: &str, participant: &str) -> Option<&InForce<Targets>> {
        self.targets.get(&Targets::key_of(contest, participant))
    }

    /// The targets of a participant of a contest.
    pub fn targets(&self, contest: &str, participant: &str) -> &[Target] {
        self.aim(contest, participant).map_or(&[], |targets| &targets.value.targets)
    }

    /// The working-day calendar of that id.
    pub fn calendar(&self, id: &str) -> Option<&InForce<Calendar>> {
        self.calendars.get(id)
    }

    /// All working-day calendars by id.
    pub fn calendars(&self) -> impl Iterator<Item = &InForce<Calendar>> {
        self.calendars.values()
    }

    /// The organisation in force.
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The event types in force.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::Unit;
    use crate::types::pages::{DirtyPages, MemoryPages};

    fn unit(id: &str, revision: u64, change_set: &str) -> Decision {
        let unit = Unit::new(id, "branch", None, &format!("{id}-{revision}"));
        let (principal, change_set) = ("hq".into(), change_set.into());
        Decision { principal, key: id.into(), revision, change_set, payload: Payload::Unit(unit) }
    }

    fn moved(ids: &[&str]) -> Effect {
        Effect::Organisation(ids.iter().map(|id| OrganisationChange::Unit((*id).to_owned())).collect())
    }

    fn close(change_set: &str, count: u32) -> Decision {
        let payload = Payload::Close { count };
        Decision {
            principal: "hq".into(),
            key: "".into(),
            revision: 0,
            change_set: change_set.into(),
            payload,
        }
    }

    #[test]
    fn the_highest_revision_wins_in_any_order() {
        let mut register = Register::default();
        assert_eq!(register.apply(Position::new(1, 0), unit("a", 2, "")), [moved(&["a"])]);
        assert_eq!(register.apply(Position::new(2, 0), unit("a", 1, "")), [Effect::None]);
        assert_eq!(register.organisation().unit("a").unwrap().name, "a-2");
    }

    #[test]
    fn a_change_set_takes_effect_whole_or_not_at_all() {
        let mut register = Register::default();
        register.apply(Position::new(1, 0), unit("a", 1, "s1"));
        register.apply(Position::new(1, 1), unit("b", 1, "s1"));
        assert!(register.organisation().unit("a").is_none());
        assert_eq!(register.apply(Position::new(2, 0), close("s1", 2)), [moved(&["a", "b"])]);
        assert!(register.organisation().unit("b").is_some());
        register.apply(Position::new(3, 0), unit("c", 1, "s2"));
        register.apply(Position::new(4, 0), unit("d", 1, ""));
        assert_eq!(register.apply(Position::new(5, 0), close("s2", 1)), [Effect::Abandoned]);
        assert!(register.organisation().unit("c").is_none());
        assert!(register.organisation().unit("d").is_some());
    }

    #[test]
    fn a_large_open_change_set_is_written_once_and_its_pages_go_with_it() {
        let (mut register, mut store) = (Register::default(), MemoryPages::default());
        let mut commit = |register: &mut Register| {
            let mut dirty = DirtyPages::new();
            register.take_dirty(&mut dirty);
            let written = dirty.len();
            store.commit(dirty);
            (written, Register::restore(&store).unwrap())
        };
        for number in 0..2_500 {
            register.apply(Position::new(1, number), unit(&format!("u{number}"), 1, "s1"));
        }
        assert_eq!(commit(&mut register).0, 3);
        register.apply(Position::new(2, 0), unit("last", 1, "s1"));
        let (written, mut again) = commit(&mut register);
        assert_eq!(written, 1);
        again.apply(Position::new(3, 0), close("s1", 2_501));
        assert!(again.organisation().unit("u0").is_some() && again.organisation().unit("last").is_some());
        // Another set takes the place of the open one, and then there is none.
        register.apply(Position::new(3, 0), unit("other", 1, "s2"));
        let (_, mut again) = commit(&mut register);
        assert_eq!(again.apply(Position::new(4, 0), close("s2", 1)), [moved(&["other"])]);
        register.apply(Position::new(4, 0), unit("alone", 1, ""));
        let (_, mut again) = commit(&mut register);
        assert_eq!(again.apply(Position::new(5, 0), close("s2", 1)), [Effect::Abandoned]);
    }

    #[test]
    fn what_was_written_is_read_back_with_an_open_change_set() {
        let mut register = Register::default();
        let mut store = MemoryPages::default();
        register.apply(Position::new(1, 0), unit("a", 1, ""));
        register.apply(Position::new(2, 0), unit("b", 1, "s1"));
        let mut dirty = DirtyPages::new();
        register.take_dirty(&mut dirty);
        store.commit(dirty);
        let mut again = Register::restore(&store).unwrap();
        assert_eq!(again.revision("unit", "a"), 1);
        assert_eq!(again.apply(Position::new(3, 0), close("s1", 1)), [moved(&["b"])]);
        assert!(again.organisation().unit("b").is_some());
    }
}
