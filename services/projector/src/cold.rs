//! Pages as the fold sees them while a commit is under way: what was handed over for writing is read from there until
//! the store has it. Without this, a page that left memory could be read in an older state.

use std::collections::BTreeMap;
use std::sync::Arc;

use longhu_core::types::pages::{DirtyPages, PageError, Pages};
use longhu_store::Store;
use parking_lot::RwLock;

/// The store, and what is on its way there.
pub struct Cold {
    store: Store,
    /// In the order of their keys.
    pending: RwLock<Option<Arc<DirtyPages>>>,
}

impl Cold {
    /// Reads from, and commits to, a store.
    pub fn new(store: Store) -> Cold {
        Cold { store, pending: RwLock::new(None) }
    }

    /// Whether nothing is on its way: only then may pages be handed over.
    pub fn is_idle(&self) -> bool {
        self.pending.read().is_none()
    }

    /// Takes pages for the next commit. There is one commit at a time: see [`Cold::is_idle`].
    pub fn hand_over(&self, mut dirty: DirtyPages) {
        // Of two under one key the later one counts.
        dirty.reverse();
        dirty.sort_by(|(a, _), (b, _)| a.cmp(b));
        dirty.dedup_by(|(again, _), (key, _)| again == key);
        *self.pending.write() = Some(Arc::new(dirty));
    }

    /// Writes what was handed over, with its checkpoint.
    pub fn commit(&self, checkpoint: &[u8]) -> Result<(), longhu_store::Error> {
        let pending = self.pending.read().clone().unwrap_or_default();
        self.store.commit(&pending, checkpoint)?;
        *self.pending.write() = None;
        Ok(())
    }
}

impl Pages for Cold {
    fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
        if let Some(pending) = self.pending.read().as_ref()
            && let Ok(at) = pending.binary_search_by(|(own, _)| own.as_slice().cmp(key))
        {
            return Ok(pending[at].1.clone());
        }
        self.store.load(key)
    }

    fn scan(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, PageError> {
        let mut pages: BTreeMap<Vec<u8>, Option<Vec<u8>>> =
            self.store.scan(prefix)?.into_iter().map(|(key, page)| (key, Some(page))).collect();
        if let Some(pending) = self.pending.read().as_ref() {
            let first = pending.partition_point(|(key, _)| key.as_slice() < prefix);
            let own = pending[first..].iter().take_while(|(key, _)| key.starts_with(prefix));
            pages.extend(own.cloned());
        }
        Ok(pages.into_iter().filter_map(|(key, page)| Some((key, page?))).collect())
    }
}
