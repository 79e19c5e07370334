//! The way to the fold's thread for those who must ask the shard something that changes it, be it only its caches. The
//! thread alone writes the shard; orders wait in a bounded queue and are done between two chunks of events.

use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::Pages;
use longhu_proto::status::refusal;
use tokio::sync::{mpsc, oneshot};
use tonic::{Code, Status};

/// Orders that wait.
pub const QUEUE_ORDERS: usize = 16;

/// What the fold's thread is to do with the shard.
pub type Order = Box<dyn FnOnce(&mut Shard, &dyn Pages) + Send>;

/// Takes orders for the fold's thread.
#[derive(Clone)]
pub struct Desk(mpsc::Sender<Order>);

impl Desk {
    /// Puts orders into a queue.
    pub fn new(orders: mpsc::Sender<Order>) -> Desk {
        Desk(orders)
    }

    /// Has something done with the shard, and gives what came of it.
    ///
    /// # Errors
    /// UNAVAILABLE with PROJECTOR_ENDING when the fold's thread has ended.
    pub async fn ask<T: Send + 'static>(
        &self,
        what: impl FnOnce(&mut Shard, &dyn Pages) -> T + Send + 'static,
    ) -> Result<T, Status> {
        let (answer, answered) = oneshot::channel();
        let order: Order = Box::new(move |shard, pages| drop(answer.send(what(shard, pages))));
        self.0.send(order).await.map_err(|_| ending())?;
        answered.await.map_err(|_| ending())
    }
}

/// The refusal of a projector that ends.
pub fn ending() -> Status {
    refusal(Code::Unavailable, "PROJECTOR_ENDING", "the projector is ending; ask again when it runs")
}
