//! Events that are looked at together: when one comes or is taken back, its dossiers change, and subscribers work out
//! again what may follow from it.

use crate::fold::entity::dossier_change::{GatheredEvent, read_change};
use crate::fold::shard::Shard;
use crate::types::pages::{PageError, Pages};

impl Shard {
    /// Puts an event into its dossiers, or says what takes it back now, and tells every subscriber.
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

    /// Puts an old event into its dossiers for a backfill that has read it.
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
