//! The outcome of an append: where the batch is stored, or why it is not, or that it is unknown.

use crate::batch::{DecodeError, EncodeError, WriterId};
use crate::error::{LogError, NatsError};
use crate::hash::Hash;
use longhu_core::Position;

/// Where a batch was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its stream sequence, from 1.
    pub sequence: u64,
    /// Its hash.
    pub hash: Hash,
    /// Its number in the chain of the subject, from 1.
    pub number: u64,
}

impl Appended {
    /// The position of one of its records, by its index in the batch.
    pub fn position(&self, index: u32) -> Position {
        Position::new(self.sequence, index)
    }
}

/// The last batch of a subject, which the next one must follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Its stream sequence; 0 before the first.
    pub sequence: u64,
    /// Its number in the chain; 0 before the first.
    pub number: u64,
    /// Its hash; zero before the first.
    pub hash: Hash,
}

impl Tail {
    /// Before the first batch of a subject.
    pub const START: Tail = Tail { sequence: 0, number: 0, hash: Hash::ZERO };

    /// The number of the next batch. If a broken writer has used the last possible number, the chain ends:
    /// readers refuse a repeated number.
    pub(super) fn next_number(&self) -> u64 {
        self.number.saturating_add(1)
    }
}

impl From<Appended> for Tail {
    fn from(appended: Appended) -> Self {
        Tail { sequence: appended.sequence, number: appended.number, hash: appended.hash }
    }
}

/// Why a batch was not appended, or why that is unknown.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The records cannot be a batch. Not stored.
    #[error("the records cannot be stored as one batch")]
    Encode(#[from] EncodeError),
    /// Another writer took over the slot. Not stored, and this writer can never append again.
    #[error(
        "writer {by} took {subject} over at sequence {sequence}; stop this process, or give it a slot of its own"
    )]
    Fenced {
        /// The subject.
        subject: String,
        /// The writer that took over.
        by: WriterId,
        /// The stream sequence of its first batch.
        sequence: u64,
    },
    /// Somebody else appended after the sequence that the caller had seen. Not stored; read on and decide
    /// again.
    #[error("{subject} moved past sequence {expected}; read on and decide again")]
    Conflict {
        /// The subject.
        subject: String,
        /// The last sequence that the caller had seen.
        expected: u64,
    },
    /// Each time the slot was to be taken over, others appended to it. Not stored.
    #[error("{subject} is written by another process that is alive; give this process a slot of its own")]
    Contended {
        /// The subject.
        subject: String,
    },
    /// The stream is full. Not stored; nothing is discarded to make room.
    #[error("the log is full; raise its maximum size (and the server's max_file_store) and start again")]
    Full(#[source] NatsError),
    /// The batch is larger than the server accepts. Not stored.
    #[error("a batch of {bytes} bytes is more than the server accepts ({bytes_max}); raise its max_payload")]
    TooLarge {
        /// Bytes of the batch.
        bytes: usize,
        /// The largest size that the server accepts.
        bytes_max: usize,
    },
    /// NATS refused for another reason. Not stored.
    #[error("NATS refused the batch; see the cause, and the server's log")]
    Refused(#[source] NatsError),
    /// There was no connection, or no stream accepted the batch, within the time limit. Not stored; the same
    /// call may succeed later.
    #[error("NATS could not be reached, nothing was sent; retry")]
    NotSent(#[source] NatsError),
    /// It is unknown whether the batch is stored. The writer settles this before it appends anything else.
    #[error("NATS did not say whether the batch is stored; send the same ids again")]
    Unknown(#[source] NatsError),
    /// The stream ends before a message that NATS acknowledged: it was restored from a backup, or created
    /// again. Not stored.
    #[error(
        "{subject} ends before sequence {expected}, which had been acknowledged; the stream was restored or recreated, stop and compare it with its backup"
    )]
    Rewound {
        /// The subject.
        subject: String,
        /// The sequence that had been acknowledged.
        expected: u64,
    },
    /// The subject's last message is not a batch, so nothing can follow it. Not stored.
    #[error("the message at sequence {sequence} of {subject} is unreadable and cannot be followed")]
    Unreadable {
        /// The subject.
        subject: String,
        /// The stream sequence.
        sequence: u64,
        /// Why.
        source: DecodeError,
    },
    /// The subject's last batch could not be read. Not stored.
    #[error("the last batch of the subject cannot be read")]
    Log(#[source] LogError),
}

impl AppendError {
    /// True if the batch is certainly not stored and never will be; false if that is unknown.
    pub fn is_certain(&self) -> bool {
        !matches!(self, AppendError::Unknown(_))
    }

    /// True if the same call may succeed later without any change.
    pub fn is_retriable(&self) -> bool {
        match self {
            AppendError::NotSent(_) | AppendError::Unknown(_) => true,
            AppendError::Log(error) => error.is_retriable(),
            _ => false,
        }
    }

    /// True if this writer can never append again.
    pub fn is_permanent(&self) -> bool {
        matches!(self, AppendError::Fenced { .. } | AppendError::Rewound { .. })
    }
}

impl From<LogError> for AppendError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Unreadable { sequence, subject, source } => {
                AppendError::Unreadable { subject, sequence, source }
            }
            other => AppendError::Log(other),
        }
    }
}
