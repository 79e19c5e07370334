//! All states of one contest in a shard: the one that is served, the one that is computed from the log to
//! replace it, and the result once the contest is sealed.

use crate::Position;
use crate::fold::backfill::Backfill;
use crate::fold::contest::late_difference::difference;
use crate::fold::contest::state::ContestState;
use crate::fold::entity::balance_reports::Holds;
use crate::fold::entity::dossier_change::DossierChange;
use crate::fold::entity::reported_days::DaysChange;
use crate::fold::placement::context::Context;
use crate::fold::placement::places::Places;
use crate::fold::result::late::{LateAbout, LateEntry};
use crate::fold::result::sealed::Sealed;
use crate::fold::subscriber::GroupChange;
use crate::types::pages::PageError;

/// The states of a contest.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// What queries see, unless the contest is sealed. It is kept up to date after the seal, to list entries
    /// that would have changed the result.
    pub live: Option<ContestState>,
    /// The state that will replace it, and how far that has been read from the log.
    pub next: Option<(ContestState, Backfill)>,
    /// The result.
    pub sealed: Option<Sealed>,
}

impl Slot {
    /// Both states; for the second also how far it has been read from the log.
    pub(crate) fn states(&mut self) -> impl Iterator<Item = (&mut ContestState, Option<Backfill>)> {
        let next = self.next.as_mut().map(|(state, backfill)| (state, Some(*backfill)));
        self.live.as_mut().map(|state| (state, None)).into_iter().chain(next)
    }

    /// Updates the credits of a dossier in every state that contains the event which arrived or was reversed.
    pub(crate) fn dossier_changed(
        &mut self,
        change: DossierChange,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError> {
        let before = self.live.as_ref().filter(|_| self.sealed.is_some()).map(ContestState::known_days);
        for (state, backfill) in self.states() {
            let has = |at: Position| backfill.is_none_or(|backfill| backfill.holds(at));
            if has(change.event.original) {
                let holds: Holds = if backfill.is_some() { Some(&has) } else { None };
                state.recredit(change, holds, context, places)?;
            }
        }
        let (Some(sealed), Some(live), Some(before)) = (&mut self.sealed, &self.live, before) else {
            return Ok(());
        };
        let days = DaysChange { before: &before, now: &live.known_days() };
        let changes = live.gathered_difference(change, days, context, places)?;
        // A report may change nothing except the number of days over which all averages are taken.
        if changes.is_some() || live.averages_differ(&before) {
            let fact = change.event.fact;
            let (id, kind) = (fact.id().into(), fact.kind(change.reading.codes()).as_ref().into());
            let about = LateAbout::Event { source: fact.source, id, kind };
            sealed.note(LateEntry::new(change.event.entry, about, changes.unwrap_or_default()));
        }
        Ok(())
    }

    /// Updates the credits of a group in every state that contains its original.
    pub(crate) fn group_changed(&mut self, change: &GroupChange, context: Context, places: &mut Places) {
        let GroupChange { original, entry, holders, was, is } = *change;
        if let (Some(sealed), Some(live)) = (&mut self.sealed, &self.live)
            && let Some(changes) = difference(live, holders, (was, is), context, places)
        {
            let (id, kind) = (is.event.id.as_ref().into(), is.event.kind.as_ref().into());
            let about = LateAbout::Event { source: is.source, id, kind };
            sealed.note(LateEntry::new(entry, about, changes));
        }
        for (state, backfill) in self.states() {
            if backfill.is_none_or(|backfill| backfill.holds(original)) {
                state.change(holders, was, is, context, places);
            }
        }
    }
}
