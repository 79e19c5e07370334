//! Reporting to the caller of a replay: its progress, and why it ended early. A replay ends if its caller has
//! gone.

use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::status::refusal;
use longhu_proto::wire::ops::v1 as ops;
use tokio::sync::mpsc;
use tonic::{Code, Status};

use crate::query::refusals::{chain, log_unavailable};
use crate::replay::log_replay::{LogReplay, Progress, ReplayError};

/// The time between two progress messages.
pub const TELL_EVERY: Duration = Duration::from_millis(200);

/// The channel for the answers of a verify.
pub type VerifyAnswers = mpsc::Sender<Result<ops::VerifyResponse, Status>>;

/// The progress of the replay of a verify, for the wire.
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

/// Continues a replay up to and including a position, and reports its progress.
///
/// # Errors
/// Errors of the log or the fold; CANCELLED if the caller has gone.
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
            // If the queue is full, the message is dropped; the next one replaces it.
            drop(answers.try_send(Ok(to_wire(progress))));
        }
        !answers.is_closed()
    };
    replay.through(until, &mut watch).await.map_err(refused)
}

/// The refusal for a replay that ended early.
pub fn refused(error: ReplayError) -> Status {
    match error {
        ReplayError::Unwanted => refusal(Code::Cancelled, "REFOLD_UNWANTED", error.to_string()),
        ReplayError::Read(_) => log_unavailable(&error),
        ReplayError::Fold(_) => refusal(Code::DataLoss, "ENTRY_UNREADABLE", chain(&error)),
    }
}
