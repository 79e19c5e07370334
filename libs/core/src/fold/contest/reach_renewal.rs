//! Finding out when a participant reached its score. After a reversal, only the journal can tell.

use std::cmp::Ordering;

use crate::Position;
use crate::fold::backfill::Backfill;
use crate::fold::contest::state::ContestState;
use crate::fold::credit::original::Original;
use crate::fold::credit::reach::Reach;
use crate::fold::journal::chain::walk;
use crate::fold::subscriber::Parts;
use crate::types::ids::LeafId;
use crate::types::pages::{PageError, Pages};

impl ContestState {
    /// Computes from the journal when the doubted leaves reached their scores.
    pub(crate) fn renew_reach(
        &mut self,
        parts: &mut Parts,
        pages: &dyn Pages,
        backfill: Option<Backfill>,
    ) -> Result<(), PageError> {
        let mut doubted = std::mem::take(&mut self.doubted);
        doubted.sort_unstable();
        doubted.dedup();
        let holds = |at| backfill.is_none_or(|backfill| backfill.holds(at));
        for leaf in doubted {
            let reach = self.latest_reach(parts, pages, leaf, &holds)?;
            self.leaves.set_reach(leaf, reach);
        }
        Ok(())
    }

    /// When a leaf reached its score: the latest of the live credits that raised it, among the originals that
    /// the state contains.
    fn latest_reach(
        &self,
        parts: &mut Parts,
        pages: &dyn Pages,
        leaf: LeafId,
        holds: &dyn Fn(Position) -> bool,
    ) -> Result<Option<Reach>, PageError> {
        let (key, context, places) = (self.leaves.keys()[leaf.index()], parts.context, &mut *parts.places);
        let mut best: Option<Reach> = None;
        walk(parts.journal, pages, key.holder, &mut |journal, met| {
            if holds(met.position) {
                let original = Original::of(met.fact, met.reversal_parts, journal.codes(), context);
                let holders = original.holders(context.keys);
                self.credits(original.group(), &mut |credit| {
                    let is_own = self.leaf_of(holders, &credit, context, places) == Some(key);
                    let is_later = best.as_ref().is_none_or(|best| {
                        best.borrow().compare(&credit.reach, context.sources) == Ordering::Less
                    });
                    if is_own && credit.part.counted().points > 0 && is_later {
                        best = Some(credit.reach.to_owned());
                    }
                });
            }
            best.as_ref().map(|best| best.date)
        })?;
        Ok(best)
    }
}
