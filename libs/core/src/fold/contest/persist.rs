//! What is stored of contests at a checkpoint, and how it is restored. Boards, ranks and digests are not
//! stored, because they follow from the leaves.

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::contest::compiled::Rules;
use crate::fold::backfill::Backfill;
use crate::fold::contest::contests::{Contests, Retired};
use crate::fold::contest::slot::Slot;
use crate::fold::contest::state::ContestState;
use crate::fold::entity::reported_days::Reported;
use crate::fold::head::Head;
use crate::fold::ledger::contest_bounds::of_contest;
use crate::fold::ledger::leaf::Leaves;
use crate::fold::placement::context::Context;
use crate::fold::placement::places::Places;
use crate::fold::result::sealed::Sealed;
use crate::types::damage::Damage;
use crate::types::ids::Generation;
use crate::types::page_bounds::{PageBounds, count};
use crate::types::pages::{DirtyPages, PageError, Pages, check, decode};
use crate::types::prefix::Prefix;

/// The stored description of a computation.
#[derive(Serialize, Deserialize)]
struct Meta {
    contest: Contest,
    revision: u64,
    generation: Generation,
    backfill: Option<Backfill>,
    late: u64,
    reported: Reported,
}

impl Meta {
    /// Refuses values that a valid page with that key cannot contain.
    fn check(&self, key: &[u8], head: &Head) -> Result<(), Damage> {
        if key != meta_key(&self.contest.id, self.generation) {
            return Err("it is the page of another contest or computation".into());
        }
        self.contest.sound()?;
        check(self.generation.get(), head.generation.index() + 1, "computation")?;
        count(self.late, "late entries")?;
        self.backfill.map_or(Ok(()), |backfill| backfill.check(head.position))
    }
}

/// A computation as it was read from the pages.
pub(crate) struct Computation {
    key: Vec<u8>,
    meta: Meta,
    leaves: Leaves,
}

impl Contests {
    /// Adds what changed to the pages of a checkpoint.
    pub(crate) fn write(&mut self, bounds: &PageBounds, pages: &mut DirtyPages) {
        for Retired { contest, generation, leaves } in self.retired.drain(..) {
            pages.push((meta_key(&contest, generation), None));
            leaves.forget(&leaf_prefixes(&contest, generation), pages);
        }
        for (id, slot) in &mut self.slots {
            for (state, backfill) in slot.states() {
                let (contest, revision, generation) =
                    ((*state.contest).clone(), state.revision, state.generation);
                let (late, reported) = (state.late, state.reported.clone());
                let meta = Meta { contest, revision, generation, backfill, late, reported };
                pages.push((meta_key(id, generation), postcard::to_allocvec(&meta).ok()));
                state.leaves.take_dirty(&leaf_prefixes(id, generation), pages);
            }
            if let Some(sealed) = &mut slot.sealed {
                sealed.take_dirty(bounds, pages);
            }
        }
    }

    /// Reads the leaves of every contest. Decisions are not needed for this, so both can be read at the same
    /// time.
    pub(crate) fn read(
        bounds: &PageBounds,
        head: &Head,
        pages: &dyn Pages,
    ) -> Result<Vec<Computation>, PageError> {
        let read = |(key, page): (Vec<u8>, Vec<u8>)| {
            let damaged = |damage: Damage| PageError::damaged(&key, damage);
            let meta: Meta = decode(&key, &page)?;
            meta.check(&key, head).map_err(damaged)?;
            let bounds = of_contest(&meta.contest, *bounds);
            meta.reported.check(&bounds).map_err(damaged)?;
            let prefixes = leaf_prefixes(&meta.contest.id, meta.generation);
            let leaves = Leaves::restore(&bounds, &Rules::kept_apart(&meta.contest), &prefixes, pages)?;
            Ok(Computation { key, meta, leaves })
        };
        pages.scan(Prefix::Contest.bytes())?.into_iter().map(read).collect()
    }

    /// Restores the contests from these computations, and their results.
    pub(crate) fn restore(
        computations: Vec<Computation>,
        bounds: &PageBounds,
        pages: &dyn Pages,
        context: Context,
        places: &Places,
    ) -> Result<Contests, PageError> {
        let mut contests = Contests::default();
        for computation in computations {
            contests.resume(computation, context, places)?;
        }
        for sealed in Sealed::restore(bounds, pages, context.participants, context.sources)? {
            let slot = contests.slots.entry(sealed.contest.id.clone()).or_default();
            slot.sealed = Some(sealed);
        }
        Ok(contests)
    }

    /// Resumes a computation of a contest.
    fn resume(
        &mut self,
        computation: Computation,
        context: Context,
        places: &Places,
    ) -> Result<(), PageError> {
        let Computation { key, meta, leaves } = computation;
        let Meta { contest, revision, generation, backfill, late, reported } = meta;
        let kept = (leaves, reported);
        let mut state = ContestState::with_leaves(&contest, revision, generation, kept, context, places);
        state.late = late;
        let slot: &mut Slot = self.slots.entry(contest.id).or_default();
        let is_second = match backfill {
            None => slot.live.replace(state).is_some(),
            Some(backfill) => slot.next.replace((state, backfill)).is_some(),
        };
        match is_second {
            false => Ok(()),
            true => Err(PageError::damaged(&key, "the contest has two computations of one kind")),
        }
    }
}

fn meta_key(id: &str, generation: Generation) -> Vec<u8> {
    Prefix::Contest.named(id, &generation.get().to_be_bytes())
}

fn leaf_prefixes(id: &str, generation: Generation) -> [Vec<u8>; 2] {
    let generation = generation.get().to_be_bytes();
    [Prefix::Leaves.named(id, &generation), Prefix::Cells.named(id, &generation)]
}
