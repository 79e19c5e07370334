//! The pages of the read model as the fold sees them: the pages in the store, overlaid by those that were
//! handed over for writing and are not in the store yet. Without the overlay, a page that the shard has
//! evicted could be read in an older state.

use std::collections::BTreeMap;
use std::sync::Arc;

use longhu_core::types::pages::{DirtyPages, PageError, Pages};
use longhu_store::Store;
use parking_lot::RwLock;

/// The store, and the pages that are being written to it.
pub struct PageStore {
    store: Store,
    /// Sorted by key, each key once.
    pending: RwLock<Option<Arc<DirtyPages>>>,
}

impl PageStore {
    pub fn new(store: Store) -> PageStore {
        PageStore { store, pending: RwLock::new(None) }
    }

    /// Whether no commit is in progress. Only then may pages be handed over.
    pub fn is_idle(&self) -> bool {
        self.pending.read().is_none()
    }

    /// Takes pages for the next commit. There is only one commit at a time: see [`PageStore::is_idle`].
    pub fn hand_over(&self, mut dirty: DirtyPages) {
        // Of two pages with the same key, the later one counts.
        dirty.reverse();
        dirty.sort_by(|(a, _), (b, _)| a.cmp(b));
        dirty.dedup_by(|(again, _), (key, _)| again == key);
        *self.pending.write() = Some(Arc::new(dirty));
    }

    /// Writes what was handed over together with its checkpoint, and returns when it is durable.
    pub fn commit(&self, checkpoint: &[u8]) -> Result<(), longhu_store::Error> {
        let pending = self.pending.read().clone().unwrap_or_default();
        self.store.commit(&pending, checkpoint)?;
        *self.pending.write() = None;
        Ok(())
    }
}

impl Pages for PageStore {
    fn load(&self, key: &[u8]) -> Result<Option<Vec<u8>>, PageError> {
        if let Some(pending) = self.pending.read().as_ref()
            && let Ok(at) = pending.binary_search_by(|(own, _)| own.as_slice().cmp(key))
        {
            return Ok(pending[at].1.clone());
        }
        self.store.load(key)
    }

    fn scan(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, PageError> {
        // Pending pages are read first: if a commit ends in between, the store has them too, and nothing is
        // missed.
        let pending = self.pending.read().clone();
        let mut pages: BTreeMap<Vec<u8>, Option<Vec<u8>>> =
            self.store.scan(prefix)?.into_iter().map(|(key, page)| (key, Some(page))).collect();
        if let Some(pending) = pending {
            let first = pending.partition_point(|(key, _)| key.as_slice() < prefix);
            let own = pending[first..].iter().take_while(|(key, _)| key.starts_with(prefix));
            pages.extend(own.cloned());
        }
        Ok(pages.into_iter().filter_map(|(key, page)| Some((key, page?))).collect())
    }
}
