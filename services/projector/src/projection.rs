//! What queries see: the shard behind a lock, and the position that was published last. Readers share the lock; only
//! the fold's thread folds, a bounded number of events at a time. Nobody sees ranks or digests that are behind what is
//! published: where the fold's thread left them so, whoever reads first brings them up to date.

use std::sync::Arc;
use std::time::Duration;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_log::Hash;
use parking_lot::{MappedRwLockReadGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::watch;
use tonic::{Code, Status};

use crate::cold::Cold;

/// How long a query waits for a position.
pub const WAIT_MAX: Duration = Duration::from_secs(10);

/// What was published last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The last entry folded.
    pub position: Position,
    /// The running hash of the log through its batch.
    pub running_hash: Hash,
    /// Batches that were waiting behind it when it was read.
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

/// The shard and what was published of it.
pub struct Projection {
    folded: RwLock<Folded>,
    published: watch::Sender<Published>,
    bank: String,
    cold: Arc<Cold>,
}

impl Projection {
    pub(crate) fn new(bank: &str, shard: Shard, published: Published, cold: Arc<Cold>) -> Projection {
        Projection {
            folded: RwLock::new(Folded { shard, is_settled: true }),
            published: watch::Sender::new(published),
            bank: bank.to_owned(),
            cold,
        }
    }

    /// The bank whose log is folded.
    pub fn bank(&self) -> &str {
        &self.bank
    }

    /// The shard, to read from; do not hold it across an await.
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

    /// The shard as far as it is folded, for whoever looks at counts and decisions: values, ranks and digests of boards may
    /// be those of some time before.
    pub fn read_counts(&self) -> MappedRwLockReadGuard<'_, Shard> {
        RwLockReadGuard::map(self.folded.read(), |folded| &folded.shard)
    }

    /// The pages behind the shard.
    pub(crate) fn cold(&self) -> &Arc<Cold> {
        &self.cold
    }

    /// Folds into the shard and publishes how far it came. Unless it `settles`, ranks and digests are left to whoever reads
    /// first.
    pub(crate) fn fold<T>(
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

    /// Has something done with the shard, which finds it settled and leaves it so, and tells those who follow.
    pub(crate) fn order(&self, order: impl FnOnce(&mut Shard)) {
        let mut folded = self.folded.write();
        folded.settle();
        folded.is_settled = false;
        order(&mut folded.shard);
        folded.settle();
        drop(folded);
        self.published.send_modify(|_| {});
    }

    /// Hands over for writing what changed since the last call. The shard stays locked until that is done: a page that it has
    /// let go of and that is not handed over yet would be read as it was before.
    pub(crate) fn hand_over(&self) {
        let mut folded = self.folded.write();
        self.cold.hand_over(folded.shard.take_dirty());
    }

    /// What was published last.
    pub fn published(&self) -> Published {
        *self.published.borrow()
    }

    /// Follows what is published.
    pub fn subscribe(&self) -> watch::Receiver<Published> {
        self.published.subscribe()
    }

    /// Waits until at least `position` is published.
    ///
    /// # Errors
    /// UNAVAILABLE with POSITION_NOT_REACHED after [`WAIT_MAX`].
    pub async fn wait_for(&self, position: Position) -> Result<(), Status> {
        let mut published = self.published.subscribe();
        let reached = published.wait_for(|published| published.position >= position);
        match tokio::time::timeout(WAIT_MAX, reached).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => {
                let at = self.published().position;
                let message = format!(
                    "position {position} was not folded in time, the projector is at {at}; ask again"
                );
                let after = Duration::from_millis(500);
                Err(longhu_proto::status::retry_later(
                    Code::Unavailable,
                    "POSITION_NOT_REACHED",
                    message,
                    after,
                ))
            }
        }
    }
}
