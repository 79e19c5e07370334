//! What a process says to open a log. Plain data: it never connects.

use std::path::PathBuf;
use std::time::Duration;

/// How to reach a bank's log, and what a stream is created with when there is none yet.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// Servers of NATS, comma-separated: `nats://host:4222`, or `tls://…`; user and password may be part of it.
    pub url: String,
    /// The id of the bank; see [`Names::of_bank`](crate::Names::of_bank).
    pub bank: String,
    /// Copies of a stream that is created: 1 on one server, 3 in a cluster. An existing stream keeps its own.
    pub replicas: usize,
    /// Bytes of a stream that is created; when they are used up, appending is refused, nothing is discarded. An
    /// existing stream with a lower bound is raised to this one, never lowered.
    pub max_bytes: u64,
    /// How long [`Log::connect`](crate::Log::connect) and opening a reader or a writer may take.
    pub connect_timeout: Duration,
    /// How long one acknowledgement or answer of NATS may take before its outcome counts as unknown.
    pub ack_timeout: Duration,
    /// How long an append may take with all its attempts, reconnecting included, before it gives up.
    pub append_timeout: Duration,
    /// How this process is shown in the server's connection list.
    pub client_name: String,
    /// A NATS credentials file, when the server wants one.
    pub credentials_file: Option<PathBuf>,
    /// A file with root certificates in PEM, when the server's are not publicly known.
    pub root_certificates_file: Option<PathBuf>,
}

impl LogConfig {
    /// One replica, 32 GiB, 10 s to connect, 5 s an acknowledgement, 15 s an append, no credentials.
    pub fn new(url: impl Into<String>, bank: impl Into<String>) -> Self {
        LogConfig {
            url: url.into(),
            bank: bank.into(),
            replicas: 1,
            max_bytes: 32 << 30,
            connect_timeout: Duration::from_secs(10),
            ack_timeout: Duration::from_secs(5),
            append_timeout: Duration::from_secs(15),
            client_name: "longhu".to_owned(),
            credentials_file: None,
            root_certificates_file: None,
        }
    }
}
