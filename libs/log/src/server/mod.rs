//! A nats-server as a child of this process: found or installed, configured for loopback and `sync_interval: always`,
//! restarted when it dies, gone when this process is gone. It never serves anybody but this machine; a production
//! broker is not started here.

mod child;
mod config;
mod find;
mod install;
mod ready;
mod supervise;

pub use config::ServerConfig;
pub use find::{VERSION_MIN, find, find_or_install};
pub use install::{INSTALLED_VERSION, install, installed_path};

use std::path::PathBuf;
use std::time::Duration;
use supervise::{Stop, Supervisor};
use tokio::time::Instant;

/// How often a first start is tried on another port when the chosen one turns out to be taken.
const START_ATTEMPTS: usize = 5;

/// Why there is no nats-server. Each names the next step.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A named or installed binary does not run, or is too old.
    #[error("{} is no nats-server of {VERSION_MIN} or later ({said}); set LONGHU_NATS_SERVER to one, or unset it to have {INSTALLED_VERSION} installed", path.display())]
    WrongBinary {
        /// The binary.
        path: PathBuf,
        /// What it said about its version, or why it did not run.
        said: String,
    },
    /// Nothing tells where to install.
    #[error("no directory to install nats-server into; set LONGHU_HOME, HOME or LONGHU_NATS_SERVER")]
    NoHome,
    /// Installing failed.
    #[error(
        "nats-server {INSTALLED_VERSION} could not be installed: {what}; install it by hand and set LONGHU_NATS_SERVER to its path"
    )]
    Install {
        /// What failed, with the tool's own last words.
        what: String,
    },
    /// A file or directory of the server could not be written.
    #[error("cannot {what} {}; check the path, its permissions and the free space", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another server works on the same directory.
    #[error("another nats-server uses {}; stop it, or choose another directory", store_dir.display())]
    InUse {
        /// The store directory.
        store_dir: PathBuf,
    },
    /// No free port on loopback was found, or the configured one is taken.
    #[error("port {port} of 127.0.0.1 is taken; choose another one, or none to have a free one chosen")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The server ended or did not answer in time.
    #[error("nats-server did not become ready within {} ms; its log says: {log}", waited.as_millis())]
    NotReady {
        /// The bound.
        waited: Duration,
        /// The last lines of its log.
        log: String,
    },
}

/// A running nats-server and its supervisor. Dropping it kills the server; [`NatsServer::shutdown`] stops it gently.
#[derive(Debug)]
pub struct NatsServer {
    supervisor: Supervisor,
    port: u16,
}

impl NatsServer {
    /// Finds or installs a nats-server, starts it and waits until it answers. When it dies later, it is started again
    /// on the same port; clients reconnect by themselves.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn start(config: ServerConfig) -> Result<NatsServer, ServerError> {
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
            // The port may have been taken between the choice and the start; any other reason shows again.
            if !ended || attempt == START_ATTEMPTS || config.port.is_some() {
                break;
            }
        }
        Err(ServerError::NotReady {
            waited: config.ready_timeout,
            log: config::last_words(&config.store_dir),
        })
    }

    /// The address for clients: `nats://127.0.0.1:<port>`. It stays the same for the life of this value.
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

    /// How many times the server was started again after it died.
    pub fn restarts(&self) -> u32 {
        self.supervisor.restarts()
    }

    /// Asks the server to end, waits for it, and kills it after `stop_timeout`.
    pub async fn shutdown(self) {
        self.supervisor.stop(Stop::Gently).await;
    }
}

/// The blocking part of a start: directory, binary, lock.
async fn prepare(config: ServerConfig) -> Result<(ServerConfig, PathBuf, std::fs::File), ServerError> {
    let work = move || {
        let config = config::with_real_directory(config)?;
        let binary = match &config.binary {
            Some(path) => find::checked(path)?,
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
