//! The read model as a verify looks at it: only while no backfill of the contest is under way, since until then what is
//! served is not all that is to be served.

use std::time::Duration;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::Pages;
use tonic::Status;

use crate::input::shard_tasks::ShardTasks;
use crate::query::reader::{Needs, Reader};

/// Between two looks whether a backfill has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What is served, for comparing it.
#[derive(Clone)]
pub struct ReadModel {
    pub reader: Reader,
    pub tasks: ShardTasks,
}

impl ReadModel {
    /// What `look` finds, as soon as it finds something.
    ///
    /// # Errors
    /// What `look` or the reader says.
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

    /// What `look` sees on the fold's thread with its position, as soon as the contest has no backfill under way.
    ///
    /// # Errors
    /// UNAVAILABLE when the fold's thread has ended.
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

/// Whether what is served of a contest is all that is to be served of it.
pub fn is_served(shard: &Shard, contest: &str) -> bool {
    shard.contest(contest).is_some_and(|served| served.next.is_none())
}
