//! Shared by the tests of the log: a real nats-server in its own directory, and small helpers. Only processes
//! started here are ended.

pub mod proxy;

use bytes::Bytes;
use longhu_core::Time;
use longhu_log::{Log, LogConfig, NatsServer, ServerConfig};
use std::time::Duration;

/// A server with its directory; both are removed when it is dropped.
pub struct Broker {
    pub server: NatsServer,
    pub directory: tempfile::TempDir,
}

impl Broker {
    pub async fn start() -> Broker {
        let directory = tempfile::tempdir().unwrap();
        let server = NatsServer::start(ServerConfig::new(directory.path())).await.unwrap();
        Broker { server, directory }
    }

    /// The configuration of a small log with short time limits.
    pub fn config(&self, bank: &str) -> LogConfig {
        LogConfig {
            max_bytes: 64 << 20,
            ack_timeout: Duration::from_secs(1),
            append_timeout: Duration::from_secs(8),
            ..LogConfig::new(self.server.url(), bank)
        }
    }

    pub async fn log(&self, bank: &str) -> Log {
        Log::create(self.config(bank)).await.unwrap()
    }

    /// A plain connection, for doing what longhu never does.
    pub async fn jetstream(&self) -> async_nats::jetstream::Context {
        async_nats::jetstream::new(async_nats::connect(self.server.url()).await.unwrap())
    }

    /// Sends a signal to the server that this test started.
    pub fn signal(&self, signal: &str) {
        let pid = self.server.pid().expect("the server runs");
        let sent = std::process::Command::new("kill").arg(signal).arg(pid.to_string()).status().unwrap();
        assert!(sent.success());
    }
}

/// A time; which one does not matter to the log.
pub fn at(second: i64) -> Time {
    Time(1_790_000_000_000_000_000 + second * 1_000_000_000)
}

/// `count` records that differ from each other.
pub fn records(tag: u64, count: usize) -> Vec<Bytes> {
    (0..count).map(|index| Bytes::from(format!("record {tag}.{index}"))).collect()
}

/// Waits for a condition, at most ten seconds.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not within ten seconds: {what}");
}
