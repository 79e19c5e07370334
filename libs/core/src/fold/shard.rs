//! A shard: the contests that one projector owns, with the decisions and identities that all of them share. Each event
//! is counted, or not, once, here; contests only see events that count.

mod batch;
pub mod dead_letters;
mod decision;
mod persist;
pub mod prefetch;
mod reorganise;
pub mod reversal;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::fold::contest::gather::GatheredKinds;
use crate::fold::contest::slot::Served;
use crate::fold::contest::state::ContestState;
use crate::fold::entity::dossiers::Dossiers;
use crate::fold::journal::pending_reversals::Waiting;
use crate::fold::journal::reversal_part::Taking;
use crate::fold::journal::{Journal, Record};
use crate::fold::ledger::leaf::Leaves;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::fold::placement::places::Places;
use crate::fold::shard::dead_letters::{DeadLetters, Reason};
use crate::identity::Identities;
use crate::register::Register;
use crate::types::ids::{HolderId, KeyId, SourceId};
use crate::types::names::Names;
use crate::types::pages::{PageError, Pages};
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
    pub(crate) participants: Names<HolderId>,
    pub(crate) sources: Names<SourceId>,
    /// Customers, accounts and products, as far as contests keep them apart.
    pub(crate) keys: Names<KeyId>,
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
            head: Head { as_of: crate::types::time::EARLIEST, ..Head::default() },
            retired: Vec::new(),
            asks_for_customers: false,
            gathered: GatheredKinds::default(),
        }
    }
}

impl Shard {
    /// Writes an original into the journal, and gives back what takes it back. `is_noted`: there is a record of it.
    #[expect(clippy::too_many_arguments, reason = "all of it is what the record consists of")]
    pub(crate) fn keep(
        &mut self,
        pages: &dyn Pages,
        (position, recorded): (Position, Time),
        event: &Event,
        source: SourceId,
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
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        for served in self.contests.values_mut() {
            served.states().for_each(|(state, _)| state.settle(context));
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
    pub fn source_number(&self, name: &str) -> Option<SourceId> {
        self.sources.find(name)
    }

    /// Names of sources by number.
    pub fn sources(&self) -> &Names<SourceId> {
        &self.sources
    }

    /// Ids of participants by number.
    pub fn participants(&self) -> &Names<HolderId> {
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
