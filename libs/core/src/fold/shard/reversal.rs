//! Reversals in a shard: each is counted once, joins the group of its original or waits for it, and whatever contests
//! made of the group is worked out again. One that names a reversal, or itself, goes to dead letters and claims no
//! identity. DOMAIN.md, "Reversal".

use crate::event::{Event, Reversal};
use crate::fold::contest::gather::{Gathering, find_dossiers};
use crate::fold::credit::group::Group;
use crate::fold::journal::chain::latest_reach;
use crate::fold::journal::reversal_part::{Taking, Target};
use crate::fold::journal::{Fact, Record};
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::{Holders, Holding};
use crate::fold::shard::Shard;
use crate::fold::shard::dead_letters::Reason;
use crate::identity::{Admission, Identity};
use crate::types::ids::KeyId;
use crate::types::pages::{PageError, Pages};
use crate::{Position, Time};

impl Shard {
    /// Folds a reversal.
    pub(crate) fn reversal(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        recorded: Time,
        event: &Event,
        reversal: &Reversal,
    ) -> Result<(), PageError> {
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
        if self.identities.admit(pages, source, numbered, event, position)?.is_copy(&mut self.head.counters) {
            return Ok(());
        }
        self.note_date(event.business_date);
        // What waited for this one names a reversal.
        for waiting in self.waiting.take(source, || own) {
            self.bury(waiting.position, Reason::WaitedForReversal);
        }
        let taking = Taking::new(position, recorded, event, reversal);
        let Some(original) = original else {
            self.waiting.add(source, target, taking);
            return self.journal.append(pages, position, &Record::Reversal { of: None });
        };
        let mut takings = match record {
            Some(Record::Original { fact, takings }) => {
                return self.take_back(pages, original, fact, takings, taking);
            }
            Some(Record::Uncounted { takings }) => takings,
            Some(Record::Reversal { .. }) | None => Vec::new(),
        };
        takings.push(taking);
        self.journal.append(pages, position, &Record::Reversal { of: None })?;
        self.journal.write(pages, original, &Record::Uncounted { takings })
    }

    /// Adds to a group what takes it back, and lets every contest work it out again.
    fn take_back(
        &mut self,
        pages: &dyn Pages,
        original: Position,
        fact: Fact,
        mut takings: Vec<Taking>,
        taking: Taking,
    ) -> Result<(), PageError> {
        let (at, taken_at) = (taking.position, taking.recorded);
        let date = taking.effective(fact.business_date());
        takings.push(taking);
        let links: Vec<_> =
            fact.links().map(|(holder, _)| (holder, self.journal.link(holder, at, date))).collect();
        self.journal.append(pages, at, &Record::Reversal { of: Some((original, links)) })?;
        let record = Record::Original { fact, takings };
        self.journal.write(pages, original, &record)?;
        let Record::Original { fact, takings } = &record else { return Ok(()) };
        let creditors = fact.creditors();
        let event = fact.event(self.journal.codes(), &self.participants, &self.sources);
        let (source, recorded) = (fact.source, fact.recorded);
        // It may have come before anybody asked for its customer.
        if self.asks_for_customers {
            Holding::intern(&event, KeyId::NONE, &mut self.keys);
        }
        let holders = Holders::of(&event, fact.branch, &creditors, source, &self.keys);
        let group = |takings| Group { event: &event, source, recorded, takings };
        let (was, is) = (group(&takings[..takings.len() - 1]), group(takings));
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        for served in self.contests.values_mut() {
            served.change(original, (at, taken_at), holders, (Some(was), is), context, &mut self.places);
        }
        let about = find_dossiers(&event, &self.keys, &self.gathered);
        if !about.is_empty() {
            self.gather(pages, &Gathering { about, original, entry: (at, taken_at), fact, takings })?;
        }
        self.renew_reach(pages)
    }

    /// Asks the journal when the leaves in doubt reached their scores.
    fn renew_reach(&mut self, pages: &dyn Pages) -> Result<(), PageError> {
        for served in self.contests.values_mut() {
            for (state, backfill) in served.states() {
                let mut doubted = std::mem::take(&mut state.doubted);
                doubted.sort_unstable();
                doubted.dedup();
                for leaf in doubted {
                    let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
                    let applies = |at| backfill.is_none_or(|backfill| backfill.holds(at));
                    let (journal, places) = (&mut self.journal, &mut self.places);
                    let reach = latest_reach(journal, pages, context, places, state, leaf, &applies)?;
                    state.leaves.set_reach(leaf, reach);
                }
            }
        }
        Ok(())
    }
}

impl Admission {
    /// Whether it does not count; it is counted as what it is.
    pub(crate) fn is_copy(self, counters: &mut crate::fold::shard::Counters) -> bool {
        match self {
            Admission::Fresh => return false,
            Admission::Duplicate { .. } => counters.duplicates += 1,
            Admission::Conflict { .. } => counters.conflicts += 1,
        }
        true
    }
}
