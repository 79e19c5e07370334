//! Pages as the fold sees them while a commit is under way: what was handed over for writing is read from there until
//! the store has it. Without this, a page that left memory could be read in an older state.

use std::collections::BTreeMap;
use std::sync::Arc;

use longhu_core::pages::{DirtyPages, PageError, Pages};
use longhu_store::Store;
use parking_lot::RwLock;

type PendingPages = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The store, and what is on its way there.
pub struct Cold {
    store: Store,
    pending: RwLock<Option<Arc<PendingPages>>>,
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
    pub fn hand_over(&self, dirty: DirtyPages) {
        *self.pending.write() = Some(Arc::new(dirty.into_iter().collect()));
    }

    /// Writes what was handed over, with its checkpoint.
    pub fn commit(&self, checkpoint: &[u8]) -> Result<(), longhu_store::Error> {
        let pending = self.pending.read().clone();
        let dirty =
            pending.iter().flat_map(|pages| pages.iter().map(|(k, v)| (k.clone(), v.clone()))).collect();
        self.store.commit(dirty, checkpoint)?;
        *self.pending.write() = None;
        Ok(())
    }
}

impl Pages for Cold {
    fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
        if let Some(page) = self.pending.read().as_ref().and_then(|pages| pages.get(key)) {
            return Ok(page.clone());
        }
        self.store.load(key)
    }

    fn scan(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, PageError> {
        let mut pages: PendingPages =
            self.store.scan(prefix)?.into_iter().map(|(key, page)| (key, Some(page))).collect();
        if let Some(pending) = self.pending.read().as_ref() {
            let own = pending.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix));
            pages.extend(own.map(|(key, page)| (key.clone(), page.clone())));
        }
        Ok(pages.into_iter().filter_map(|(key, page)| Some((key, page?))).collect())
    }
}
