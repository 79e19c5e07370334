//! The options of a reader, and what it returns: entries, and the checkpoints after them.

use crate::batch::Batch;
use crate::hash::Hash;
use longhu_core::Position;
use std::sync::Arc;

/// A place in the stream, with hashes that tell whether the stream is still the one that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The last sequence read; 0 before the first.
    pub sequence: u64,
    /// The running hash up to and including it; see [`Hash::followed_by`].
    pub running_hash: Hash,
    /// The hash of the last batch read; zero before the first.
    pub batch_hash: Hash,
}

impl Checkpoint {
    /// Before the first batch.
    pub const START: Checkpoint =
        Checkpoint { sequence: 0, running_hash: Hash::ZERO, batch_hash: Hash::ZERO };
}

/// Where a reader starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom {
    /// With the first batch of the stream.
    Start,
    /// After a checkpoint, if the stream is still the one in which the checkpoint was taken.
    Checkpoint(Checkpoint),
    /// After a stream sequence, without checking that the stream is any particular one. The running hash
    /// starts there. For listings, not for folding.
    After(u64),
}

/// What a reader reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Only the batches of this subject: the control subject or one slot. Sequences then have gaps, and the
    /// running hash covers only what was read, so checkpoints of filtered and unfiltered readers must not be
    /// mixed.
    pub subject: Option<String>,
    /// Ends after this stream sequence, which must already be stored. Without it, the reader waits for new
    /// batches.
    pub until: Option<u64>,
}

/// One batch as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The stream sequence, from 1.
    pub sequence: u64,
    /// The subject that the batch was appended to.
    pub subject: Arc<str>,
    /// The verified batch.
    pub batch: Batch,
    /// The running hash up to and including this batch.
    pub running_hash: Hash,
    /// How many more messages NATS had for this reader when it sent this one; 0 if the reader has caught up.
    pub pending: u64,
}

impl Entry {
    /// The position of one of its records, by its index in the batch.
    pub fn position(&self, index: u32) -> Position {
        Position::new(self.sequence, index)
    }

    /// The checkpoint after this batch.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { sequence: self.sequence, running_hash: self.running_hash, batch_hash: self.batch.hash }
    }
}
