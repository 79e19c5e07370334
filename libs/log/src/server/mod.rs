//! A nats-server as a child of this process: found or installed, configured for loopback and `sync_interval:
//! always`, restarted when it dies, and stopped when this process ends. It only serves this machine;
//! production brokers are not started here.

mod binary;
mod child;
mod config;
mod error;
mod find;
mod install;
mod ready;
mod supervise;
mod version;

pub use config::ServerConfig;
pub use error::ServerError;
pub use find::{find, find_or_install};
pub use install::{install, installed_path};
pub use version::{INSTALLED_VERSION, VERSION_MIN};

use futures::future::BoxFuture;
use std::path::PathBuf;
use supervise::{Stop, Supervisor};
use tokio::time::Instant;

/// How often the first start is tried on another port if the chosen one turns out to be taken.
const START_ATTEMPTS: usize = 5;

/// A running nats-server and its supervisor. Dropping it kills the server; [`NatsServer::shutdown`] stops it
/// gracefully.
#[derive(Debug)]
pub struct NatsServer {
    supervisor: Supervisor,
    port: u16,
}

impl NatsServer {
    /// Finds or installs a nats-server, starts it, and waits until it answers. If it dies later, it is
    /// restarted on the same port, and clients reconnect by themselves.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub fn start(config: ServerConfig) -> BoxFuture<'static, Result<NatsServer, ServerError>> {
        Box::pin(NatsServer::run(config))
    }

    async fn run(config: ServerConfig) -> Result<NatsServer, ServerError> {
        let (config, binary, lock) = prepare(config).await?;
        let deadline = Instant::now() + config.ready_timeout;
        let lock = std::sync::Arc::new(lock);
        for attempt in 1..=START_ATTEMPTS {
            let port = config::choose_port(config.port)?;
            let name = format!("longhu-{}", uuid::Uuid::now_v7().simple());
            config::write(&config, port, &name)?;
            let supervisor = Supervisor::start(&config, binary.clone(), lock.clone())?;
            if ready::wait(&supervisor, port, &name, deadline).await {
                return Ok(NatsServer { supervisor, port });
            }
            let ended = supervisor.restarts() > 0;
            drop(supervisor);
            // The port may have been taken between the choice and the start. Any other cause will show again
            // on the next try.
            if !ended || attempt == START_ATTEMPTS || config.port.is_some() {
                break;
            }
        }
        Err(ServerError::NotReady {
            waited: config.ready_timeout,
            log: config::last_words(&config.store_dir),
        })
    }

    /// The address for clients: `nats://127.0.0.1:<port>`. It never changes.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process id of the running server; `None` between its death and its restart.
    pub fn pid(&self) -> Option<u32> {
        self.supervisor.pid()
    }

    /// How often the server was restarted after it died.
    pub fn restarts(&self) -> u32 {
        self.supervisor.restarts()
    }

    /// Asks the server to end, waits for it, and kills it after `stop_timeout`.
    pub async fn shutdown(self) {
        self.supervisor.stop(Stop::Gently).await;
    }
}

/// The blocking part of a start: directory, binary and lock.
async fn prepare(config: ServerConfig) -> Result<(ServerConfig, PathBuf, std::fs::File), ServerError> {
    let work = move || {
        let config = config::with_real_directory(config)?;
        let binary = match &config.binary {
            Some(path) => binary::checked(path)?,
            None => find_or_install()?,
        };
        let lock = config::lock(&config.store_dir)?;
        Ok((config, binary, lock))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(prepared) => prepared,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}
