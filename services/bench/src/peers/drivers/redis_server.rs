//! A private redis-server: its own folder, a free port on loopback, and an append-only file that is synced
//! before each answer.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError};
use rustix::process::Signal;

use super::program::{self, Missing};
use crate::machine::said;
use crate::process::Process;
use crate::refusal::coded;
use crate::service::free_port;

/// Its settings.
pub const SETTINGS: &str = "appendonly yes, appendfsync always, no snapshots, loopback TCP";
const READY_MAX: Duration = Duration::from_secs(120);

/// A running server.
pub struct Redis {
    binary: PathBuf,
    folder: PathBuf,
    port: u16,
    client: Client,
    process: Option<Process>,
    /// The version it reports.
    pub version: String,
}

impl Redis {
    /// The program, or why there is none.
    pub fn find() -> Result<PathBuf, Missing> {
        program::find("redis-server", []).ok_or(Missing::Redis)
    }

    /// Starts it in its own folder.
    pub async fn start(binary: &Path, folder: &Path) -> Result<Redis, Failure> {
        program::make(folder)?;
        let port = free_port()?;
        let client = Client::open(format!("redis://127.0.0.1:{port}/")).map_err(failed)?;
        let version = said(Command::new(binary).arg("--version")).unwrap_or_default();
        let version = version.split_whitespace().find_map(|word| word.strip_prefix("v=")).unwrap_or("?");
        let mut server = Redis {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            port,
            client,
            process: None,
            version: format!("Redis {version}"),
        };
        server.run().await?;
        Ok(server)
    }

    /// Starts it on the data in its folder, and waits until it answers.
    pub async fn run(&mut self) -> Result<(), Failure> {
        let mut command = Command::new(&self.binary);
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--dir"]).arg(&self.folder);
        command.args(["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--daemonize", "no"]);
        let log = self.folder.join("server.log");
        let mut process = Process::start("redis-server", command, &log, Signal::TERM)?;
        let started = Instant::now();
        loop {
            // It refuses calls while it loads its file.
            if let Ok(mut connection) = self.connect().await
                && redis::cmd("PING").query_async::<String>(&mut connection).await.is_ok()
            {
                self.process = Some(process);
                return Ok(());
            }
            process.check()?;
            if started.elapsed() > READY_MAX {
                return Err(coded(
                    "PEER_FAILED",
                    format!("redis-server does not answer after {READY_MAX:?}"),
                ));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// A new connection, which waits for answers without limit.
    pub async fn connect(&self) -> Result<MultiplexedConnection, Failure> {
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        self.client.get_multiplexed_async_connection_with_config(&config).await.map_err(failed)
    }

    /// Kills it, so that it cannot write anything more.
    pub fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }
}

/// The failure for a call.
pub fn failed(error: RedisError) -> Failure {
    coded("PEER_FAILED", format!("redis failed: {error}")).next("run the benchmark without `--peer redis`")
}
