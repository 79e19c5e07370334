//! What a change of the organisation does to events that were already counted: participants whose placement
//! may have changed lose their credits and receive them again from the journal, entry by entry, each by its
//! own business date. The log is not read, and other participants are not touched.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::Position;
use crate::fold::credit::original::Original;
use crate::fold::entity::dossiers::id::DossierId;
use crate::fold::entity::dossiers::reading::Reading;
use crate::fold::journal::chain::walk;
use crate::fold::placement::moved::Moved;
use crate::fold::shard::Shard;
use crate::fold::subscriber::NamedGroup;
use crate::register::OrganisationChange;
use crate::types::entry::Entry;
use crate::types::ids::HolderId;
use crate::types::pages::{PageError, Pages};

impl Shard {
    /// Updates every subscriber after a change of the organisation.
    pub(super) fn reorganise(
        &mut self,
        pages: &dyn Pages,
        entry: Entry,
        changes: &[OrganisationChange],
    ) -> Result<(), PageError> {
        let mut moved = Moved::of_changes(changes, self.register.organisation(), &mut self.participants);
        let (parts, subscribers) = self.split();
        for subscriber in subscribers.all_mut() {
            subscriber.reorganising(parts.context);
        }
        let moves_units = changes.iter().any(|change| matches!(change, OrganisationChange::Unit(_)));
        parts.places.forget((!moves_units).then(|| moved.people()).as_ref());
        moved.find_places(parts.places);
        let mut holders = BTreeSet::new();
        for subscriber in subscribers.all() {
            subscriber.find_moved(&moved, &mut holders);
        }
        for subscriber in subscribers.all_mut() {
            subscriber.take_back(&holders);
        }
        for holder in holders {
            self.give_again(pages, holder)?;
        }
        let (mut parts, subscribers) = self.split();
        for subscriber in subscribers.all_mut() {
            subscriber.reorganised(changes, entry, &mut parts);
        }
        Ok(())
    }

    fn give_again(&mut self, pages: &dyn Pages, holder: HolderId) -> Result<(), PageError> {
        let (parts, subscribers) = self.split();
        let (context, places, gathered) = (parts.context, parts.places, parts.gathered);
        let mut seen: FxHashSet<Position> = FxHashSet::default();
        let mut dossiers = BTreeSet::new();
        walk(parts.journal, pages, holder, &mut |journal, met| {
            if !seen.insert(met.position) {
                return None;
            }
            let original = Original::of(met.fact, met.reversal_parts, journal.codes(), context);
            let named = NamedGroup { holders: original.holders(context.keys), group: original.group() };
            for subscriber in subscribers.all_mut() {
                subscriber.give_group_again(holder, met.position, named, context, places);
            }
            dossiers.extend(gathered.find_dossiers(original.event(), context.keys));
            None
        })?;
        for id in dossiers {
            self.give_dossier_again(pages, holder, id)?;
        }
        Ok(())
    }

    fn give_dossier_again(
        &mut self,
        pages: &dyn Pages,
        holder: HolderId,
        id: DossierId,
    ) -> Result<(), PageError> {
        let (parts, subscribers) = self.split();
        let (codes, context, places) = (parts.journal.codes(), parts.context, parts.places);
        parts.dossiers.read(pages, id, |dossier| {
            let reading = Reading::new(dossier, codes, context);
            let mut all = subscribers.all_mut().into_iter();
            all.try_for_each(|subscriber| {
                subscriber.give_dossier_again(holder, id, &reading, context, places)
            })
        })
    }
}
