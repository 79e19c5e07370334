//! Checks that the stream is still the one that was read before. This is done at every opening and after
//! every reconnect, before anything is read. It never repairs anything.

use super::entry::{Checkpoint, ReadOptions};
use super::error::{Contradiction, ReadError};
use super::source::Source;
use crate::error::LogError;
use crate::stream::{Log, LogStatus};
use std::time::Duration;

/// The pause before NATS is asked again.
const PAUSE: Duration = Duration::from_millis(100);
/// How long all requests together may take at first. A request that was lost with a dying server is never
/// answered, so it is soon repeated. The time doubles with each attempt, in case the server is only slow.
const PATIENCE_MIN: Duration = Duration::from_secs(1);

/// The sequence at which a bounded reader ends. For a reader of one subject, its last batch up to that
/// sequence, if known.
pub(super) async fn end_of(log: &Log, options: &ReadOptions) -> Result<Option<u64>, ReadError> {
    let Some(until) = options.until else { return Ok(None) };
    loop {
        match ask_for_end(log, options, until).await {
            Err(error) if error.is_retriable() => tokio::time::sleep(PAUSE).await,
            Err(error) => return Err(refused(error, 0)),
            Ok(end) => return end.map(Some),
        }
    }
}

async fn ask_for_end(
    log: &Log,
    options: &ReadOptions,
    until: u64,
) -> Result<Result<u64, ReadError>, LogError> {
    let last_sequence = log.status().await?.last_sequence;
    if until > last_sequence {
        return Ok(Err(ReadError::PastEnd { until, last_sequence }));
    }
    let Some(subject) = &options.subject else { return Ok(Ok(until)) };
    let last = log.last_on(subject).await?.map_or(0, |last| last.sequence);
    Ok(Ok(until.min(last)))
}

/// A source of what follows the cursor, after checking that the stream is the one to which the cursor
/// belongs. Waits while NATS does not answer.
pub(super) async fn verified_source(
    log: &Log,
    options: &ReadOptions,
    cursor: &Checkpoint,
    proven: bool,
) -> Result<Source, ReadError> {
    let mut patience = PATIENCE_MIN.min(log.config().ack_timeout);
    loop {
        let connection = log.link().wait_for(|link| link.connected).await.map(|link| link.generation);
        if let Ok(generation) = connection {
            let asking = try_source(log, options, cursor, proven, generation);
            match tokio::time::timeout(patience, asking).await {
                Ok(Ok(Some(source))) => return Ok(source),
                Ok(Err(error)) => return Err(error),
                Ok(Ok(None)) | Err(_) => patience = (patience * 2).min(log.config().ack_timeout * 4),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Returns `None` if NATS did not answer.
async fn try_source(
    log: &Log,
    options: &ReadOptions,
    cursor: &Checkpoint,
    proven: bool,
    generation: u64,
) -> Result<Option<Source>, ReadError> {
    let checked = match log.status().await {
        Ok(status) => verify(log, &status, cursor, proven).await,
        Err(error) => Err(Trouble::Log(error)),
    };
    let made = match checked {
        Ok(()) => {
            let made = Source::after(log, options.subject.as_deref(), cursor.sequence, generation).await;
            made.map_err(Trouble::Log)
        }
        Err(trouble) => Err(trouble),
    };
    match made {
        Ok(source) => Ok(Some(source)),
        Err(Trouble::Log(error)) if error.is_retriable() => {
            tracing::debug!(%error, "the log does not answer yet");
            Ok(None)
        }
        Err(Trouble::Log(error)) => Err(refused(error, cursor.sequence)),
        Err(Trouble::Stop(error)) => Err(error),
    }
}

enum Trouble {
    Log(LogError),
    Stop(ReadError),
}

async fn verify(log: &Log, status: &LogStatus, cursor: &Checkpoint, proven: bool) -> Result<(), Trouble> {
    let sequence = cursor.sequence;
    let contradicts = |contradiction| Trouble::Stop(ReadError::Contradiction { sequence, contradiction });
    if status.last_sequence < sequence && proven {
        return Err(contradicts(Contradiction::EndsAt(status.last_sequence)));
    }
    // A cursor without a hash needs only what follows it; one with a hash also needs the batch that confirms
    // the hash.
    let wanted = if proven { sequence.max(1) } else { sequence + 1 };
    if status.first_sequence > wanted {
        return Err(Trouble::Stop(ReadError::Trimmed { wanted, first_sequence: status.first_sequence }));
    }
    if sequence == 0 || !proven {
        return Ok(());
    }
    match log.get(sequence).await {
        Ok(Some(found)) if found.batch.hash == cursor.batch_hash => Ok(()),
        Ok(Some(found)) => {
            Err(contradicts(Contradiction::OtherBatch { read: cursor.batch_hash, stored: found.batch.hash }))
        }
        Ok(None) => Err(Trouble::Stop(ReadError::Lost { from: sequence, to: sequence })),
        Err(error) => Err(Trouble::Log(error)),
    }
}

/// If something is stored after `cursor` that NATS cannot deliver, the reason.
pub(super) async fn withheld(log: &Log, cursor: u64) -> Result<Option<ReadError>, ReadError> {
    match log.status().await {
        Ok(status) if status.last_sequence > cursor => classify_gap(log, cursor + 1, cursor + 2).await,
        Ok(_) => Ok(None),
        Err(error) if error.is_retriable() => Ok(None),
        Err(error) => Err(refused(error, cursor)),
    }
}

/// Why `from` was not delivered before `next`: an error, or `None` if it is stored and must be requested
/// again.
pub(super) async fn classify_gap(log: &Log, from: u64, next: u64) -> Result<Option<ReadError>, ReadError> {
    let answered = async {
        let status = log.status().await?;
        if status.first_sequence > from {
            return Ok(Some(ReadError::Trimmed { wanted: from, first_sequence: status.first_sequence }));
        }
        let stored = log.get(from).await?.is_some();
        Ok((!stored).then_some(ReadError::Lost { from, to: next - 1 }))
    };
    match answered.await {
        Ok(gap) => Ok(gap),
        Err(error) if LogError::is_retriable(&error) => Ok(None),
        Err(error) => Err(refused(error, from - 1)),
    }
}

fn refused(error: LogError, sequence: u64) -> ReadError {
    match error {
        LogError::Unreadable { sequence, subject, source } => {
            ReadError::Unreadable { sequence, subject, source }
        }
        LogError::NoStream { .. } => {
            ReadError::Contradiction { sequence, contradiction: Contradiction::NoStream }
        }
        error => ReadError::Log(error),
    }
}
