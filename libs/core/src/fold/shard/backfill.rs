//! Backfills: subscribers compute something from the log beside what they serve. The shard hands them the old
//! events that count, each with all its reversals.

use crate::event::Event;
use crate::fold::backfill::{Backfill, PendingBackfill};
use crate::fold::credit::group::Group;
use crate::fold::entity::dossier_change::GatheredEvent;
use crate::fold::entity::dossiers::id::DossierId;
use crate::fold::journal::record::Record;
use crate::fold::placement::holders::Holders;
use crate::fold::shard::Shard;
use crate::fold::shard::prefetch::Known;
use crate::fold::subscriber::{NamedGroup, Subscriber};
use crate::types::entry::Entry;
use crate::types::ids::{Generation, HolderId};
use crate::types::pages::{PageError, Pages};
use crate::{Position, Time};

impl Shard {
    /// The backfills that have not yet read everything, by id.
    pub fn waiting(&self) -> Vec<PendingBackfill> {
        self.subscribers.all().into_iter().flat_map(|subscriber| subscriber.backfills()).collect()
    }

    /// The progress of a backfill; `None` when it has finished or was abandoned.
    pub fn computing(&self, id: &str, generation: Generation) -> Option<Backfill> {
        self.subscribers.all().into_iter().find_map(|subscriber| subscriber.backfill(id, generation))
    }

    /// Computes something again from the log, beside what is served. The result of a sealed contest does not
    /// change.
    ///
    /// Returns false when there is no such thing, or it is being computed already.
    pub fn begin_backfill(&mut self, id: &str) -> bool {
        let (mut parts, subscribers) = self.split();
        subscribers.all_mut().into_iter().any(|subscriber| subscriber.begin_backfill(id, &mut parts))
    }

    /// Gives a backfill an old event with all its reversals, if this copy is the one that counts. Old
    /// reversals are ignored here, because each comes with its original.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn backfill_event(
        &mut self,
        pages: &dyn Pages,
        id: &str,
        position: Position,
        recorded: Time,
        event: &Event,
    ) -> Result<(), PageError> {
        let is_wanted = |subscriber: &dyn Subscriber| subscriber.wants(id, position, &event.kind);
        if event.reverses.is_some() || !self.subscribers.all().into_iter().any(is_wanted) {
            return Ok(());
        }
        let Some(source) = self.sources.find(&event.source) else { return Ok(()) };
        let bytes = self.journal.read(pages, position)?;
        let record = bytes.as_ref().map(|bytes| self.journal.decode(position, bytes)).transpose()?;
        let is_noted = record.is_some();
        let (reversal_parts, is_known) = match record {
            Some(Record::Original { reversal_parts, .. }) => (reversal_parts, true),
            Some(Record::Uncounted { reversal_parts }) => (reversal_parts, false),
            Some(Record::Reversal { .. }) => return Ok(()),
            None => (Vec::new(), false),
        };
        let numbered = self.is_numbered(event);
        if !is_known && !self.identities.is_counted_copy(pages, source, numbered, event, position)? {
            return Ok(());
        }
        let entry = Entry::new(position, recorded);
        let mut creditors = vec![HolderId::NOBODY; event.credits.len()];
        let (branch, holding) = self.intern_holders(event, &mut creditors, Known::NOTHING);
        let customer = &event.customer;
        let holders = Holders { branch, creditors: &creditors, source, customer, holding };
        if !is_known {
            self.keep(pages, entry, event, source, holders, reversal_parts.clone(), is_noted)?;
        }
        let group = Group { event, source, recorded, reversal_parts: &reversal_parts };
        let (parts, subscribers) = self.split();
        for subscriber in subscribers.all_mut() {
            subscriber.backfill_group(id, NamedGroup { holders, group }, parts.context, parts.places);
        }
        self.backfill_gathered(pages, id, entry, NamedGroup { holders, group })
    }

    /// Adds an old event to the dossiers of its account or customer, and gives the change to a backfill.
    fn backfill_gathered(
        &mut self,
        pages: &dyn Pages,
        id: &str,
        entry: Entry,
        NamedGroup { holders, group }: NamedGroup,
    ) -> Result<(), PageError> {
        let Group { event, source, recorded, reversal_parts } = group;
        let dossiers = self.asked.gathered.intern_dossiers(event, &mut self.keys);
        if dossiers.is_empty() {
            return Ok(());
        }
        for dossier in &dossiers {
            match dossier {
                // The event may have been recorded before any contest needed its account.
                DossierId::Account(_) => {
                    self.journal.note_subject(pages, entry.position, &event.subject)?;
                }
                DossierId::Customer(_) => {}
            }
        }
        let fact = self.journal.bare_fact(recorded, event, source, holders);
        let event = GatheredEvent { dossiers, original: entry.position, entry, fact: &fact, reversal_parts };
        self.gather_for_backfill(pages, id, &event)
    }

    /// Records that a backfill has read the log up to and including a sequence. When it has read everything,
    /// its result replaces what is served.
    pub fn backfilled_through(&mut self, id: &str, generation: Generation, sequence: u64) {
        let (parts, subscribers) = self.split();
        let mut is_done = false;
        for subscriber in subscribers.all_mut() {
            is_done |= subscriber.backfilled_through(id, generation, sequence, parts.journal);
        }
        if is_done {
            self.settle();
        }
    }
}
