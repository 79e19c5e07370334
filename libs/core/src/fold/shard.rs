//! A shard: the contests that one projector owns, with the decisions and identities that all of them share. Each event
//! is counted, or not, once, here; contests only see events that count.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::fold::contest_state::ContestState;
use crate::fold::dead_letters::{DeadLetters, Reason};
use crate::fold::dossiers::Dossiers;
use crate::fold::gather::{GatheredKinds, Gathering};
use crate::fold::group::Group;
use crate::fold::holders::{Holders, Holding};
use crate::fold::journal::{Journal, Record};
use crate::fold::leaf::Leaves;
use crate::fold::places::Places;
use crate::fold::roster::NO_ROW;
use crate::fold::served::Served;
use crate::fold::surroundings::Surroundings;
use crate::fold::taking::{Taking, Target};
use crate::fold::waiting::Waiting;
use crate::fold::warm::Known;
use crate::identity::Identities;
use crate::names::Names;
use crate::pages::{PageError, Pages};
use crate::register::Register;
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

/// What a shard knows after a prefix of the log.
pub struct Shard {
    pub(crate) register: Register,
    pub(crate) participants: Names,
    pub(crate) sources: Names,
    /// Customers, accounts and products, as far as contests keep them apart.
    pub(crate) keys: Names,
    pub(crate) identities: Identities,
    pub(crate) journal: Journal,
    pub(crate) dossiers: Dossiers,
    pub(crate) waiting: Waiting,
    pub(crate) places: Places,
    pub(crate) dead_letters: DeadLetters,
    pub(crate) contests: BTreeMap<String, Served>,
    pub(crate) head: Head,
    /// Computations whose pages are to be deleted at the next checkpoint: contest, generation, leaves.
    pub(crate) retired: Vec<(String, u64, Leaves)>,
    pub(crate) creditors: Vec<u32>,
    /// Whether any contest keeps customers apart.
    pub(crate) asks_for_customers: bool,
    /// The types that any contest gathers.
    pub(crate) gathered: GatheredKinds,
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
    /// Computations of contests begun so far.
    pub generation: u64,
}

impl Default for Shard {
    fn default() -> Self {
        Shard {
            register: Register::default(),
            participants: Names::default(),
            sources: Names::default(),
            keys: Names::default(),
            identities: Identities::new(),
            journal: Journal::default(),
            dossiers: Dossiers::default(),
            waiting: Waiting::default(),
            places: Places::default(),
            dead_letters: DeadLetters::default(),
            contests: BTreeMap::new(),
            head: Head { as_of: crate::time::EARLIEST, ..Head::default() },
            retired: Vec::new(),
            creditors: Vec::new(),
            asks_for_customers: false,
            gathered: GatheredKinds::default(),
        }
    }
}

impl Shard {
    /// Folds one event. Ranks and digests follow at [`Shard::settle`].
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn event(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        recorded: Time,
        event: &Event,
    ) -> Result<(), PageError> {
        self.known_event(pages, position, recorded, event, Known::NOTHING)
    }

    /// Folds one event of which numbers were looked up before.
    pub(crate) fn known_event(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        recorded: Time,
        event: &Event,
        known: Known,
    ) -> Result<(), PageError> {
        self.advance(position, recorded);
        self.head.counters.events += 1;
        if let Some(reversal) = &event.reverses {
            return self.reversal(pages, position, recorded, event, reversal);
        }
        let source = self.sources.intern(&event.source);
        let registered = self.numbering(&event.source);
        let numbered = registered.unwrap_or(event.source_sequence.is_some());
        if self.identities.admit(pages, source, numbered, event, position)?.is_copy(&mut self.head.counters) {
            return Ok(());
        }
        self.note_date(event.business_date);
        let takings = self.waiting.take(source, || Target::of_event(event, registered));
        if !self.journal.keeps(&event.kind) {
            return match takings.is_empty() {
                true => Ok(()),
                false => self.journal.append(pages, position, &Record::Uncounted { takings }),
            };
        }
        let (branch, holding) = self.intern_holders(event, known);
        let creditors = std::mem::take(&mut self.creditors);
        let customer = &event.customer;
        let holders = Holders { branch, creditors: &creditors, source, customer, holding };
        let takings = self.keep(pages, position, recorded, event, source, holders, takings, false)?;
        let around = Surroundings::new(&self.register, &self.participants, &self.sources, &self.keys);
        let group = Group { event, source, recorded, takings: &takings };
        for served in self.contests.values_mut() {
            served.change(position, (position, recorded), holders, (None, group), around, &mut self.places);
        }
        let gathered = match self.dossiers_of(event) {
            about if about.is_empty() => Ok(()),
            about => {
                let fact = self.journal.bare_fact(recorded, event, source, holders);
                let (entry, takings) = ((position, recorded), &takings[..]);
                self.gather(pages, &Gathering { about, original: position, entry, fact: &fact, takings })
            }
        };
        self.creditors = creditors;
        gathered
    }

    /// Numbers those who may hold what an event is worth: the creditors in `self.creditors`, and its branch; and whose and
    /// which product it is, where that is asked for.
    pub(crate) fn intern_holders(&mut self, event: &Event, known: Known) -> (Option<u32>, Holding) {
        let holding = match self.asks_for_customers {
            true => Holding::intern(event, known.customer, &mut self.keys),
            false => Holding::NONE,
        };
        self.creditors.clear();
        for (at, credit) in event.credits.iter().enumerate() {
            let known = known.creditors.get(at).copied().filter(|number| *number != NO_ROW);
            let number = known.unwrap_or_else(|| self.participants.intern(&credit.employee));
            self.creditors.push(number);
        }
        let branch = (!event.branch.is_empty()).then(|| self.participants.intern(&event.branch));
        (branch, holding)
    }

    /// Writes an original into the journal, and gives back what takes it back. `is_noted`: there is a record of it.
    #[expect(clippy::too_many_arguments, reason = "all of it is what the record consists of")]
    pub(crate) fn keep(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        recorded: Time,
        event: &Event,
        source: u32,
        holders: Holders,
        takings: Vec<Taking>,
        is_noted: bool,
    ) -> Result<Vec<Taking>, PageError> {
        let date = event.business_date;
        let latest = takings.iter().map(|taking| taking.effective(date)).fold(date, Date::max);
        let keeps_subject = self.gathered.get(event.kind.as_ref()).is_some_and(|gathers| gathers.by_account);
        let fact = self.journal.fact((position, recorded), event, source, holders, latest, keeps_subject);
        let record = Record::Original { fact, takings };
        match is_noted {
            true => self.journal.write(pages, position, &record)?,
            false => self.journal.append(pages, position, &record)?,
        }
        match record {
            Record::Original { takings, .. } => Ok(takings),
            Record::Uncounted { .. } | Record::Reversal { .. } => Ok(Vec::new()),
        }
    }

    /// Notes what contests ask for, after they changed.
    pub(crate) fn note_what_is_asked(&mut self) {
        self.asks_for_customers = false;
        self.gathered.clear();
        for (state, _) in self.contests.values_mut().flat_map(Served::states) {
            self.asks_for_customers |= state.rules.asks_for_customers();
            state.note_gathered(&mut self.gathered);
        }
    }

    pub(crate) fn note_date(&mut self, date: Date) {
        let (first, last) = self.head.dates.unwrap_or((date, date));
        self.head.dates = Some((first.min(date), last.max(date)));
    }

    /// Notes that the log is known up to `position`, as of `recorded`.
    pub fn advance(&mut self, position: Position, recorded: Time) {
        self.head.position = self.head.position.max(position);
        self.head.as_of = self.head.as_of.max(recorded);
    }

    /// Brings ranks and digests up to date with what was folded. Queries are answered between settles.
    pub fn settle(&mut self) {
        let around = Surroundings::new(&self.register, &self.participants, &self.sources, &self.keys);
        for served in self.contests.values_mut() {
            served.states().for_each(|(state, _)| state.settle(around));
        }
    }

    pub(crate) fn is_numbered(&self, event: &Event) -> bool {
        self.numbering(&event.source).unwrap_or(event.source_sequence.is_some())
    }

    /// Whether a source numbers its events, if it is registered.
    pub(crate) fn numbering(&self, source: &str) -> Option<bool> {
        self.register.source(source).map(|source| source.value.numbered)
    }

    /// Counts an entry that counts for nothing.
    pub(crate) fn bury(&mut self, position: Position, reason: Reason) {
        self.head.counters.dead_letters += 1;
        self.dead_letters.add(position, reason);
    }

    /// The latest entries that count for nothing.
    pub fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
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

    /// Reversals that wait for their originals.
    pub fn waiting_reversals(&self) -> u64 {
        self.waiting.count()
    }

    /// What is remembered of counted events.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Credits of every contest that wait for an unknown unit or employee.
    pub fn held(&self) -> u64 {
        self.contests.values().filter_map(|served| served.live.as_ref()).map(ContestState::held).sum()
    }
}
