//! Batches: consecutive events of the log without a reversal among them are folded step by step, not event by
//! event. First all are admitted, then all are written down, then all are passed to the subscribers. The code
//! for one event as a whole does not fit into the processor's instruction cache; the code of one step does.
//! Each step keeps the log order and needs nothing that a later step changes, so the result is the same as
//! one by one.

use std::ops::Range;

use crate::event::Event;
use crate::fold::credit::group::Group;
use crate::fold::entity::dossier_change::GatheredEvent;
use crate::fold::journal::record::Record;
use crate::fold::journal::reversal_part::{ReversalPart, Target};
use crate::fold::placement::holders::{Holders, Holding};
use crate::fold::shard::Shard;
use crate::fold::shard::prefetch::Known;
use crate::fold::subscriber::GroupChange;
use crate::types::entry::Entry;
use crate::types::ids::{HolderId, SourceId};
use crate::types::pages::{PageError, Pages};
use crate::{Position, Time};

/// The number of events for which everything they touch fits into the near caches.
const EVENTS: usize = 256;

/// An event that counts, of a type that some subscriber asked for.
struct Counted<'e> {
    position: Position,
    event: &'e Event<'e>,
    /// Its source's number.
    source: SourceId,
    reversal_parts: Vec<ReversalPart>,
    /// The range of its creditors' numbers.
    creditors: Range<usize>,
    known: Known,
    branch: Option<HolderId>,
    holding: Holding,
}

impl<'e> Counted<'e> {
    fn holders<'a>(&'a self, creditors: &'a [HolderId]) -> Holders<'a> {
        Holders {
            branch: self.branch,
            creditors: &creditors[self.creditors.clone()],
            source: self.source,
            customer: &self.event.customer,
            holding: self.holding,
        }
    }
}

/// A source: its name, its number, and whether it numbers its events (`None` if not registered).
type NumberedSource<'e> = (&'e str, SourceId, Option<bool>);

impl Shard {
    /// Folds one event. Ranks and digests are updated by [`Shard::settle`].
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
        self.events(pages, recorded, std::slice::from_ref(event), |_| Some(position))
    }

    /// Folds events that were recorded together, each at its position. Events without a position are skipped.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn events(
        &mut self,
        pages: &dyn Pages,
        recorded: Time,
        events: &[Event],
        position: impl Fn(usize) -> Option<Position>,
    ) -> Result<(), PageError> {
        for (first, some) in (0..).step_by(EVENTS).zip(events.chunks(EVENTS)) {
            let mut ahead = self.look_ahead(some);
            let (mut run, mut source, mut creditors) = (Vec::with_capacity(some.len()), None, 0);
            for (at, event) in some.iter().enumerate() {
                let own = creditors..creditors + event.credits.len();
                creditors = own.end;
                let Some(position) = position(first + at) else { continue };
                if let Some(reversal) = &event.reverses {
                    self.fold_run(pages, recorded, &mut run, &mut ahead.creditors)?;
                    let entry = Entry::new(position, recorded);
                    self.note_event(entry);
                    self.reversal(pages, entry, event, reversal)?;
                } else if let Some((source, reversal_parts)) =
                    self.admit(pages, Entry::new(position, recorded), event, &mut source)?
                {
                    let (branch, holding, known) = (None, Holding::NONE, ahead.known(at));
                    let creditors = own;
                    run.push(Counted {
                        position,
                        event,
                        source,
                        reversal_parts,
                        creditors,
                        known,
                        branch,
                        holding,
                    });
                }
            }
            self.fold_run(pages, recorded, &mut run, &mut ahead.creditors)?;
        }
        Ok(())
    }

    fn note_event(&mut self, entry: Entry) {
        self.head.advance(entry);
        self.head.counters.events += 1;
    }

    /// If the event counts and some subscriber asked for its type: its source's number and the reversals that
    /// waited for it.
    fn admit<'e>(
        &mut self,
        pages: &dyn Pages,
        entry: Entry,
        event: &'e Event,
        last: &mut Option<NumberedSource<'e>>,
    ) -> Result<Option<(SourceId, Vec<ReversalPart>)>, PageError> {
        self.note_event(entry);
        let name: &str = &event.source;
        // Events that were recorded together nearly always have the same source.
        let (_, source, registered) = match *last {
            Some(same) if same.0 == name => same,
            _ => *last.insert((name, self.sources.intern(name), self.numbering(name))),
        };
        let numbered = registered.unwrap_or(event.source_sequence.is_some());
        let admission = self.identities.admit(pages, source, numbered, event, entry.position)?;
        if self.head.counters.is_copy(admission) {
            return Ok(None);
        }
        self.head.note_date(event.business_date);
        let reversal_parts = self.pending_reversals.take(source, || Target::of_event(event, registered));
        if self.journal.keeps(&event.kind) {
            return Ok(Some((source, reversal_parts)));
        }
        if !reversal_parts.is_empty() {
            self.journal.append(pages, entry.position, &Record::Uncounted { reversal_parts })?;
        }
        Ok(None)
    }

    /// Writes down the events of one run, and credits them.
    fn fold_run(
        &mut self,
        pages: &dyn Pages,
        recorded: Time,
        run: &mut Vec<Counted>,
        creditors: &mut [HolderId],
    ) -> Result<(), PageError> {
        for one in run.iter_mut() {
            let own = &mut creditors[one.creditors.clone()];
            (one.branch, one.holding) = self.intern_holders(one.event, own, one.known);
            let (reversal_parts, holders) = (std::mem::take(&mut one.reversal_parts), one.holders(creditors));
            let entry = Entry::new(one.position, recorded);
            one.reversal_parts =
                self.keep(pages, entry, one.event, one.source, holders, reversal_parts, false)?;
        }
        for one in run.drain(..) {
            self.credit(pages, recorded, &one, creditors)?;
        }
        Ok(())
    }

    /// Numbers everyone who may hold what an event is worth: its creditors, if they have no number yet, and
    /// its branch. Also its customer and product, if some subscriber needs them.
    pub(super) fn intern_holders(
        &mut self,
        event: &Event,
        creditors: &mut [HolderId],
        known: Known,
    ) -> (Option<HolderId>, Holding) {
        let holding = match self.asked.customers {
            true => Holding::intern(event, known.customer, &mut self.keys),
            false => Holding::NONE,
        };
        for (number, credit) in
            creditors.iter_mut().zip(&event.credits).filter(|(number, _)| **number == HolderId::NOBODY)
        {
            *number = self.participants.intern(&credit.employee);
        }
        let branch = (!event.branch.is_empty()).then(|| match known.branch {
            HolderId::NOBODY => self.participants.intern(&event.branch),
            known => known,
        });
        (branch, holding)
    }

    /// Tells every subscriber of an event.
    fn credit(
        &mut self,
        pages: &dyn Pages,
        recorded: Time,
        one: &Counted,
        creditors: &[HolderId],
    ) -> Result<(), PageError> {
        let Counted { position, event, source, .. } = *one;
        let (reversal_parts, holders, entry) =
            (&one.reversal_parts[..], one.holders(creditors), Entry::new(position, recorded));
        let is = Group { event, source, recorded, reversal_parts };
        let change = GroupChange { original: position, entry, holders, was: None, is };
        let (parts, subscribers) = self.split();
        for subscriber in subscribers.all_mut() {
            subscriber.group_changed(&change, parts.context, parts.places);
        }
        let dossiers = self.asked.gathered.intern_dossiers(event, &mut self.keys);
        if dossiers.is_empty() {
            return Ok(());
        }
        let fact = self.journal.bare_fact(recorded, event, source, holders);
        self.gather(
            pages,
            &GatheredEvent { dossiers, original: position, entry, fact: &fact, reversal_parts },
        )
    }
}
