//! The read model for a verify. It is only read when the contest is not being backfilled, because before that
//! what is served is incomplete.

use std::time::Duration;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::Pages;
use tonic::Status;

use crate::input::shard_tasks::ShardTasks;
use crate::query::reader::{Needs, Reader};

/// The time between two checks whether a backfill has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What is served, for comparison.
#[derive(Clone)]
pub struct ReadModel {
    pub reader: Reader,
    pub tasks: ShardTasks,
}

impl ReadModel {
    /// The result of `look`, as soon as it finds something.
    ///
    /// # Errors
    /// Errors of `look` or the reader.
    pub async fn find<T: Send + 'static>(
        &self,
        look: impl Fn(&Shard) -> Result<Option<T>, Status> + Clone + Send + 'static,
    ) -> Result<T, Status> {
        loop {
            let look = look.clone();
            if let Some(found) = self.reader.work_out(Needs::Ranks, move |shard, _| look(shard)).await?? {
                return Ok(found);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// The result of `look` on the fold's thread, with its position, as soon as the contest is not being
    /// backfilled.
    ///
    /// # Errors
    /// UNAVAILABLE if the fold's thread has ended.
    pub async fn when_served<T: Send + 'static>(
        &self,
        contest: &str,
        look: impl Fn(&mut Shard, &dyn Pages) -> T + Clone + Send + 'static,
    ) -> Result<(Position, T), Status> {
        loop {
            let (contest, look) = (contest.to_owned(), look.clone());
            let looked = self.tasks.run(move |shard, pages| {
                is_served(shard, &contest).then(|| (shard.head().position, look(shard, pages)))
            });
            if let Some(seen) = looked.await? {
                return Ok(seen);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Whether what is served of a contest is complete.
pub fn is_served(shard: &Shard, contest: &str) -> bool {
    shard.subscribers().contest(contest).is_some_and(|served| served.next.is_none())
}
