//! Reversals that arrived before their originals. Each waits under the number or id of its original and has
//! no effect until that arrives. All of them are in memory, about 220 bytes each.

use std::collections::BTreeSet;
use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::fold::journal::reversal_part::{ReversalPart, Target};
use crate::types::damage::Damage;
use crate::types::ids::SourceId;
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{DirtyPages, PageError, Pages, decode};
use crate::types::prefix::Prefix;

type Original = (SourceId, Target);

/// Reversals whose originals have not arrived.
#[derive(Clone, Debug, Default)]
pub struct PendingReversals {
    reversal_parts: FxHashMap<Original, Vec<ReversalPart>>,
    count: u64,
    dirty: BTreeSet<u8>,
}

impl PendingReversals {
    /// How many wait.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Adds a reversal that waits for its original.
    pub fn add(&mut self, source: SourceId, target: Target, reversal_part: ReversalPart) {
        let original = (source, target);
        self.dirty.insert(bucket(&original));
        // Nearly always there is just one.
        self.reversal_parts.entry(original).or_insert_with(|| Vec::with_capacity(1)).push(reversal_part);
        self.count += 1;
    }

    /// Removes and returns the reversals that waited for an event that has arrived, in log order.
    pub fn take(&mut self, source: SourceId, target: impl FnOnce() -> Target) -> Vec<ReversalPart> {
        if self.reversal_parts.is_empty() {
            return Vec::new();
        }
        let original = (source, target());
        let Some(reversal_parts) = self.reversal_parts.remove(&original) else { return Vec::new() };
        self.dirty.insert(bucket(&original));
        self.count -= reversal_parts.len() as u64;
        reversal_parts
    }

    /// Adds what changed to the pages of a checkpoint.
    pub fn take_dirty(&mut self, pages: &mut DirtyPages) {
        for dirty in std::mem::take(&mut self.dirty) {
            let mut content: Vec<(&Original, &Vec<ReversalPart>)> =
                self.reversal_parts.iter().filter(|(original, _)| bucket(original) == dirty).collect();
            content.sort_unstable_by_key(|(original, _)| *original);
            let page = (!content.is_empty()).then(|| postcard::to_allocvec(&content).ok()).flatten();
            pages.push((Prefix::PendingReversals.key(&[dirty]), page));
        }
    }

    /// Restores the waiting reversals from the stored pages.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(limits: &PageBounds, pages: &dyn Pages) -> Result<PendingReversals, PageError> {
        let mut pending = PendingReversals::default();
        for (key, page) in pages.scan(Prefix::PendingReversals.bytes())? {
            let damaged = |reason: Damage| PageError::damaged(&key, reason);
            let content: Vec<(Original, Vec<ReversalPart>)> = decode(&key, &page)?;
            for (original, reversal_parts) in content {
                limits.source(original.0).map_err(damaged)?;
                reversal_parts
                    .iter()
                    .try_for_each(|reversal_part| reversal_part.check(limits))
                    .map_err(damaged)?;
                // A reversal in the wrong page would not be removed from it when its original arrives.
                let is_own = key == Prefix::PendingReversals.key(&[bucket(&original)]);
                pending.count += reversal_parts.len() as u64;
                if !is_own || pending.reversal_parts.insert(original, reversal_parts).is_some() {
                    return Err(damaged(
                        "it has an original that belongs in another page, or one twice".into(),
                    ));
                }
            }
        }
        Ok(pending)
    }
}

fn bucket(original: &Original) -> u8 {
    (FxBuildHasher.hash_one(original) >> 32) as u8
}
