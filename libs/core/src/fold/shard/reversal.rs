//! Reversals: each is counted once and joins its original or waits for it; then subscribers update the
//! credits of the original. A reversal of a reversal, or of itself, becomes a dead letter and does not use up
//! its identity. libs/core/README.md, "Reversals".

use crate::Position;
use crate::event::{Event, Reversal};
use crate::fold::credit::original::Original;
use crate::fold::entity::dossier_change::GatheredEvent;
use crate::fold::journal::record::{Fact, Record};
use crate::fold::journal::reversal_part::{ReversalPart, Target};
use crate::fold::placement::holders::Holding;
use crate::fold::shard::Shard;
use crate::fold::shard::dead_letters::Reason;
use crate::fold::subscriber::GroupChange;
use crate::identity::Identity;
use crate::types::entry::Entry;
use crate::types::ids::KeyId;
use crate::types::pages::{PageError, Pages};

impl Shard {
    /// Folds a reversal.
    pub(super) fn reversal(
        &mut self,
        pages: &dyn Pages,
        entry: Entry,
        event: &Event,
        reversal: &Reversal,
    ) -> Result<(), PageError> {
        let position = entry.position;
        let source = self.sources.intern(&event.source);
        let numbered = self.is_numbered(event);
        let registered = self.numbering(&event.source);
        let (own, target) = (Target::of_event(event, registered), Target::of_reversal(reversal, registered));
        let identity = match &target {
            Target::Number(number) => Identity::Numbered(*number),
            Target::Id(id) => Identity::Named { source: &event.source, id },
        };
        let original = self.identities.counted_at(pages, source, identity)?;
        let bytes = match original {
            Some(original) => self.journal.read(pages, original)?,
            None => None,
        };
        let record = match (original, &bytes) {
            (Some(original), Some(bytes)) => Some(self.journal.decode(original, bytes)?),
            _ => None,
        };
        if own == target {
            self.bury(position, Reason::ReversalOfItself);
            return Ok(());
        }
        if matches!(record, Some(Record::Reversal { .. })) {
            self.bury(position, Reason::ReversalOfReversal);
            return Ok(());
        }
        let admission = self.identities.admit(pages, source, numbered, event, position)?;
        if self.head.counters.is_copy(admission) {
            return Ok(());
        }
        self.head.note_date(event.business_date);
        // What waited for this entry is the reversal of a reversal.
        for waiting in self.pending_reversals.take(source, || own) {
            self.bury(waiting.position, Reason::WaitedForReversal);
        }
        let reversal_part = ReversalPart::new(entry, event, reversal);
        let Some(original) = original else {
            self.pending_reversals.add(source, target, reversal_part);
            return self.journal.append(pages, position, &Record::Reversal { of: None });
        };
        let mut reversal_parts = match record {
            Some(Record::Original { fact, reversal_parts }) => {
                return self.take_back(pages, original, fact, reversal_parts, reversal_part);
            }
            Some(Record::Uncounted { reversal_parts }) => reversal_parts,
            Some(Record::Reversal { .. }) | None => Vec::new(),
        };
        reversal_parts.push(reversal_part);
        self.journal.append(pages, position, &Record::Reversal { of: None })?;
        self.journal.write(pages, original, &Record::Uncounted { reversal_parts })
    }

    /// Adds a reversal to its original, and tells every subscriber.
    fn take_back(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        fact: Fact,
        mut reversal_parts: Vec<ReversalPart>,
        reversal_part: ReversalPart,
    ) -> Result<(), PageError> {
        let entry = Entry::new(reversal_part.position, reversal_part.recorded);
        let date = reversal_part.effective(fact.business_date());
        reversal_parts.push(reversal_part);
        let links: Vec<_> = fact
            .links()
            .map(|(holder, _)| (holder, self.journal.link(holder, entry.position, date)))
            .collect();
        self.journal.append(pages, entry.position, &Record::Reversal { of: Some((position, links)) })?;
        let record = Record::Original { fact, reversal_parts };
        self.journal.write(pages, position, &record)?;
        let Record::Original { fact, reversal_parts } = &record else { return Ok(()) };
        // The event may have arrived before any contest needed its customer.
        if self.asked.customers {
            let event = fact.event(self.journal.codes(), &self.participants, &self.sources);
            Holding::intern(&event, KeyId::NONE, &mut self.keys);
        }
        let (parts, subscribers) = self.split();
        let original = Original::of(fact, reversal_parts, parts.journal.codes(), parts.context);
        let (holders, is) = (original.holders(parts.context.keys), original.group());
        let was = Some(original.group_before());
        let change = GroupChange { original: position, entry, holders, was, is };
        for subscriber in subscribers.all_mut() {
            subscriber.group_changed(&change, parts.context, parts.places);
        }
        let dossiers = parts.gathered.find_dossiers(original.event(), parts.context.keys);
        if !dossiers.is_empty() {
            self.gather(pages, &GatheredEvent { dossiers, original: position, entry, fact, reversal_parts })?;
        }
        let (mut parts, subscribers) = self.split();
        let mut all = subscribers.all_mut().into_iter();
        all.try_for_each(|subscriber| subscriber.reversed(&mut parts, pages))
    }
}
