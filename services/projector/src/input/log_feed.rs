//! Passes the batches that a reader reads from the checkpoint on to the fold's thread, in order, through a
//! bounded queue. It does not decode them.

use longhu_log::{Entry, ReadError, Reader};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How many batches may wait for the fold's thread. A batch has at most 4 MiB, so this limits their memory.
pub const QUEUE_BATCHES: usize = 32;

/// Reads until the shutdown.
///
/// # Errors
/// An error of the reader; the projector stops.
pub async fn run(
    mut reader: Reader,
    batches: mpsc::Sender<Entry>,
    shutdown: CancellationToken,
) -> Result<(), ReadError> {
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
