//! What the caller of a replay is told: how far it is, and why it ended early. A replay ends when its caller has gone.

use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::status::refusal;
use longhu_proto::wire::ops::v1 as ops;
use tokio::sync::mpsc;
use tonic::{Code, Status};

use crate::query::refusals::{chain, log_unavailable};
use crate::replay::log_replay::{LogReplay, Progress, ReplayError};

/// Between two messages of progress.
pub const TELL_EVERY: Duration = Duration::from_millis(200);

/// Where the answers of a verify go.
pub type VerifyAnswers = mpsc::Sender<Result<ops::VerifyResponse, Status>>;

/// How far the replay of a verify is, for the wire.
pub fn verify_progress(progress: Progress) -> ops::VerifyResponse {
    let (reading_again, reading_again_ppm) = progress.backfill.unwrap_or_default();
    let progress = ops::VerifyProgress {
        position: Some(position_to_wire(progress.position)),
        until: Some(position_to_wire(progress.until)),
        events: progress.events,
        reading_again,
        reading_again_ppm,
    };
    ops::VerifyResponse { step: Some(ops::verify_response::Step::Progress(progress)) }
}

/// Replays on through a position and tells the caller how far it is.
///
/// # Errors
/// What the log or the fold says; CANCELLED when the caller has gone.
pub async fn replay_through<T: Send>(
    replay: &mut LogReplay,
    until: Position,
    answers: &mpsc::Sender<Result<T, Status>>,
    to_wire: fn(Progress) -> T,
) -> Result<(), Status> {
    let mut told = Instant::now();
    let mut watch = |progress: Progress| {
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            // A message that finds the queue full is dropped: the next one says more.
            drop(answers.try_send(Ok(to_wire(progress))));
        }
        !answers.is_closed()
    };
    replay.through(until, &mut watch).await.map_err(refused)
}

/// What a caller is told of a replay that ended early.
pub fn refused(error: ReplayError) -> Status {
    match error {
        ReplayError::Unwanted => refusal(Code::Cancelled, "REFOLD_UNWANTED", error.to_string()),
        ReplayError::Read(_) => log_unavailable(&error),
        ReplayError::Fold(_) => refusal(Code::DataLoss, "ENTRY_UNREADABLE", chain(&error)),
    }
}
