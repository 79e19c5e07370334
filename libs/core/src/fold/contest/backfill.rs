//! Folding a contest from the log beside the live one: a definition that came after events of its period sees them all
//! the same. Facts commute, so new events are credited at once while the old ones are read again.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::fold::contest::gather::Gathering;
use crate::fold::credit::group::Group;
use crate::fold::entity::dossiers::About;
use crate::fold::journal::Record;
use crate::fold::journal::reversal_part::Taking;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::fold::shard::Shard;
use crate::fold::shard::prefetch::Known;
use crate::types::ids::{HolderId, SourceId};
use crate::types::pages::{PageError, Pages};
use crate::{Position, Time};

/// How far a contest has been read again from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backfill {
    /// The next sequence to read.
    pub next_sequence: u64,
    /// Events before this position are read again, later ones are credited live: a definition's own position.
    pub until: Position,
}

impl Backfill {
    /// From the log's start up to a definition.
    pub fn up_to(until: Position) -> Backfill {
        Backfill { next_sequence: 1, until }
    }

    /// From the log's start through everything up to `last`.
    pub fn through(last: Position) -> Backfill {
        Backfill::up_to(Position::new(last.sequence, last.index + 1))
    }

    /// Whether what is computed has the original at that position already.
    pub fn holds(&self, original: Position) -> bool {
        original.sequence < self.next_sequence || original >= self.until
    }

    /// Refuses what a page cannot have.
    pub(crate) fn check(&self, head: Position) -> Result<(), String> {
        // A whole reading ends behind the last entry, and ceases when it is done.
        let last = Position::new(head.sequence, head.index.saturating_add(1));
        match (1..=self.until.sequence.max(1)).contains(&self.next_sequence) && self.until <= last {
            true => Ok(()),
            false => Err(format!("it is read from {} up to {}", self.next_sequence, self.until)),
        }
    }

    /// Whether everything has been read.
    pub fn is_done(&self) -> bool {
        self.next_sequence > self.until.sequence
    }

    /// How much has been read, in parts per million.
    pub fn progress_ppm(&self) -> u32 {
        let read = u128::from(self.next_sequence - 1) * 1_000_000;
        (read / u128::from(self.until.sequence.max(1))).min(1_000_000) as u32
    }
}

/// A contest that waits to be read again from the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The contest's id.
    pub contest: String,
    /// The revision that is computed.
    pub revision: u64,
    /// Which computation it is.
    pub generation: u64,
    /// How far.
    pub backfill: Backfill,
}

impl Shard {
    /// The contests that wait to be read again from the log, by id.
    pub fn waiting(&self) -> Vec<Waiting> {
        let next = self.contests.iter().filter_map(|(id, served)| Some((id, served.next.as_ref()?)));
        next.map(|(id, (state, backfill))| Waiting {
            contest: id.clone(),
            revision: state.revision,
            generation: state.generation,
            backfill: *backfill,
        })
        .collect()
    }

    /// How far that computation of a contest has been read from the log; nothing when it has ended or was given up.
    pub fn computing(&self, contest: &str, generation: u64) -> Option<Backfill> {
        let (state, backfill) = self.contests.get(contest)?.next.as_ref()?;
        (state.generation == generation).then_some(*backfill)
    }

    /// Credits an old event to a contest that is read again, when this copy is the one that counts, with all that takes
    /// it back. Old reversals say nothing here: they are in the groups of their originals.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn refold_event(
        &mut self,
        pages: &dyn Pages,
        contest: &str,
        position: Position,
        recorded: Time,
        event: &Event,
    ) -> Result<(), PageError> {
        let wanted = self.contests.get(contest).and_then(|served| served.next.as_ref());
        let is_wanted =
            wanted.is_some_and(|(state, backfill)| position < backfill.until && state.counts(&event.kind));
        if !is_wanted || event.reverses.is_some() {
            return Ok(());
        }
        let Some(source) = self.sources.find(&event.source) else { return Ok(()) };
        let bytes = self.journal.read(pages, position)?;
        let record = bytes.as_ref().map(|bytes| self.journal.decode(position, bytes)).transpose()?;
        let is_noted = record.is_some();
        let (takings, is_known) = match record {
            Some(Record::Original { takings, .. }) => (takings, true),
            Some(Record::Uncounted { takings }) => (takings, false),
            Some(Record::Reversal { .. }) => return Ok(()),
            None => (Vec::new(), false),
        };
        let numbered = self.is_numbered(event);
        if !is_known && !self.identities.is_counted_copy(pages, source, numbered, event, position)? {
            return Ok(());
        }
        let mut creditors = vec![HolderId::NOBODY; event.credits.len()];
        let (branch, holding) = self.intern_holders(event, &mut creditors, Known::NOTHING);
        let customer = &event.customer;
        let holders = Holders { branch, creditors: &creditors, source, customer, holding };
        if !is_known {
            let at = (position, recorded);
            self.keep(pages, at, event, source, holders, takings.clone(), is_noted)?;
        }
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        if let Some((state, _)) = self.contests.get_mut(contest).and_then(|served| served.next.as_mut()) {
            state.change(
                holders,
                None,
                Group { event, source, recorded, takings: &takings },
                context,
                &mut self.places,
            );
        }
        self.refold_gathered(pages, contest, (position, recorded), event, (source, holders), &takings)
    }

    /// Lets a contest that is read again look at an old event together with others of its account or customer.
    fn refold_gathered(
        &mut self,
        pages: &dyn Pages,
        contest: &str,
        (position, recorded): (Position, Time),
        event: &Event,
        (source, holders): (SourceId, Holders),
        takings: &[Taking],
    ) -> Result<(), PageError> {
        let about = self.dossiers_of(event);
        if about.is_empty() {
            return Ok(());
        }
        // It may have been noted before anybody asked for its account.
        if about.iter().any(|about| matches!(about, About::Account(_))) {
            self.journal.note_subject(pages, position, &event.subject)?;
        }
        let fact = self.journal.bare_fact(recorded, event, source, holders);
        let entry = (position, recorded);
        let gathering = Gathering { about, original: position, entry, fact: &fact, takings };
        self.gather_again(pages, contest, &gathering)
    }

    /// Notes that a contest has been read again through `sequence`; at the end it takes the live one's place.
    pub fn refolded_through(&mut self, contest: &str, generation: u64, sequence: u64) {
        let Some(served) = self.contests.get_mut(contest) else { return };
        let next = served.next.as_mut().filter(|(state, _)| state.generation == generation);
        let Some((_, backfill)) = next else { return };
        backfill.next_sequence = backfill.next_sequence.max(sequence + 1);
        if !backfill.is_done() {
            return;
        }
        if let Some((state, _)) = served.next.take() {
            state.contest.kinds().for_each(|kind| self.journal.complete_kind(kind));
            if let Some(old) = served.live.replace(state) {
                self.retired.push((contest.to_owned(), old.generation, old.leaves));
            }
        }
        self.settle();
    }
}
