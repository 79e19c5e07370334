//! The subscribers that a shard has. This is the one place where they are named: another subscriber is a field here, and
//! a line in each of these lists.

use crate::fold::contest::contests::Contests;
use crate::fold::contest::persist::Computation;
use crate::fold::contest::slot::Slot;
use crate::fold::head::Head;
use crate::fold::placement::context::Context;
use crate::fold::placement::places::Places;
use crate::fold::shard::Shard;
use crate::fold::subscriber::Subscriber;
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{PageError, Pages};

/// The subscribers of a shard.
#[derive(Default)]
pub(in crate::fold) struct Subscribers {
    /// Contests.
    pub contests: Contests,
}

/// What was read of subscribers before there were decisions.
pub(super) struct Stored {
    contests: Vec<Computation>,
}

impl Subscribers {
    /// All of them.
    pub fn all(&self) -> [&dyn Subscriber; 1] {
        [&self.contests]
    }

    /// All of them, to be told something.
    pub fn all_mut(&mut self) -> [&mut dyn Subscriber; 1] {
        [&mut self.contests]
    }

    /// Reads what was written of them. It needs no decisions, so that these can be read at the same time.
    pub(super) fn read(bounds: &PageBounds, head: &Head, pages: &dyn Pages) -> Result<Stored, PageError> {
        Ok(Stored { contests: Contests::read(bounds, head, pages)? })
    }

    /// Goes on from what was written.
    pub(super) fn restore(
        stored: Stored,
        bounds: &PageBounds,
        pages: &dyn Pages,
        context: Context,
        places: &Places,
    ) -> Result<Subscribers, PageError> {
        Ok(Subscribers { contests: Contests::restore(stored.contests, bounds, pages, context, places)? })
    }
}

impl Shard {
    /// All contests.
    pub fn contests(&self) -> &Contests {
        &self.subscribers.contests
    }

    /// The contest of that id, if it was ever defined.
    pub fn contest(&self, id: &str) -> Option<&Slot> {
        self.subscribers.contests.get(id)
    }

    /// Credits of every contest that wait for an unknown unit or employee.
    pub fn held(&self) -> u64 {
        self.subscribers.contests.held()
    }

    /// A shard with copies of the contests that run, in which decisions can be tried. It takes the journal and the
    /// dossiers along until [`Shard::end_trial`]: reading them changes only which pages are in memory.
    pub(in crate::fold) fn trial(&mut self) -> Shard {
        Shard {
            subscribers: Subscribers { contests: self.subscribers.contests.running_copies() },
            register: self.register.clone(),
            participants: self.participants.clone(),
            sources: self.sources.clone(),
            keys: self.keys.clone(),
            places: self.places.clone(),
            journal: std::mem::take(&mut self.journal),
            dossiers: std::mem::take(&mut self.dossiers),
            asked: self.asked.clone(),
            ..Shard::default()
        }
    }

    /// Takes back what [`Shard::trial`] took along.
    pub(in crate::fold) fn end_trial(&mut self, trial: &mut Shard) {
        self.journal = std::mem::take(&mut trial.journal);
        self.dossiers = std::mem::take(&mut trial.dossiers);
    }
}
