//! The turn of whoever has the log folded once more: one at a time, since a second fold takes as much memory as the read
//! model. It tells a caller how far his fold is, and ends it when he has gone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_log::LogError;
use longhu_proto::status::refusal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tonic::{Code, Status};

use crate::refold::{Progress, Refold, RefoldError};

/// Between two words of how far it is.
pub const TELL_EVERY: Duration = Duration::from_millis(200);

/// The one turn.
#[derive(Clone)]
pub struct Turn(Arc<Semaphore>);

impl Default for Turn {
    fn default() -> Turn {
        Turn(Arc::new(Semaphore::new(1)))
    }
}

impl Turn {
    /// Takes the turn; it is given back when what is returned is dropped.
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

/// Folds through a position and tells how far it is.
///
/// # Errors
/// What the log or the fold says; CANCELLED when nobody listens any more.
pub async fn fold_through<T: Send>(
    refold: &mut Refold,
    until: Position,
    answers: &mpsc::Sender<Result<T, Status>>,
    to_wire: fn(Progress) -> T,
) -> Result<(), Status> {
    let mut told = Instant::now();
    let mut watch = |progress: Progress| {
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            // One that does not fit is not missed: the next one says more.
            drop(answers.try_send(Ok(to_wire(progress))));
        }
        !answers.is_closed()
    };
    refold.through(until, &mut watch).await.map_err(refused)
}

/// What a caller is told of a fold that ended early.
pub fn refused(error: RefoldError) -> Status {
    match error {
        RefoldError::Unwanted => refusal(Code::Cancelled, "REFOLD_UNWANTED", error.to_string()),
        RefoldError::Read(_) => refusal(Code::Unavailable, "LOG_UNAVAILABLE", chain(&error)),
        RefoldError::Fold(_) => refusal(Code::DataLoss, "ENTRY_UNREADABLE", chain(&error)),
    }
}

/// What a caller is told of a log that does not answer.
pub fn unavailable(error: &LogError) -> Status {
    refusal(Code::Unavailable, "LOG_UNAVAILABLE", chain(error))
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
