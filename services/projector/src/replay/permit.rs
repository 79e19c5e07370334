//! The permit to replay. There is one, since a replay takes as much memory as the read model.

use std::sync::Arc;

use longhu_proto::status::refusal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::{Code, Status};

/// Where the one permit is had.
#[derive(Clone)]
pub struct ReplayPermit(Arc<Semaphore>);

impl Default for ReplayPermit {
    fn default() -> ReplayPermit {
        ReplayPermit(Arc::new(Semaphore::new(1)))
    }
}

impl ReplayPermit {
    /// Takes the permit; it is given back when what is returned is dropped.
    ///
    /// # Errors
    /// FAILED_PRECONDITION with REFOLD_RUNNING while somebody else has it.
    pub fn take(&self) -> Result<OwnedSemaphorePermit, Status> {
        self.0.clone().try_acquire_owned().map_err(|_| {
            let message = "the log is being folded once more already, for a verify or for standings as then known, \
                           and a server does that for one at a time; ask again when it has ended";
            refusal(Code::FailedPrecondition, "REFOLD_RUNNING", message)
        })
    }
}
