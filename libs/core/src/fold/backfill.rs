//! Folding a contest from the log beside the live one: a definition that came after events of its period sees them all
//! the same. Facts commute, so new events are credited at once while the old ones are read again.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::fold::contest_state::ContestState;
use crate::fold::shard::Shard;
use crate::pages::{PageError, Pages};
use crate::{Position, Time};

/// How far a contest has been read again from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backfill {
    /// The next sequence to read.
    pub next_sequence: u64,
    /// The definition's own position: events before it are read again, later ones were credited live.
    pub until: Position,
}

impl Backfill {
    /// From the log's start up to a definition.
    pub fn up_to(until: Position) -> Backfill {
        Backfill { next_sequence: 1, until }
    }

    /// Whether everything before the definition has been read.
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
            backfill: *backfill,
        })
        .collect()
    }

    /// Credits an old event to a contest that is read again, when this copy is the one that counts.
    pub fn refold_event(
        &mut self,
        pages: &dyn Pages,
        contest: &str,
        position: Position,
        recorded: Time,
        event: &Event,
    ) -> Result<(), PageError> {
        let wanted = self.contests.get(contest).and_then(|served| served.next.as_ref());
        if !wanted.is_some_and(|(state, backfill)| position < backfill.until && state.wants(event)) {
            return Ok(());
        }
        let Some(source) = self.sources.find(&event.source) else { return Ok(()) };
        let numbered = self.is_numbered(event);
        if event.reverses.is_some()
            || !self.identities.is_counted_copy(pages, source, numbered, event, position)?
        {
            return Ok(());
        }
        self.with_counted(source, event, |contests, counted, around| {
            let next = contests.get_mut(contest).and_then(|served| served.next.as_mut());
            if let Some((state, _)) = next {
                state.credit(counted, recorded, around);
            }
        });
        Ok(())
    }

    /// Notes that a contest has been read again through `sequence`; at the end it takes the live one's place.
    pub fn refolded_through(&mut self, contest: &str, revision: u64, sequence: u64) {
        let Some(served) = self.contests.get_mut(contest) else { return };
        let next = served.next.as_mut().filter(|(state, _)| state.revision == revision);
        let Some((_, backfill)) = next else { return };
        backfill.next_sequence = backfill.next_sequence.max(sequence + 1);
        if !backfill.is_done() {
            return;
        }
        if let Some((state, _)) = served.next.take()
            && let Some(old) = served.live.replace(state)
        {
            self.retired.push((contest.to_owned(), old.revision, old));
        }
        self.settle();
    }
}

impl ContestState {
    /// Whether the event could score here; cheaper than crediting it.
    pub fn wants(&self, event: &Event) -> bool {
        self.contest.covers(event.business_date) && self.counts(&event.kind)
    }
}
