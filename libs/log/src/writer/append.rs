//! What came of an append: where the batch is stored, or why it is not, or that nobody knows.

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

/// The last batch of a subject: what the next one follows.
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

    /// The number of the batch that follows. A chain that a broken writer brought to the last number ends there:
    /// readers refuse what repeats it.
    pub(super) fn next_number(&self) -> u64 {
        self.number.saturating_add(1)
    }
}

impl From<Appended> for Tail {
    fn from(appended: Appended) -> Self {
        Tail { sequence: appended.sequence, number: appended.number, hash: appended.hash }
    }
}

/// Why a batch was not appended, or why nobody knows.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The records make no batch. Not stored.
    #[error("the records cannot be stored as one batch")]
    Encode(#[from] EncodeError),
    /// Another writer took the slot over. Not stored, and this writer never appends again.
    #[error(
        "writer {by} took {subject} over at sequence {sequence}; stop this process, or give it a slot of its own"
    )]
    Fenced {
        /// The subject.
        subject: String,
        /// The writer that follows.
        by: WriterId,
        /// The stream sequence of its first batch.
        sequence: u64,
    },
    /// Somebody else appended after what the caller had seen. Not stored; read on, decide again.
    #[error("{subject} moved past sequence {expected}; read on and decide again")]
    Conflict {
        /// The subject.
        subject: String,
        /// The sequence that the caller had seen last.
        expected: u64,
    },
    /// Others appended to the slot each time that it was to be taken over. Not stored.
    #[error("{subject} is written by another process that is alive; give this process a slot of its own")]
    Contended {
        /// The subject.
        subject: String,
    },
    /// The stream is full. Not stored; nothing is ever discarded to make room.
    #[error("the log is full; raise its bytes (and the server's max_file_store) and start again")]
    Full(#[source] NatsError),
    /// The batch is larger than the server takes. Not stored.
    #[error("a batch of {bytes} bytes is more than the server takes ({bytes_max}); raise its max_payload")]
    TooLarge {
        /// Bytes of the batch.
        bytes: usize,
        /// The server's bound.
        bytes_max: usize,
    },
    /// NATS refused for another reason. Not stored.
    #[error("NATS refused the batch; see the cause, and the server's log")]
    Refused(#[source] NatsError),
    /// There was no connection, or no stream took the batch, within the bound. Not stored; the same call may succeed later.
    #[error("NATS could not be reached, nothing was sent; retry")]
    NotSent(#[source] NatsError),
    /// Nobody knows whether the batch is stored. The writer settles it before it appends anything else.
    #[error("NATS did not say whether the batch is stored; send the same ids again")]
    Unknown(#[source] NatsError),
    /// The stream's last message is before one that NATS acknowledged: restored from a backup, or recreated. Not stored.
    #[error(
        "{subject} ends before sequence {expected}, which had been acknowledged; the stream was restored or recreated, stop and compare it with its backup"
    )]
    Rewound {
        /// The subject.
        subject: String,
        /// The sequence that had been acknowledged.
        expected: u64,
    },
    /// The subject's last message is no batch: it cannot be followed. Not stored.
    #[error("the message at sequence {sequence} of {subject} is unreadable and cannot be followed")]
    Unreadable {
        /// The subject.
        subject: String,
        /// The stream sequence.
        sequence: u64,
        /// Why.
        source: DecodeError,
    },
    /// The log could not be asked for the subject's last batch. Not stored.
    #[error("the last batch of the subject cannot be read")]
    Log(#[source] LogError),
}

impl AppendError {
    /// True when the batch is certainly not stored and never will be; false when nobody knows.
    pub fn is_certain(&self) -> bool {
        !matches!(self, AppendError::Unknown(_))
    }

    /// True when the same call may succeed later without anybody changing anything.
    pub fn is_retriable(&self) -> bool {
        match self {
            AppendError::NotSent(_) | AppendError::Unknown(_) => true,
            AppendError::Log(error) => error.is_retriable(),
            _ => false,
        }
    }

    /// True when this writer will never append again.
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
