//! Carries batches from the log to the fold's thread, in order and bounded: the newest ones as they come, and old ones
//! for contests that are read again. It decodes nothing and decides nothing.

use longhu_core::types::ids::Generation;
use longhu_log::{Entry, Log, ReadError, ReadFrom, ReadOptions, Reader};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Batches of each kind that wait for the fold's thread; with batches of at most 4 MiB this bounds their memory.
pub const QUEUE_BATCHES: usize = 32;

/// What the fold's thread is given.
pub enum Work {
    /// The next batch of the log.
    Live(Entry),
    /// An old batch for a contest that is read again.
    Old(Old),
}

/// An old batch.
pub struct Old {
    /// The id of the contest that is read again.
    pub contest: String,
    /// Which computation of it.
    pub generation: Generation,
    /// The batch.
    pub entry: Entry,
}

impl Work {
    /// Events in it, as far as time goes.
    pub fn size(&self) -> usize {
        match self {
            Work::Live(entry) | Work::Old(Old { entry, .. }) => entry.batch.records.len().max(1),
        }
    }
}

/// Reads the log from a checkpoint on, for ever.
///
/// # Errors
/// What the reader says; the projector halts on it.
pub async fn live(
    log: Log,
    from: ReadFrom,
    work: mpsc::Sender<Entry>,
    shutdown: CancellationToken,
) -> Result<(), ReadError> {
    let mut reader = Reader::open(&log, from, ReadOptions::default()).await?;
    loop {
        let entry = tokio::select! {
            entry = reader.next() => entry?,
            () = shutdown.cancelled() => return Ok(()),
        };
        let Some(entry) = entry else { return Ok(()) };
        if work.send(entry).await.is_err() {
            return Ok(());
        }
    }
}
