//! Stores the decisions in force and the open change set. The pages exist only in the read model and their
//! format is not frozen.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{InForce, Register};
use crate::Position;
use crate::control::{Decision, Payload};
use crate::organisation::Employee;
use crate::types::damage::Damage;
use crate::types::pages::{DirtyPages, KeyedPage, PageError, PagedList, Pages, decode};
use crate::types::prefix::Prefix;

/// Called with the position, kind and key of a decision, and a function that builds the decision.
type Visit<'a> = dyn FnMut(Position, &str, &str, &dyn Fn() -> Decision) + 'a;

/// A decision read from a page, with the page's key.
type Kept<'a> = (&'a [u8], Position, Decision);

/// The decisions of some pages.
#[derive(Default)]
struct Held<'a> {
    /// Decisions on employees, who are the subject of nearly all decisions: when each took effect, and its
    /// value.
    employees: Vec<(String, InForce<()>)>,
    values: Vec<(String, Employee)>,
    others: Vec<Kept<'a>>,
}

/// The number of pages for decisions in force, which are distributed by the hash of kind and key.
const BUCKETS: u64 = 4096;

pub(super) fn bucket(kind: &str, key: &str) -> u16 {
    (xxh3_64_with_seed(key.as_bytes(), kind.len() as u64) % BUCKETS) as u16
}

fn page_key(bucket: u16) -> Vec<u8> {
    Prefix::Decisions.key(&bucket.to_be_bytes())
}

/// The number of decisions of an open change set in a page.
const OPEN_PAGE: usize = 1_000;

impl Register {
    /// Writes the pages that changed.
    pub fn take_dirty(&mut self, pages: &mut DirtyPages) {
        self.write_open_set(pages);
        if self.dirty.is_empty() {
            return;
        }
        let dirty = std::mem::take(&mut self.dirty);
        let mut contents: BTreeMap<u16, Vec<(Position, Decision)>> =
            dirty.iter().map(|bucket| (*bucket, Vec::new())).collect();
        self.for_each(&mut |position, kind, key, make| {
            if let Some(content) = contents.get_mut(&bucket(kind, key)) {
                content.push((position, make()));
            }
        });
        for (bucket, content) in contents {
            pages.push((page_key(bucket), encode(&content)));
        }
    }

    /// Stores new decisions of the open change set and deletes pages that are no longer needed. A large
    /// change set can stay open for a long time, so its pages are not rewritten.
    fn write_open_set(&mut self, pages: &mut DirtyPages) {
        let key = |page: usize| Prefix::OpenChangeSet.numbered(page as u32);
        let (name, waiting) = match &self.open {
            Some((name, waiting)) => (name.as_str(), &waiting[..]),
            None => ("", &[][..]),
        };
        let needed = waiting.len().div_ceil(OPEN_PAGE);
        if self.open_written < waiting.len() {
            let first = self.open_written / OPEN_PAGE;
            for (page, chunk) in waiting.chunks(OPEN_PAGE).enumerate().skip(first) {
                pages.push((key(page), encode(&(name, chunk))));
            }
        }
        pages.extend((needed..self.open_pages).map(|page| (key(page), None)));
        (self.open_written, self.open_pages) = (waiting.len(), needed);
    }

    /// Restores the register from the stored pages.
    pub fn restore(pages: &dyn Pages) -> Result<Register, PageError> {
        let mut register = Register::default();
        let all = pages.scan(Prefix::Decisions.bytes())?;
        let in_force = all.partition_point(|(key, _)| !key.starts_with(Prefix::OpenChangeSet.bytes()));
        let (in_force, open) = all.split_at(in_force);
        // A restart waits for this, so two threads read half of the pages each.
        let (first, last) = in_force.split_at(in_force.len() / 2);
        let [first, last] = std::thread::scope(|scope| {
            let first = scope.spawn(|| decisions(first));
            let last = decisions(last);
            [first.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), last]
        });
        let (first, last) = (first?, last?);
        // The two tables of employees are large and independent, so each is filled by its own thread.
        let (mut employees, mut values) = (FxHashMap::default(), FxHashMap::default());
        std::thread::scope(|scope| {
            scope.spawn(|| employees.extend(first.employees.into_iter().chain(last.employees)));
            scope.spawn(|| values.extend(first.values.into_iter().chain(last.values)));
            register.put_others(first.others.into_iter().chain(last.others))
        })?;
        register.employees = employees;
        register.organisation.set_employees(values);
        for (key, page) in open {
            register.restore_open_set(key, page)?;
        }
        register.dirty.clear();
        register.open_written = register.open.as_ref().map_or(0, |(_, waiting)| waiting.len());
        Ok(register)
    }

    /// Applies decisions on everything except employees.
    fn put_others<'a>(&mut self, others: impl Iterator<Item = Kept<'a>>) -> Result<(), PageError> {
        // A contest must be defined before its seal is applied.
        let is_seal = |(_, _, decision): &Kept| matches!(decision.payload, Payload::Seal(_));
        let (seals, others): (Vec<_>, Vec<_>) = others.partition(is_seal);
        others
            .into_iter()
            .chain(seals)
            .try_for_each(|(key, position, decision)| self.put_again(key, position, decision))
    }

    /// Applies a decision that was in force, and must be in force afterwards.
    fn put_again(&mut self, key: &[u8], position: Position, decision: Decision) -> Result<(), PageError> {
        let (kind, name) = (decision.payload.kind(), decision.key.as_str());
        let is_of_nothing = kind == "seal" && !self.contests.contains_key(name);
        if decision.revision <= self.revision(kind, name) || is_of_nothing {
            return Err(about(key, &decision, "it is there twice, or has no effect"));
        }
        self.put(position, decision);
        Ok(())
    }

    /// Reads the next page of the open change set.
    fn restore_open_set(&mut self, key: &[u8], page: &[u8]) -> Result<(), PageError> {
        let (name, chunk): (String, Vec<Decision>) = decode(key, page)?;
        let (open, waiting) = self.open.get_or_insert_with(|| (name.clone(), Vec::new()));
        let list = PagedList { prefix: Prefix::OpenChangeSet.bytes(), page_max: OPEN_PAGE };
        list.check(key, self.open_pages, waiting.len(), &chunk)?;
        for decision in &chunk {
            let is_own = *open == name && decision.change_set == name;
            let sound = if is_own {
                sound(&decision.payload)
            } else {
                Err("it belongs to another change set".into())
            };
            sound.map_err(|damage| about(key, decision, damage))?;
        }
        waiting.extend(chunk);
        self.open_pages += 1;
        Ok(())
    }

    /// Visits every decision in force. A decision is built only if the visitor asks for it.
    fn for_each(&self, visit: &mut Visit) {
        fn visit_one<T>(
            key: &str,
            entry: &InForce<T>,
            payload: impl Fn() -> Payload,
            kind: &str,
            visit: &mut Visit,
        ) {
            visit(entry.position, kind, key, &|| Decision {
                principal: entry.principal.clone(),
                key: key.to_owned(),
                revision: entry.revision,
                change_set: String::new(),
                payload: payload(),
            });
        }
        if let Some(bank) = &self.bank {
            visit_one(&bank.value.id, bank, || Payload::Bank(bank.value.clone()), "bank", visit);
        }
        for (key, source) in &self.sources {
            visit_one(key, source, || Payload::Source(source.value.clone()), "source", visit);
        }
        for (key, kind) in &self.event_types {
            visit_one(key, kind, || Payload::EventType(kind.value.clone()), "event_type", visit);
        }
        for (key, contest) in &self.contests {
            visit_one(key, contest, || Payload::Contest(Box::new(contest.value.clone())), "contest", visit);
        }
        for (key, targets) in &self.targets {
            visit_one(key, targets, || Payload::Targets(targets.value.clone()), "targets", visit);
        }
        for (key, calendar) in &self.calendars {
            visit_one(key, calendar, || Payload::Calendar(calendar.value.clone()), "calendar", visit);
        }
        for (key, adoption) in &self.adoptions {
            visit_one(key, adoption, || Payload::Adoption(adoption.value.clone()), "adoption", visit);
        }
        for (key, seal) in &self.seals {
            visit_one(key, seal, || Payload::Seal(seal.value.clone()), "seal", visit);
        }
        for (id, place) in &self.units {
            if let Some(unit) = self.organisation.unit(id) {
                visit_one(id, place, || Payload::Unit(unit.clone()), "unit", visit);
            }
        }
        for (id, place) in &self.employees {
            if let Some(employee) = self.organisation.employee(id) {
                visit_one(id, place, || Payload::Employee(employee.clone()), "employee", visit);
            }
        }
        for (id, place) in &self.hand_overs {
            if let Some(hand_over) = self.organisation.hand_over(id) {
                visit_one(id, place, || Payload::HandOver(hand_over.clone()), "hand_over", visit);
            }
        }
        for code in self.organisation.codes() {
            let key = code.key();
            if let Some(place) = self.codes.get(&key) {
                visit_one(&key, place, || Payload::SourceCode(code.clone()), "source_code", visit);
            }
        }
    }
}

/// Checks a decision, which may contain what no decision in force can.
fn sound(payload: &Payload) -> Result<(), Damage> {
    match payload {
        Payload::Contest(contest) => contest.sound(),
        Payload::Close { .. } => Err("the close of a change set is never stored".into()),
        _ => Ok(()),
    }
}

/// Reads the decisions of some pages. Each must be in the page where it belongs, and only once.
fn decisions(pages: &[KeyedPage]) -> Result<Held<'_>, PageError> {
    let mut held = Held::default();
    for (key, page) in pages {
        let content: Vec<(Position, Decision)> = decode(key, page)?;
        let mut seen = BTreeSet::new();
        for (_, decision) in &content {
            let own = (decision.payload.kind(), decision.key.as_str());
            let sound = match key.as_slice() == page_key(bucket(own.0, own.1)) {
                true if !seen.insert(own) => Err("it is there twice".into()),
                true if decision.revision == 0 => Err("its revision is 0".into()),
                true => sound(&decision.payload),
                false => Err("it belongs in another page".into()),
            };
            sound.map_err(|damage| about(key, decision, damage))?;
        }
        for (position, decision) in content {
            match decision.payload {
                Payload::Employee(employee) => {
                    let Decision { principal, revision, key, .. } = decision;
                    held.employees.push((key, InForce { revision, principal, position, value: () }));
                    held.values.push((employee.id.clone(), employee));
                }
                _ => held.others.push((key.as_slice(), position, decision)),
            }
        }
    }
    Ok(held)
}

/// The error for a damaged decision.
fn about(key: &[u8], decision: &Decision, damage: impl Into<Damage>) -> PageError {
    let (kind, own, damage) = (decision.payload.kind(), decision.key.clone(), Box::new(damage.into()));
    PageError::damaged(key, Damage::Decision { kind, key: own, damage })
}

fn encode<T: Serialize>(value: &T) -> Option<Vec<u8>> {
    postcard::to_allocvec(value).ok()
}
