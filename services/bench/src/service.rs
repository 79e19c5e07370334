//! One of the bank's services in its own process, started from this same binary.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use longhu_client::server::{Global, Server};
use rustix::process::Signal;

use crate::process::Process;
use crate::refusal::coded;

/// How long a service may take until it answers. A projector first restores its read model.
const READY_MAX: Duration = Duration::from_secs(600);

/// A running service.
#[derive(Debug)]
pub struct Service {
    process: Process,
    url: String,
    /// When it was started.
    pub started: Instant,
    /// When it reported that it is ready.
    pub ready: Instant,
}

impl Service {
    /// Starts `longhu NAME` on a local address, and waits until it answers.
    pub async fn start(
        folder: &Path,
        name: &'static str,
        address: &str,
        arguments: &[String],
    ) -> Result<Service, Failure> {
        let binary = std::env::current_exe().map_err(|error| {
            coded("NOT_STARTED", format!("this program cannot find its own file: {error}"))
        })?;
        let ready_file = folder.join(format!("{name}.ready.json"));
        // A killed service may have left the file behind.
        let _ = std::fs::remove_file(&ready_file);
        let mut command = Command::new(binary);
        command.arg(name).args(["--grpc-addr", address, "--ready-file"]).arg(&ready_file).args(arguments);
        for variable in ["LONGHU_SERVER", "LONGHU_QUERY_SERVER", "LONGHU_TOKEN"] {
            command.env_remove(variable);
        }
        let started = Instant::now();
        let process = Process::start(name, command, &folder.join(format!("{name}.log")), Signal::TERM)?;
        let (process, url) = until_ready(process, ready_file, name, started).await?;
        Ok(Service { process, url, started, ready: Instant::now() })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection to it.
    pub fn server(&self, global: &Global) -> Result<Server, Failure> {
        global.server_at(&self.url)
    }

    /// The greatest memory it has used.
    pub fn memory_peak_bytes(&self) -> u64 {
        self.process.memory_peak_bytes()
    }

    /// An error if it has ended by itself.
    pub fn check(&mut self) -> Result<(), Failure> {
        self.process.check()
    }

    /// Ends it as an operator would, and waits.
    pub async fn end(self) -> Result<(), Failure> {
        self.process.end().await
    }

    /// Kills it.
    pub fn kill(self) {
        self.process.kill();
    }
}

async fn until_ready(
    mut process: Process,
    ready_file: PathBuf,
    name: &'static str,
    started: Instant,
) -> Result<(Process, String), Failure> {
    loop {
        // The file is created by rename, so it is complete.
        if let Ok(text) = std::fs::read_to_string(&ready_file) {
            let said: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            if let Some(url) = said["grpc"].as_str() {
                return Ok((process, url.to_owned()));
            }
        }
        process.check()?;
        if started.elapsed() > READY_MAX {
            return Err(coded("NOT_STARTED", format!("{name} does not answer after {READY_MAX:?}"))
                .next("run it again with a smaller bank, or on a faster disk with `--data-dir`"));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A free port on loopback, for a server that must use the same port again.
pub fn free_port() -> Result<u16, Failure> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    let no_port = |error| coded("NO_PORT", format!("no free port on 127.0.0.1: {error}"));
    bound.map(|address| address.port()).map_err(no_port)
}
