//! A piece of work for the fold's thread: the next batch of the log, or an earlier batch for a contest whose backfill is
//! under way.

use longhu_core::types::ids::Generation;
use longhu_log::Entry;

/// What the fold's thread is given.
pub enum Work {
    /// The next batch of the log.
    Live(Entry),
    /// An earlier batch, for one contest.
    Backfill(BackfillBatch),
}

/// An earlier batch of the log, read for a contest that is computed beside the served one.
pub struct BackfillBatch {
    pub contest: String,
    /// Which backfill of the contest it was read for: a newer definition begins another one.
    pub generation: Generation,
    pub entry: Entry,
}

impl Work {
    /// How many events it counts for when a chunk is cut; at least one, so that ticks are bounded too.
    pub fn size(&self) -> usize {
        match self {
            Work::Live(entry) | Work::Backfill(BackfillBatch { entry, .. }) => {
                entry.batch.records.len().max(1)
            }
        }
    }
}
