//! The permit to replay. There is only one, because a replay uses as much memory as the read model.

use std::sync::Arc;

use longhu_proto::status::refusal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::{Code, Status};

/// Holds the one permit.
#[derive(Clone)]
pub struct ReplayPermit(Arc<Semaphore>);

impl Default for ReplayPermit {
    fn default() -> ReplayPermit {
        ReplayPermit(Arc::new(Semaphore::new(1)))
    }
}

impl ReplayPermit {
    /// Takes the permit. It is returned when the returned value is dropped.
    ///
    /// # Errors
    /// FAILED_PRECONDITION with REFOLD_RUNNING if the permit is taken.
    pub fn take(&self) -> Result<OwnedSemaphorePermit, Status> {
        self.0.clone().try_acquire_owned().map_err(|_| {
            let message = "the log is being folded once more already, for a verify or for standings as then known, \
                           and a server does that for one at a time; ask again when it has ended";
            refusal(Code::FailedPrecondition, "REFOLD_RUNNING", message)
        })
    }
}
