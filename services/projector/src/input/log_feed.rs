//! Reads the log from the checkpoint on and passes its batches to the fold's thread, in order, through a
//! bounded queue. It does not decode them.

use longhu_log::{Entry, Log, ReadError, ReadFrom, ReadOptions, Reader};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How many batches may wait for the fold's thread. A batch has at most 4 MiB, so this limits their memory.
pub const QUEUE_BATCHES: usize = 32;

/// Reads until the shutdown.
///
/// # Errors
/// An error of the reader; the projector stops.
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
