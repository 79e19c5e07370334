//! A shard: the contests that one projector owns, with the decisions and identities that all of them share. Each event
//! is counted, or not, once, here; contests only see events that count.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::control::Decision;
use crate::event::Event;
use crate::fold::backfill::Backfill;
use crate::fold::contest_state::{ContestState, Counted, Surroundings};
use crate::identity::{Admission, Identities};
use crate::names::Names;
use crate::pages::{PageError, Pages};
use crate::register::{Effect, Register};
use crate::{Position, Time};

/// What a shard counted, for operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Events folded, copies included.
    pub events: u64,
    /// Copies of counted events.
    pub duplicates: u64,
    /// Copies that contradict the counted event.
    pub conflicts: u64,
    /// Entries that count for nothing.
    pub dead_letters: u64,
}

/// A contest's revisions: the one that is served, and the one that is being computed from the log beside it.
#[derive(Clone, Debug, Default)]
pub struct Served {
    /// What queries see.
    pub live: Option<ContestState>,
    /// What will replace it.
    pub next: Option<(ContestState, Backfill)>,
}

/// What a shard knows after a prefix of the log.
pub struct Shard {
    pub(crate) register: Register,
    pub(crate) participants: Names,
    pub(crate) sources: Names,
    pub(crate) identities: Identities,
    pub(crate) contests: BTreeMap<String, Served>,
    pub(crate) head: Head,
    /// Contest revisions whose pages are to be deleted at the next checkpoint.
    pub(crate) retired: Vec<(String, u64, ContestState)>,
    creditors: Vec<u32>,
}

/// Where a shard stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The last entry folded.
    pub position: Position,
    /// The greatest recorded time of the prefix.
    pub as_of: Time,
    /// The least and the greatest business date counted.
    pub dates: Option<(Date, Date)>,
    /// What was counted.
    pub counters: Counters,
}

impl Default for Shard {
    fn default() -> Self {
        Shard {
            register: Register::default(),
            participants: Names::default(),
            sources: Names::default(),
            identities: Identities::new(),
            contests: BTreeMap::new(),
            head: Head { as_of: crate::time::EARLIEST, ..Head::default() },
            retired: Vec::new(),
            creditors: Vec::new(),
        }
    }
}

impl Shard {
    /// Folds one event. Ranks and digests follow at [`Shard::settle`].
    pub fn event(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        recorded: Time,
        event: &Event,
    ) -> Result<(), PageError> {
        self.advance(position, recorded);
        self.head.counters.events += 1;
        let source = self.sources.intern(&event.source);
        let numbered = self.is_numbered(event);
        match self.identities.admit(pages, source, numbered, event, position)? {
            Admission::Duplicate { .. } => {
                self.head.counters.duplicates += 1;
                return Ok(());
            }
            Admission::Conflict { .. } => {
                self.head.counters.conflicts += 1;
                return Ok(());
            }
            Admission::Fresh => {}
        }
        let date = event.business_date;
        let (first, last) = self.head.dates.unwrap_or((date, date));
        self.head.dates = Some((first.min(date), last.max(date)));
        if event.reverses.is_some() {
            self.head.counters.dead_letters += 1;
            return Ok(());
        }
        self.with_counted(source, event, |contests, counted, around| {
            for served in contests.values_mut() {
                let next = served.next.as_mut().map(|(state, _)| state);
                for state in served.live.iter_mut().chain(next) {
                    state.credit(counted, recorded, around);
                }
            }
        });
        Ok(())
    }

    /// Interns an event's texts and hands it to the contests.
    pub(crate) fn with_counted(
        &mut self,
        source: u32,
        event: &Event,
        hand: impl FnOnce(&mut BTreeMap<String, Served>, Counted, Surroundings),
    ) {
        self.creditors.clear();
        for credit in &event.credits {
            self.creditors.push(self.participants.intern(&credit.employee));
        }
        let branch = (!event.branch.is_empty()).then(|| self.participants.intern(&event.branch));
        let counted = Counted { event, source, branch, creditors: &self.creditors };
        let around = Surroundings {
            organisation: self.register.organisation(),
            participants: &self.participants,
            sources: &self.sources,
        };
        hand(&mut self.contests, counted, around);
    }

    /// Folds one decision.
    pub fn decision(&mut self, position: Position, recorded: Time, decision: Decision) {
        self.advance(position, recorded);
        for effect in self.register.apply(position, decision) {
            match effect {
                Effect::Contest(id) => self.define(&id, position),
                Effect::Organisation => self.reorganise(),
                Effect::Abandoned => self.head.counters.dead_letters += 1,
                Effect::None | Effect::Bank | Effect::Source(_) | Effect::EventType | Effect::Seal(_) => {}
            }
        }
    }

    /// Notes that the log is known up to `position`, as of `recorded`.
    pub fn advance(&mut self, position: Position, recorded: Time) {
        self.head.position = self.head.position.max(position);
        self.head.as_of = self.head.as_of.max(recorded);
    }

    /// Begins a revision of a contest: at once when nothing counted so far lies in its period, else from the log.
    fn define(&mut self, id: &str, position: Position) {
        let Some(in_force) = self.register.contest(id) else { return };
        let (contest, revision) = (&in_force.value, in_force.revision);
        let around = Surroundings {
            organisation: self.register.organisation(),
            participants: &self.participants,
            sources: &self.sources,
        };
        let state = ContestState::new(contest, revision, around);
        let overlaps =
            self.head.dates.is_some_and(|(first, last)| first <= contest.end && contest.start <= last);
        let served = self.contests.entry(id.to_owned()).or_default();
        if let Some((state, _)) = served.next.take() {
            self.retired.push((id.to_owned(), state.revision, state));
        }
        if overlaps {
            served.next = Some((state, Backfill::up_to(position)));
        } else if let Some(old) = served.live.replace(state) {
            self.retired.push((id.to_owned(), old.revision, old));
        }
    }

    /// Derives every board afresh after the organisation changed.
    fn reorganise(&mut self) {
        let organisation = self.register.organisation();
        for id in organisation.units().map(|unit| &unit.id).chain(organisation.employees().map(|e| &e.id)) {
            self.participants.intern(id);
        }
        let around = Surroundings { organisation, participants: &self.participants, sources: &self.sources };
        for served in self.contests.values_mut() {
            let next = served.next.as_mut().map(|(state, _)| state);
            served.live.iter_mut().chain(next).for_each(|state| state.roll_up(around));
        }
    }

    /// Brings ranks and digests up to date with what was folded. Queries are answered between settles.
    pub fn settle(&mut self) {
        let around = Surroundings {
            organisation: self.register.organisation(),
            participants: &self.participants,
            sources: &self.sources,
        };
        for served in self.contests.values_mut() {
            let next = served.next.as_mut().map(|(state, _)| state);
            served.live.iter_mut().chain(next).for_each(|state| state.settle(around));
        }
    }

    pub(crate) fn is_numbered(&self, event: &Event) -> bool {
        let registered = self.register.source(&event.source);
        registered.map_or(event.source_sequence.is_some(), |source| source.value.numbered)
    }

    /// Where it stands.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The decisions in force.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The contest of that id, when it was ever defined.
    pub fn contest(&self, id: &str) -> Option<&Served> {
        self.contests.get(id)
    }

    /// What was counted of identities.
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// The number of a source that was met.
    pub fn source_number(&self, name: &str) -> Option<u32> {
        self.sources.find(name)
    }

    /// Names of sources by number.
    pub fn sources(&self) -> &Names {
        &self.sources
    }

    /// Ids of participants by number.
    pub fn participants(&self) -> &Names {
        &self.participants
    }

    /// Credits of every contest that wait for an unknown unit or employee.
    pub fn held(&self) -> u64 {
        self.contests.values().filter_map(|served| served.live.as_ref()).map(ContestState::held).sum()
    }
}
