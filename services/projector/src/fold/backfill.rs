//! Backfill: a contest that is published or amended after events of its period is computed from the log,
//! beside what is served. This task reads the earlier batches, for one contest at a time; the fold's thread
//! credits them.

use std::sync::Arc;

use longhu_core::fold::backfill::PendingBackfill;
use longhu_log::{Log, ReadError, ReadFrom, ReadOptions, Reader};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::fold::projection::Projection;
use crate::input::work::BackfillBatch;

/// How many batches are read before checking again whether the backfill is still wanted.
const LOOK_EVERY: u64 = 64;

/// Reads the log for contests that wait for it, until the shutdown.
///
/// # Errors
/// An error of the reader; the projector stops.
pub async fn run(
    log: Log,
    projection: Arc<Projection>,
    batches: mpsc::Sender<BackfillBatch>,
    shutdown: CancellationToken,
) -> Result<(), ReadError> {
    let mut published = projection.subscribe();
    loop {
        let waiting = projection.read_counts().waiting().into_iter().next();
        let goes_on = match waiting {
            Some(waiting) => tokio::select! {
                read = read(&log, &projection, &waiting, &batches) => read?,
                () = shutdown.cancelled() => return Ok(()),
            },
            None => tokio::select! {
                changed = published.changed() => changed.is_ok(),
                () = shutdown.cancelled() => return Ok(()),
            },
        };
        if !goes_on {
            return Ok(());
        }
    }
}

/// Sends every batch up to the definition, and waits until the backfill has ended. Returns false if the
/// fold's thread has ended.
async fn read(
    log: &Log,
    projection: &Projection,
    waiting: &PendingBackfill,
    batches: &mpsc::Sender<BackfillBatch>,
) -> Result<bool, ReadError> {
    let PendingBackfill { id: contest, revision, generation, backfill } = waiting;
    tracing::info!(contest, revision, from = backfill.next_sequence, until = %backfill.until, "backfill begins");
    let options = ReadOptions { until: Some(backfill.until.sequence), ..ReadOptions::default() };
    let mut reader = Reader::open(log, ReadFrom::After(backfill.next_sequence - 1), options).await?;
    while let Some(entry) = reader.next().await? {
        if entry.sequence % LOOK_EVERY == 0
            && projection.read_counts().computing(contest, *generation).is_none()
        {
            tracing::info!(contest, "backfill ends early: the contest's definition has changed");
            return Ok(true);
        }
        let batch = BackfillBatch { contest: contest.clone(), generation: *generation, entry };
        if batches.send(batch).await.is_err() {
            return Ok(false);
        }
    }
    let mut published = projection.subscribe();
    loop {
        if projection.read_counts().computing(contest, *generation).is_none() {
            return Ok(true);
        }
        if published.changed().await.is_err() {
            return Ok(false);
        }
    }
}
