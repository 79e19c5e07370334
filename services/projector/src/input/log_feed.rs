//! Reads the log from the checkpoint on and hands its batches to the fold's thread, in order, through a bounded queue.
//! It decodes nothing and decides nothing.

use longhu_log::{Entry, Log, ReadError, ReadFrom, ReadOptions, Reader};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Batches that wait for the fold's thread. A batch has at most 4 MiB, so this bounds their memory.
pub const QUEUE_BATCHES: usize = 32;

/// Reads until the shutdown.
///
/// # Errors
/// What the reader says; the projector halts on it.
pub async fn run(
    log: Log,
    from: ReadFrom,
    batches: mpsc::Sender<Entry>,
    shutdown: CancellationToken,
) -> Result<(), ReadError> {
    let mut reader = Reader::open(&log, from, ReadOptions::default()).await?;
    loop {
        let entry = tokio::select! {
            entry = reader.next() => entry?,
            () = shutdown.cancelled() => return Ok(()),
        };
        let Some(entry) = entry else { return Ok(()) };
        if batches.send(entry).await.is_err() {
            return Ok(());
        }
    }
}
