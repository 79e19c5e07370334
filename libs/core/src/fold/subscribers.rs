//! Everything that subscribes to a shard. This is the only place that names the subscribers: to add one, add a
//! field here and an item to each of these functions. The shard sees them through
//! [`Subscriber`] and nothing else.

use crate::fold::contest::contests::Contests;
use crate::fold::contest::persist::Computation;
use crate::fold::contest::slot::Slot;
use crate::fold::head::Head;
use crate::fold::placement::context::Context;
use crate::fold::placement::places::Places;
use crate::fold::subscriber::Subscriber;
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{PageError, Pages};

/// The subscribers of a shard.
#[derive(Default)]
pub struct Subscribers {
    contests: Contests,
}

/// What was read of subscribers before decisions were restored.
pub(in crate::fold) struct Stored {
    contests: Vec<Computation>,
}

impl Subscribers {
    /// All contests.
    pub fn contests(&self) -> &Contests {
        &self.contests
    }

    /// The contest of that id, if it was ever defined.
    pub fn contest(&self, id: &str) -> Option<&Slot> {
        self.contests.get(id)
    }

    /// Credits of every contest that wait for an unknown unit or employee.
    pub fn held(&self) -> u64 {
        self.contests.held()
    }

    /// All of them.
    pub(in crate::fold) fn all(&self) -> [&dyn Subscriber; 1] {
        [&self.contests]
    }

    /// All of them, mutably.
    pub(in crate::fold) fn all_mut(&mut self) -> [&mut dyn Subscriber; 1] {
        [&mut self.contests]
    }

    /// Copies of what is running, for trying decisions.
    pub(in crate::fold) fn running_copies(&self) -> Subscribers {
        Subscribers { contests: self.contests.running_copies() }
    }

    /// Reads the stored pages of subscribers. Decisions are not needed for this, so both can be read at the
    /// same time.
    pub(in crate::fold) fn read(
        bounds: &PageBounds,
        head: &Head,
        pages: &dyn Pages,
    ) -> Result<Stored, PageError> {
        Ok(Stored { contests: Contests::read(bounds, head, pages)? })
    }

    /// Restores the subscribers from what was read.
    pub(in crate::fold) fn restore(
        stored: Stored,
        bounds: &PageBounds,
        pages: &dyn Pages,
        context: Context,
        places: &Places,
    ) -> Result<Subscribers, PageError> {
        Ok(Subscribers { contests: Contests::restore(stored.contests, bounds, pages, context, places)? })
    }
}
