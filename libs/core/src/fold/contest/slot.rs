//! What a shard holds of one contest: the state that is served, the one that is computed from the log to take its place,
//! and the result once it is sealed.

use crate::fold::contest::backfill::Backfill;
use crate::fold::contest::gather::Gathering;
use crate::fold::contest::recredit::Change;
use crate::fold::contest::state::ContestState;
use crate::fold::credit::group::Group;
use crate::fold::entity::balance_reports::Holds;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::fold::placement::places::Places;
use crate::fold::result::late::{LateAbout, LateEntry, difference};
use crate::fold::result::sealed::Sealed;
use crate::types::ids::CodeId;
use crate::types::names::Names;
use crate::types::pages::PageError;
use crate::{Position, Time};

/// A contest's states.
#[derive(Clone, Debug, Default)]
pub struct Served {
    /// What queries see, unless it is sealed. It goes on after the seal, so that what would have changed can be told.
    pub live: Option<ContestState>,
    /// What will replace it.
    pub next: Option<(ContestState, Backfill)>,
    /// The result.
    pub sealed: Option<Sealed>,
}

impl Served {
    /// Both states, with how far the second has been read from the log.
    pub(crate) fn states(&mut self) -> impl Iterator<Item = (&mut ContestState, Option<Backfill>)> {
        let next = self.next.as_mut().map(|(state, backfill)| (state, Some(*backfill)));
        self.live.as_mut().map(|state| (state, None)).into_iter().chain(next)
    }

    /// Works a dossier out again, in every state that has the event whose coming or taking back changed it.
    pub(crate) fn regather(
        &mut self,
        change: Change,
        gathering: &Gathering,
        codes: &Names<CodeId>,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError> {
        let before = self.live.as_ref().filter(|_| self.sealed.is_some()).map(ContestState::known_days);
        for (state, backfill) in self.states() {
            let has = |at: Position| backfill.is_none_or(|backfill| backfill.holds(at));
            if has(gathering.original) {
                let holds: Holds = if backfill.is_some() { Some(&has) } else { None };
                state.regather(change, holds, context, places)?;
            }
        }
        let (Some(sealed), Some(live), Some(before)) = (&mut self.sealed, &self.live, before) else {
            return Ok(());
        };
        let now = live.known_days();
        let changes = live.gathered_difference(change, (&before, &now), context, places)?;
        // A report may change nothing but for how many days the averages of all are known.
        if changes.is_some() || live.averages_differ(&before) {
            let fact = gathering.fact;
            let (id, kind) = (fact.id().into(), fact.kind(codes).as_ref().into());
            let about = LateAbout::Event { source: fact.source, id, kind };
            let (position, recorded) = gathering.entry;
            let changes = changes.unwrap_or_default();
            sealed.note(LateEntry { position, recorded, about, changes });
        }
        Ok(())
    }

    /// Works a group out again, in every state that has its original. `entry` is what changed the group.
    pub(crate) fn change(
        &mut self,
        original: Position,
        entry: (Position, Time),
        holders: Holders,
        (was, is): (Option<Group>, Group),
        context: Context,
        places: &mut Places,
    ) {
        if let (Some(sealed), Some(live)) = (&mut self.sealed, &self.live)
            && let Some(changes) = difference(live, holders, (was, is), context, places)
        {
            let (id, kind) = (is.event.id.as_ref().into(), is.event.kind.as_ref().into());
            let about = LateAbout::Event { source: is.source, id, kind };
            sealed.note(LateEntry { position: entry.0, recorded: entry.1, about, changes });
        }
        for (state, backfill) in self.states() {
            if backfill.is_none_or(|backfill| backfill.holds(original)) {
                state.change(holders, was, is, context, places);
            }
        }
    }
}
