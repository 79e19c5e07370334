//! The shard behind its lock, and the position published last. Readers share the lock. Only the fold's thread
//! folds, a limited number of events at a time. Readers never see ranks or digests that are older than the
//! published position: while much of the log is left, the fold's thread does not settle them, and then the
//! first reader does.
//!
//! Queries do not use this directly; they go through `query/reader`.

use std::sync::Arc;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_log::Checkpoint;
use parking_lot::{MappedRwLockReadGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::watch;

use crate::fold::page_store::PageStore;

/// What was published last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The last entry folded.
    pub position: Position,
    /// The last batch that was folded whole, with its hashes.
    pub checkpoint: Checkpoint,
    /// How many times the log had been adopted by then.
    pub adoptions: u32,
    /// The number of batches that were waiting behind it when it was read.
    pub lag_batches: u64,
}

/// A shard, and whether its ranks and digests are up to date.
struct Folded {
    shard: Shard,
    is_settled: bool,
}

impl Folded {
    fn settle(&mut self) {
        if !self.is_settled {
            self.shard.settle();
            self.is_settled = true;
        }
    }
}

/// The shard and its published position.
pub struct Projection {
    folded: RwLock<Folded>,
    published: watch::Sender<Published>,
    bank: String,
    pages: Arc<PageStore>,
}

impl Projection {
    pub fn new(bank: &str, shard: Shard, published: Published, pages: Arc<PageStore>) -> Projection {
        Projection {
            folded: RwLock::new(Folded { shard, is_settled: true }),
            published: watch::Sender::new(published),
            bank: bank.to_owned(),
            pages,
        }
    }

    pub fn bank(&self) -> &str {
        &self.bank
    }

    /// The shard with its ranks and digests up to date. Waits for the lock; on a runtime's worker use
    /// [`Projection::try_read`]. Do not hold the guard across an await.
    pub fn read(&self) -> MappedRwLockReadGuard<'_, Shard> {
        let mut folded = self.folded.read();
        if !folded.is_settled {
            drop(folded);
            let mut behind = self.folded.write();
            behind.settle();
            folded = RwLockWriteGuard::downgrade(behind);
        }
        RwLockReadGuard::map(folded, |folded| &folded.shard)
    }

    /// The same as [`Projection::read`], but only if it need not wait: the lock is free for readers, and
    /// ranks are settled.
    pub fn try_read(&self) -> Option<MappedRwLockReadGuard<'_, Shard>> {
        let folded = self.folded.try_read().filter(|folded| folded.is_settled)?;
        Some(RwLockReadGuard::map(folded, |folded| &folded.shard))
    }

    /// The same as [`Projection::read_counts`], but only if the lock is free for readers.
    pub fn try_read_counts(&self) -> Option<MappedRwLockReadGuard<'_, Shard>> {
        Some(RwLockReadGuard::map(self.folded.try_read()?, |folded| &folded.shard))
    }

    /// The shard, for readers that only use counts and decisions: figures, ranks and digests of boards may be
    /// older. Waits for the lock.
    pub fn read_counts(&self) -> MappedRwLockReadGuard<'_, Shard> {
        RwLockReadGuard::map(self.folded.read(), |folded| &folded.shard)
    }

    pub fn pages(&self) -> &Arc<PageStore> {
        &self.pages
    }

    /// Folds into the shard and publishes how far it came. Without `settles`, ranks and digests are left to
    /// the first reader.
    pub fn fold<T>(
        &self,
        settles: bool,
        fold: impl FnOnce(&mut Shard) -> T,
        published: impl FnOnce(&Shard, &T) -> Published,
    ) -> T {
        let mut folded = self.folded.write();
        folded.is_settled = false;
        let result = fold(&mut folded.shard);
        if settles {
            folded.settle();
        }
        let published = published(&folded.shard, &result);
        drop(folded);
        self.published.send_replace(published);
        result
    }

    /// Runs a task on the settled shard, settles it again, and wakes everyone who follows what is published.
    pub fn run(&self, task: impl FnOnce(&mut Shard)) {
        let mut folded = self.folded.write();
        folded.settle();
        folded.is_settled = false;
        task(&mut folded.shard);
        folded.settle();
        drop(folded);
        self.published.send_modify(|_| {});
    }

    /// Hands over the pages that changed since the last call, for writing. The shard stays locked meanwhile:
    /// otherwise a page would for a moment be neither in the shard nor handed over, and could be read in an
    /// older state.
    pub fn hand_over(&self) {
        let mut folded = self.folded.write();
        self.pages.hand_over(folded.shard.take_dirty());
    }

    pub fn published(&self) -> Published {
        *self.published.borrow()
    }

    pub fn subscribe(&self) -> watch::Receiver<Published> {
        self.published.subscribe()
    }
}
