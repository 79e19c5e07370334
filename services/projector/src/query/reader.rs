//! The only way for queries to read the shard. No other module of `query`, `replay` or `api` knows the
//! projection's lock, so it could be replaced by immutable versions here.
//!
//! A query on a runtime's worker never waits for the lock. [`Reader::look`] first tries the lock. If it is
//! free, which is the usual case, the query runs where it is, at no extra cost. If the fold's thread has the
//! lock, the query moves to a thread that may wait; that costs little compared with waiting for up to a chunk
//! of events. Queries that take long themselves, such as sorting or copying a whole table or reading pages,
//! go to such a thread at once, with [`Reader::work_out`]. Both kinds are limited, each by its own number of
//! threads.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::Pages;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::status::{refusal, retry_later};
use longhu_proto::wire::event::v1::Position as WirePosition;
use parking_lot::MappedRwLockReadGuard;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tonic::{Code, Status};

use crate::fold::projection::{Projection, Published};

/// How long a query waits for a position.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// How many short queries may wait for the lock at once, each in a thread. Others wait for one of these
/// threads.
const WAITING_MAX: usize = 64;

/// Reads the shard.
#[derive(Clone)]
pub struct Reader {
    projection: Arc<Projection>,
    waiting: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

/// The shard at one position. Nothing is folded while this is held.
pub struct Snapshot<'a>(MappedRwLockReadGuard<'a, Shard>);

impl Deref for Snapshot<'_> {
    type Target = Shard;

    fn deref(&self) -> &Shard {
        &self.0
    }
}

/// Which parts of the shard a query needs.
#[derive(Clone, Copy)]
pub(crate) enum Needs {
    /// Ranks and digests of the shard's position. While much of the log is left, they may have to be settled
    /// first.
    Ranks,
    /// Counts and decisions only: ranks and digests may be older.
    Counts,
}

impl Reader {
    pub(crate) fn new(projection: Arc<Projection>) -> Reader {
        // More long queries than processors would only keep the fold from the lock for longer.
        let processors = std::thread::available_parallelism().map_or(2, |count| count.get().max(2));
        let (waiting, working) = (Semaphore::new(WAITING_MAX), Semaphore::new(processors));
        Reader { projection, waiting: Arc::new(waiting), working: Arc::new(working) }
    }

    /// The bank whose log is folded.
    pub fn bank(&self) -> &str {
        self.projection.bank()
    }

    /// What was published last.
    pub fn published(&self) -> Published {
        self.projection.published()
    }

    /// Follows what is published.
    pub fn subscribe(&self) -> watch::Receiver<Published> {
        self.projection.subscribe()
    }

    /// The shard with its ranks, for a thread that may wait. Never use it on a runtime's worker or across an
    /// await.
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot(self.projection.read())
    }

    /// A short query of the shard.
    ///
    /// # Errors
    /// INTERNAL with QUERY_FAILED if the query panics in another thread.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        needs: Needs,
        look: impl FnOnce(&Shard) -> T + Send + 'static,
    ) -> Result<T, Status> {
        if let Some(shard) = self.try_read(needs) {
            return Ok(look(&shard));
        }
        let permit = self.waiting.clone().acquire_owned().await.map_err(|_| failed())?;
        // The lock may have become free while this waited for the permit.
        if let Some(shard) = self.try_read(needs) {
            return Ok(look(&shard));
        }
        self.hop(needs, permit, move |shard, _| look(shard)).await
    }

    /// A query that takes long or reads pages. It always runs in a thread that may wait.
    ///
    /// # Errors
    /// The same as [`Reader::look`].
    pub(crate) async fn work_out<T: Send + 'static>(
        &self,
        needs: Needs,
        look: impl FnOnce(&Shard, &dyn Pages) -> T + Send + 'static,
    ) -> Result<T, Status> {
        let permit = self.working.clone().acquire_owned().await.map_err(|_| failed())?;
        self.hop(needs, permit, look).await
    }

    async fn hop<T: Send + 'static>(
        &self,
        needs: Needs,
        permit: OwnedSemaphorePermit,
        look: impl FnOnce(&Shard, &dyn Pages) -> T + Send + 'static,
    ) -> Result<T, Status> {
        let projection = self.projection.clone();
        let looking = tokio::task::spawn_blocking(move || {
            let shard = match needs {
                Needs::Ranks => projection.read(),
                Needs::Counts => projection.read_counts(),
            };
            let looked = look(&shard, &**projection.pages());
            drop((shard, permit));
            looked
        });
        looking.await.map_err(|_| failed())
    }

    fn try_read(&self, needs: Needs) -> Option<MappedRwLockReadGuard<'_, Shard>> {
        match needs {
            Needs::Ranks => self.projection.try_read(),
            Needs::Counts => self.projection.try_read_counts(),
        }
    }

    /// Waits until at least `position` is published.
    ///
    /// # Errors
    /// UNAVAILABLE with POSITION_NOT_REACHED after [`WAIT_MAX`].
    pub async fn wait_for(&self, position: Position) -> Result<(), Status> {
        let mut published = self.projection.subscribe();
        let reached = published.wait_for(|published| published.position >= position);
        match tokio::time::timeout(WAIT_MAX, reached).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(not_reached(position, self.published().position)),
        }
    }

    /// Waits for the position given in a request, if any.
    ///
    /// # Errors
    /// The same as [`Reader::wait_for`] and [`Reader::has_kept`].
    pub(crate) async fn reaches(&self, min_position: Option<WirePosition>) -> Result<(), Status> {
        let Some(token) = min_position else { return Ok(()) };
        self.has_kept(&token).await?;
        self.wait_for(position_from_wire(&token)).await?;
        // An adoption may be among what was waited for.
        self.has_kept(&token).await
    }

    /// Refuses a position that was given before the log was adopted without its entry.
    ///
    /// # Errors
    /// FAILED_PRECONDITION with POSITION_LOST.
    pub(crate) async fn has_kept(&self, token: &WirePosition) -> Result<(), Status> {
        if self.published().adoptions <= token.adoptions {
            return Ok(());
        }
        let (position, known) = (position_from_wire(token), token.adoptions);
        let lost = move |shard: &Shard| {
            let adoption = shard.register().lost_by(position, known)?;
            Some((adoption.value.lost_after, adoption.position, shard.register().adoption_count()))
        };
        match self.look(Needs::Counts, lost).await? {
            Some(loss) => Err(lost_position(position, loss)),
            None => Ok(()),
        }
    }
}

fn not_reached(position: Position, at: Position) -> Status {
    let message = format!("position {position} was not folded in time, the projector is at {at}; ask again");
    retry_later(Code::Unavailable, "POSITION_NOT_REACHED", message, Duration::from_millis(500))
}

/// The refusal of a position of a lost entry: with the end that the log had left, the adoption, and how many
/// there are.
fn lost_position(position: Position, (lost_after, adopted, adoptions): (Position, Position, u32)) -> Status {
    let message = format!(
        "position {position} was given before the log was adopted at {adopted} without what came after {lost_after}: its entry is lost. Send it again, and use the position that is answered then; positions of the log as it is now are written like {adopted}@{adoptions}"
    );
    refusal(Code::FailedPrecondition, "POSITION_LOST", message)
}

fn failed() -> Status {
    refusal(Code::Internal, "QUERY_FAILED", "the query ended unexpectedly")
}
