//! The configuration for opening a log. Plain data.

use std::path::PathBuf;
use std::time::Duration;

/// How to reach a bank's log, and how to create its stream if there is none yet.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// NATS servers, comma-separated: `nats://host:4222`, or `tls://…`. May contain user and password.
    pub url: String,
    /// The id of the bank; see [`Names::of_bank`](crate::Names::of_bank).
    pub bank: String,
    /// Replicas of a new stream: 1 on one server, 3 in a cluster. An existing stream is not changed.
    pub replicas: usize,
    /// The maximum size of a new stream. When it is full, appending is refused and nothing is discarded. An
    /// existing stream with a lower maximum is raised to this one; a higher one is never lowered.
    pub max_bytes: u64,
    /// How long [`Log::connect`](crate::Log::connect) and opening a reader or a writer may take.
    pub connect_timeout: Duration,
    /// How long to wait for one acknowledgement or answer of NATS before its outcome counts as unknown.
    pub ack_timeout: Duration,
    /// How long an append may take, with all its attempts and reconnecting, before it gives up.
    pub append_timeout: Duration,
    /// How this process is shown in the server's connection list.
    pub client_name: String,
    /// A NATS credentials file, if the server requires one.
    pub credentials_file: Option<PathBuf>,
    /// A file with root certificates in PEM, if the server's certificate is not signed by a public authority.
    pub root_certificates_file: Option<PathBuf>,
}

impl LogConfig {
    /// Defaults: one replica, 32 GiB, 10 s to connect, 5 s per acknowledgement, 15 s per append, no
    /// credentials.
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
