//! What queries see: the shard behind a lock, and the position that was published last. Readers share the lock; only
//! the fold's thread writes, a bounded number of events at a time, and leaves ranks and digests settled.

use std::sync::Arc;
use std::time::Duration;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_log::Hash;
use parking_lot::{RwLock, RwLockReadGuard};
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

/// The shard and what was published of it.
pub struct Projection {
    shard: RwLock<Shard>,
    published: watch::Sender<Published>,
    bank: String,
    cold: Arc<Cold>,
}

impl Projection {
    pub(crate) fn new(bank: &str, shard: Shard, published: Published, cold: Arc<Cold>) -> Projection {
        Projection {
            shard: RwLock::new(shard),
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
    pub fn read(&self) -> RwLockReadGuard<'_, Shard> {
        self.shard.read()
    }

    /// The pages behind the shard.
    pub(crate) fn cold(&self) -> &Arc<Cold> {
        &self.cold
    }

    /// Changes the shard and publishes how far it came.
    pub(crate) fn write<T>(
        &self,
        change: impl FnOnce(&mut Shard) -> T,
        published: impl FnOnce(&Shard, &T) -> Published,
    ) -> T {
        let mut shard = self.shard.write();
        let result = change(&mut shard);
        let published = published(&shard, &result);
        drop(shard);
        self.published.send_replace(published);
        result
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
