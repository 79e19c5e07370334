//! Updates dossiers when one of their events arrives or is reversed, and tells subscribers, who recompute
//! what depends on them.

use crate::fold::entity::dossier_change::{GatheredEvent, read_change};
use crate::fold::shard::Shard;
use crate::types::pages::{PageError, Pages};

impl Shard {
    /// Adds an event to its dossiers, or updates its reversals there, and tells every subscriber.
    pub(super) fn gather(&mut self, pages: &dyn Pages, event: &GatheredEvent) -> Result<(), PageError> {
        for id in event.dossiers.iter().copied() {
            let before = self.dossiers.put(pages, id, event.original, event.fact, event.reversal_parts)?;
            let (parts, subscribers) = self.split();
            let (codes, context, places) = (parts.journal.codes(), parts.context, parts.places);
            parts.dossiers.read(pages, id, |dossier| {
                read_change(id, event, before.as_deref(), dossier, codes, context, |change| {
                    let mut all = subscribers.all_mut().into_iter();
                    all.try_for_each(|subscriber| subscriber.dossier_changed(change, context, places))
                })
            })?;
        }
        Ok(())
    }

    /// Adds an old event that a backfill has read to its dossiers.
    pub(super) fn gather_for_backfill(
        &mut self,
        pages: &dyn Pages,
        backfill: &str,
        event: &GatheredEvent,
    ) -> Result<(), PageError> {
        for id in event.dossiers.iter().copied() {
            self.dossiers.put(pages, id, event.original, event.fact, event.reversal_parts)?;
            let (parts, subscribers) = self.split();
            let (codes, context, places) = (parts.journal.codes(), parts.context, parts.places);
            parts.dossiers.read(pages, id, |dossier| {
                read_change(id, event, None, dossier, codes, context, |change| {
                    let mut all = subscribers.all_mut().into_iter();
                    all.try_for_each(|one| one.backfill_dossier(backfill, change, context, places))
                })
            })?;
        }
        Ok(())
    }
}
