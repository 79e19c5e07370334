//! Why a reader stops. No error means "retry": where waiting can help, the reader itself waits.

use crate::batch::DecodeError;
use crate::error::LogError;
use crate::hash::Hash;
use std::time::Duration;

/// Why a reader stopped. The reader did not move past what it could not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// NATS did not answer while the reader was opened.
    #[error("the log did not answer within {} ms; check that NATS runs, then retry (LOG_UNAVAILABLE)", waited.as_millis())]
    Unavailable {
        /// The time limit.
        waited: Duration,
    },
    /// The stream is not the one that was read before.
    #[error(
        "the stream is not the one that was read up to sequence {sequence}: {contradiction}; restore the right stream, or rebuild from the start of this one (LOG_CONTRADICTS)"
    )]
    Contradiction {
        /// The sequence read last.
        sequence: u64,
        /// The contradiction.
        contradiction: Contradiction,
    },
    /// The stream starts after the sequence that is needed next.
    #[error(
        "sequence {wanted} is needed, but the stream starts at {first_sequence}: older batches were removed; restore them from a backup (LOG_TRIMMED)"
    )]
    Trimmed {
        /// The sequence that is needed.
        wanted: u64,
        /// The first one that is stored.
        first_sequence: u64,
    },
    /// Batches between two stored ones are missing.
    #[error(
        "sequences {from} to {to} are missing in the stream; restore them from a replica or a backup (BATCHES_LOST)"
    )]
    Lost {
        /// The first missing sequence.
        from: u64,
        /// The last missing sequence.
        to: u64,
    },
    /// The batches of a subject do not form a chain.
    #[error(
        "the batch at sequence {sequence} has number {number} and follows {previous:.16}, but {subject} had ended with number {expected_number} and {expected_previous:.16}; somebody wrote to the stream without longhu (BROKEN_CHAIN)"
    )]
    BrokenChain {
        /// The stream sequence.
        sequence: u64,
        /// The subject.
        subject: String,
        /// The number of the batch.
        number: u64,
        /// The previous hash in the batch.
        previous: Hash,
        /// The number of the subject's previous batch.
        expected_number: u64,
        /// The hash of the subject's previous batch.
        expected_previous: Hash,
    },
    /// A message is not a batch.
    #[error(
        "the message at sequence {sequence} of {subject} is unreadable; it is never skipped (BATCH_UNREADABLE)"
    )]
    Unreadable {
        /// The stream sequence.
        sequence: u64,
        /// The subject.
        subject: String,
        /// Why.
        source: DecodeError,
    },
    /// A bounded read asks for more than is stored.
    #[error(
        "sequence {until} is not stored yet, the stream ends at {last_sequence}; read without a bound to wait for it (PAST_END)"
    )]
    PastEnd {
        /// The requested end.
        until: u64,
        /// The last stored sequence.
        last_sequence: u64,
    },
    /// NATS refused what the reader needs.
    #[error("the log cannot be read (LOG_UNREADABLE)")]
    Log(#[source] LogError),
}

/// What shows that it is not the same stream as before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// The stream ends earlier: it was restored from an old backup, or created again.
    EndsAt(u64),
    /// A different batch is stored at this sequence.
    OtherBatch {
        /// The hash that was read there.
        read: Hash,
        /// The hash that is stored there now.
        stored: Hash,
    },
    /// The stream does not exist.
    NoStream,
}

impl std::fmt::Display for Contradiction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Contradiction::EndsAt(0) => write!(f, "it is empty, so it was recreated"),
            Contradiction::EndsAt(last) => write!(f, "it ends at {last}, so it was restored or recreated"),
            Contradiction::OtherBatch { read, stored } => {
                write!(
                    f,
                    "its batch there is {stored:.16} instead of {read:.16}, so it was recreated or is another bank's"
                )
            }
            Contradiction::NoStream => write!(f, "it does not exist any more"),
        }
    }
}
