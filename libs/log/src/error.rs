//! Errors of the log as a whole; writers and readers have their own. A `Display` never repeats its source: it
//! says what happened and what to do, and the source says why.

use crate::batch::DecodeError;
use crate::names::NameError;
use std::path::PathBuf;
use std::time::Duration;

/// An answer of NATS or its client, in its own words. It has no source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NatsError(String);

impl NatsError {
    pub(crate) fn new(error: impl std::fmt::Display) -> Self {
        NatsError(error.to_string())
    }
}

/// Why the log could not be opened or queried.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The id of the bank, or the name of a slot, is not valid.
    #[error("the name of the bank or slot is not valid")]
    Name(#[from] NameError),
    /// The configured address is not valid.
    #[error("`{url}` is not a NATS address; write `nats://host:4222`")]
    Url {
        /// The configured address, without password.
        url: String,
        /// Why.
        source: NatsError,
    },
    /// A file needed for the connection cannot be read.
    #[error("cannot read {}; check the path and its permissions", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No connection within the time limit.
    #[error("no connection to NATS at {url} within {} ms; check that the server runs, its address and the credentials", waited.as_millis())]
    Connect {
        /// The configured address, without password.
        url: String,
        /// The time limit.
        waited: Duration,
        /// The last attempt's error.
        source: Option<NatsError>,
    },
    /// NATS did not answer; it is safe to try again later.
    #[error("NATS does not answer; retry, and check the server when this lasts")]
    Unavailable(#[source] NatsError),
    /// NATS refused the request; trying again will not help.
    #[error("NATS refused to {what}; see the cause, and the server's log")]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// NATS' words.
        source: NatsError,
    },
    /// The existing stream cannot be used as this log: it could lose records, or it belongs to something
    /// else.
    #[error("stream {stream} exists, but {}; recreate it, or let longhu create it", problems.join(", and "))]
    Unsuitable {
        /// The stream.
        stream: String,
        /// Each wrong setting, with the one that is needed.
        problems: Vec<String>,
    },
    /// The bank has no log.
    #[error(
        "there is no log of bank `{bank}` at this broker (no stream {stream}); check the bank's id and the broker's address. A new bank is begun with `longhu bank init`, and a log that was lost is restored from its backup (LOG_NOT_BEGUN)"
    )]
    NotBegun {
        /// The bank.
        bank: String,
        /// The stream that it would have.
        stream: String,
    },
    /// The stream does not exist any more.
    #[error("stream {stream} does not exist any more; restore it from a backup")]
    NoStream {
        /// The stream.
        stream: String,
    },
    /// A stored message is not a batch.
    #[error("the message at sequence {sequence} of {subject} is unreadable; it is never skipped")]
    Unreadable {
        /// The stream sequence.
        sequence: u64,
        /// The subject.
        subject: String,
        /// Why.
        source: DecodeError,
    },
}

impl LogError {
    /// True if the same call may succeed later without any change.
    pub fn is_retriable(&self) -> bool {
        matches!(self, LogError::Connect { .. } | LogError::Unavailable(_))
    }
}
