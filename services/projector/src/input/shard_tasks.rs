//! Tasks for the fold's thread. Only that thread writes to the shard, so whatever needs it mutably (a search
//! that loads pages into its caches, a preview, a requested backfill) sends a task. Tasks wait in a bounded
//! queue and run between two chunks of events.

use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::Pages;
use longhu_proto::status::refusal;
use tokio::sync::{mpsc, oneshot};
use tonic::{Code, Status};

/// How many tasks may wait.
const QUEUE_TASKS: usize = 16;

/// A function that the fold's thread calls with the shard.
pub type ShardTask = Box<dyn FnOnce(&mut Shard, &dyn Pages) + Send>;

/// Sends tasks to the fold's thread.
#[derive(Clone)]
pub struct ShardTasks(mpsc::Sender<ShardTask>);

impl ShardTasks {
    /// The sender, and the queue from which the fold's thread takes tasks.
    pub fn new() -> (ShardTasks, mpsc::Receiver<ShardTask>) {
        let (sender, tasks) = mpsc::channel(QUEUE_TASKS);
        (ShardTasks(sender), tasks)
    }

    /// Runs a task on the fold's thread and returns its result.
    ///
    /// # Errors
    /// UNAVAILABLE with PROJECTOR_ENDING if the fold's thread has ended.
    pub async fn run<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Shard, &dyn Pages) -> T + Send + 'static,
    ) -> Result<T, Status> {
        let (answer, answered) = oneshot::channel();
        let task: ShardTask = Box::new(move |shard, pages| drop(answer.send(task(shard, pages))));
        self.0.send(task).await.map_err(|_| ending())?;
        answered.await.map_err(|_| ending())
    }
}

/// The refusal of a projector that is ending.
pub fn ending() -> Status {
    refusal(Code::Unavailable, "PROJECTOR_ENDING", "the projector is ending; ask again when it runs")
}
