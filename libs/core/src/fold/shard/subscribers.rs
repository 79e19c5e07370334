//! The subscribers of a shard. This is the only place that lists them: to add one, add a field here and an
//! item to each of these lists.

use crate::fold::contest::contests::Contests;
use crate::fold::contest::persist::Computation;
use crate::fold::head::Head;
use crate::fold::placement::context::Context;
use crate::fold::placement::places::Places;
use crate::fold::subscriber::Subscriber;
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{PageError, Pages};

/// The subscribers of a shard.
#[derive(Default)]
pub(in crate::fold) struct Subscribers {
    /// Contests.
    pub contests: Contests,
}

/// What was read of subscribers before decisions were restored.
pub(super) struct Stored {
    contests: Vec<Computation>,
}

impl Subscribers {
    /// All of them.
    pub fn all(&self) -> [&dyn Subscriber; 1] {
        [&self.contests]
    }

    /// All of them, mutably.
    pub fn all_mut(&mut self) -> [&mut dyn Subscriber; 1] {
        [&mut self.contests]
    }

    /// Reads the stored pages of subscribers. Decisions are not needed for this, so both can be read at the
    /// same time.
    pub(super) fn read(bounds: &PageBounds, head: &Head, pages: &dyn Pages) -> Result<Stored, PageError> {
        Ok(Stored { contests: Contests::read(bounds, head, pages)? })
    }

    /// Restores the subscribers from what was read.
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
