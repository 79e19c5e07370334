//! What can go wrong with the log as a whole; writers and readers have their own errors beside them.
//! It never prints a source twice: a `Display` here says what and what to do, the source says why.

use crate::batch::DecodeError;
use crate::names::NameError;
use std::path::PathBuf;
use std::time::Duration;

/// What NATS or its client answered, in its own words. A leaf: it has no source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NatsError(String);

impl NatsError {
    pub(crate) fn new(error: impl std::fmt::Display) -> Self {
        NatsError(error.to_string())
    }
}

/// Why the log could not be opened or asked.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The id of the bank, or the name of a slot, cannot be one.
    #[error("the log has no such name")]
    Name(#[from] NameError),
    /// The configured address cannot be one.
    #[error("`{url}` is no address of NATS; write `nats://host:4222`")]
    Url {
        /// The configured address, without password.
        url: String,
        /// Why.
        source: NatsError,
    },
    /// A file of the connection cannot be read.
    #[error("cannot read {}; check the path and its permissions", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No connection within the bound.
    #[error("no connection to NATS at {url} within {} ms; check that the server runs, its address and the credentials", waited.as_millis())]
    Connect {
        /// The configured address, without password.
        url: String,
        /// The bound.
        waited: Duration,
        /// The last attempt's error.
        source: Option<NatsError>,
    },
    /// NATS did not answer; asking again later is safe.
    #[error("NATS does not answer; retry, and check the server when this lasts")]
    Unavailable(#[source] NatsError),
    /// NATS refused the request; asking again will not help.
    #[error("NATS refused to {what}; see the cause, and the server's log")]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// NATS' words.
        source: NatsError,
    },
    /// The stream that exists cannot be this log: records could be lost, or it is another one.
    #[error("stream {stream} exists, but {}; recreate it, or let longhu create it", problems.join(", and "))]
    Unsuitable {
        /// The stream.
        stream: String,
        /// Each contradicting setting with the one that is needed.
        problems: Vec<String>,
    },
    /// The stream is gone.
    #[error(
        "stream {stream} does not exist any more; restore it from a backup, or start the services again to create an empty one"
    )]
    NoStream {
        /// The stream.
        stream: String,
    },
    /// A stored message is no batch.
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
    /// True when the same call may succeed later without anybody changing anything.
    pub fn is_retriable(&self) -> bool {
        matches!(self, LogError::Connect { .. } | LogError::Unavailable(_))
    }
}
