//! A shard: the state that one projector keeps for a bank. It counts each entry of the log once, keeps what
//! is needed to reverse it, and tells its subscribers. Nothing else changes this state.
//!
//! Input: events, reversals and decisions, in log order. Output: pages of a checkpoint and, through its
//! subscribers, boards. Invariants: an identity is counted once; subscribers are told of exactly the counted
//! events whose types some subscriber asked for; after the same prefix of the log every shard is the same.

mod backfill;
mod batch;
pub mod dead_letters;
mod decision;
mod dossiers;
mod persist;
pub mod prefetch;
mod reorganise;
mod reversal;
mod trial;

use jiff::civil::Date;

use crate::Position;
use crate::Time;
use crate::event::Event;
use crate::fold::entity::dossiers::store::Dossiers;
use crate::fold::head::Head;
use crate::fold::journal::Journal;
use crate::fold::journal::pending_reversals::PendingReversals;
use crate::fold::journal::record::Record;
use crate::fold::journal::reversal_part::ReversalPart;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::fold::placement::places::Places;
use crate::fold::shard::dead_letters::{DeadLetters, Reason};
use crate::fold::subscriber::{Asked, Parts};
use crate::fold::subscribers::Subscribers;
use crate::identity::Identities;
use crate::register::Register;
use crate::types::entry::Entry;
use crate::types::ids::{HolderId, KeyId, SourceId};
use crate::types::names::Names;
use crate::types::pages::{PageError, Pages};

/// The state of a shard after a prefix of the log.
pub struct Shard {
    register: Register,
    participants: Names<HolderId>,
    sources: Names<SourceId>,
    /// Customers, accounts and products, if some subscriber needs to tell them apart.
    keys: Names<KeyId>,
    identities: Identities,
    journal: Journal,
    dossiers: Dossiers,
    pending_reversals: PendingReversals,
    places: Places,
    dead_letters: DeadLetters,
    head: Head,
    subscribers: Subscribers,
    /// What the subscribers asked the shard to keep.
    asked: Asked,
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
            pending_reversals: PendingReversals::default(),
            places: Places::default(),
            dead_letters: DeadLetters::default(),
            head: Head { as_of: crate::types::time::EARLIEST, ..Head::default() },
            subscribers: Subscribers::default(),
            asked: Asked::default(),
        }
    }
}

impl Shard {
    /// The parts that subscribers and queries work with, and the subscribers.
    pub(in crate::fold) fn split(&mut self) -> (Parts<'_>, &mut Subscribers) {
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        let parts = Parts {
            context,
            places: &mut self.places,
            journal: &mut self.journal,
            dossiers: &mut self.dossiers,
            head: &mut self.head,
            gathered: &self.asked.gathered,
        };
        (parts, &mut self.subscribers)
    }

    /// Decisions in force, and which participant has which number.
    fn context(&self) -> Context<'_> {
        Context::new(&self.register, &self.participants, &self.sources, &self.keys)
    }

    /// Writes an original into the journal and returns its reversals. `is_noted`: the journal has a record of
    /// it already.
    #[expect(clippy::too_many_arguments, reason = "all of it is what the record consists of")]
    fn keep(
        &mut self,
        pages: &dyn Pages,
        entry: Entry,
        event: &Event,
        source: SourceId,
        holders: Holders,
        reversal_parts: Vec<ReversalPart>,
        is_noted: bool,
    ) -> Result<Vec<ReversalPart>, PageError> {
        let date = event.business_date;
        let latest =
            reversal_parts.iter().map(|reversal_part| reversal_part.effective(date)).fold(date, Date::max);
        let keeps_subject = self.asked.gathered.by_account(&event.kind);
        let fact = self.journal.fact(entry, event, source, holders, latest, keeps_subject);
        let record = Record::Original { fact, reversal_parts };
        match is_noted {
            true => self.journal.write(pages, entry.position, &record)?,
            false => self.journal.append(pages, entry.position, &record)?,
        }
        match record {
            Record::Original { reversal_parts, .. } => Ok(reversal_parts),
            Record::Uncounted { .. } | Record::Reversal { .. } => Ok(Vec::new()),
        }
    }

    /// Collects again what the subscribers ask the shard to keep, after that may have changed.
    fn note_what_is_asked(&mut self) {
        self.asked = Asked::default();
        for subscriber in self.subscribers.all() {
            subscriber.ask(&mut self.asked);
        }
    }

    /// Records that the log has been read up to `position`, as of `recorded`.
    pub fn advance(&mut self, position: Position, recorded: Time) {
        self.head.advance(Entry::new(position, recorded));
    }

    /// Updates the boards with everything folded so far. Queries are answered between two calls of this.
    pub fn settle(&mut self) {
        let (parts, subscribers) = self.split();
        for subscriber in subscribers.all_mut() {
            subscriber.settle(parts.context);
        }
    }

    fn is_numbered(&self, event: &Event) -> bool {
        self.numbering(&event.source).unwrap_or(event.source_sequence.is_some())
    }

    /// Whether a source numbers its events; `None` if it is not registered.
    fn numbering(&self, source: &str) -> Option<bool> {
        self.register.source(source).map(|source| source.value.numbered)
    }

    /// Records an entry that has no effect.
    fn bury(&mut self, position: Position, reason: Reason) {
        self.head.counters.dead_letters += 1;
        self.dead_letters.add(position, reason);
    }

    /// The latest entries that had no effect.
    pub fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    /// What derives something from counted events, such as contests.
    pub fn subscribers(&self) -> &Subscribers {
        &self.subscribers
    }

    /// How far it has read the log.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The decisions in force.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The identities counted so far.
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// The number of a source, if any event came from it.
    pub fn source_number(&self, name: &str) -> Option<SourceId> {
        self.sources.find(name)
    }

    /// Names of sources, by number.
    pub fn sources(&self) -> &Names<SourceId> {
        &self.sources
    }

    /// Ids of participants, by number.
    pub fn participants(&self) -> &Names<HolderId> {
        &self.participants
    }

    /// Reversals that wait for their originals.
    pub fn waiting_reversals(&self) -> u64 {
        self.pending_reversals.count()
    }

    /// The records of counted events.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }
}
