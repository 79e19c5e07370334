//! Reads the log again, from its start, for contests that were published or amended after events of their period. One
//! contest at a time; the fold's thread does the crediting.

use std::sync::Arc;

use longhu_core::fold::backfill::PendingBackfill;
use longhu_log::{Log, ReadError, ReadFrom, ReadOptions, Reader};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::feed::Old;
use crate::projection::Projection;

/// Batches between two looks whether the computation is still wanted.
const LOOK_EVERY: u64 = 64;

/// Serves contests that wait, until the shutdown.
///
/// # Errors
/// What the reader says; the projector halts on it.
pub async fn run(
    log: Log,
    projection: Arc<Projection>,
    work: mpsc::Sender<Old>,
    shutdown: CancellationToken,
) -> Result<(), ReadError> {
    let mut published = projection.subscribe();
    loop {
        let waiting = projection.read_counts().waiting().into_iter().next();
        let served = match waiting {
            Some(waiting) => tokio::select! {
                read = read_again(&log, &projection, &waiting, &work) => read?,
                () = shutdown.cancelled() => return Ok(()),
            },
            None => tokio::select! {
                changed = published.changed() => changed.is_ok(),
                () = shutdown.cancelled() => return Ok(()),
            },
        };
        if !served {
            return Ok(());
        }
    }
}

/// Feeds everything up to the definition; false when the fold's thread has ended.
async fn read_again(
    log: &Log,
    projection: &Projection,
    waiting: &PendingBackfill,
    work: &mpsc::Sender<Old>,
) -> Result<bool, ReadError> {
    let PendingBackfill { id: contest, revision, generation, backfill } = waiting;
    tracing::info!(contest, revision, from = backfill.next_sequence, until = %backfill.until, "reading the log again");
    let options = ReadOptions { until: Some(backfill.until.sequence), ..ReadOptions::default() };
    let mut reader = Reader::open(log, ReadFrom::After(backfill.next_sequence - 1), options).await?;
    while let Some(entry) = reader.next().await? {
        if entry.sequence % LOOK_EVERY == 0
            && projection.read_counts().computing(contest, *generation).is_none()
        {
            tracing::info!(contest, "another definition came: not reading on");
            return Ok(true);
        }
        if work.send(Old { contest: contest.clone(), generation: *generation, entry }).await.is_err() {
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
