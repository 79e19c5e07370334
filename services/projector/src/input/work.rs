//! An item of work for the fold's thread: the next batch of the log, or an earlier batch for a contest that
//! is being backfilled.

use longhu_core::types::ids::Generation;
use longhu_log::Entry;

/// An item of work.
pub enum Work {
    /// The next batch of the log.
    Live(Entry),
    /// An earlier batch, for one contest.
    Backfill(BackfillBatch),
}

/// An earlier batch of the log, for a contest that is computed beside the one that is served.
pub struct BackfillBatch {
    pub contest: String,
    /// The backfill for which it was read. A newer definition starts another one.
    pub generation: Generation,
    pub entry: Entry,
}

impl Work {
    /// How many events it counts as when a chunk is put together; at least one, so that the number of ticks
    /// is limited too.
    pub fn size(&self) -> usize {
        match self {
            Work::Live(entry) | Work::Backfill(BackfillBatch { entry, .. }) => {
                entry.batch.records.len().max(1)
            }
        }
    }
}
