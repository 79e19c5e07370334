//! Why a nats-server could not be provided. Each error names the next step.

use super::version::{INSTALLED_VERSION, VERSION_MIN};
use std::path::PathBuf;
use std::time::Duration;

/// Why a nats-server could not be provided. Each error names the next step.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The given or installed binary does not run, or is too old.
    #[error("{} is not a nats-server of {VERSION_MIN} or later ({said}); set LONGHU_NATS_SERVER to one, or unset it to have {INSTALLED_VERSION} installed", path.display())]
    WrongBinary {
        /// The binary.
        path: PathBuf,
        /// What it printed as its version, or why it did not run.
        said: String,
    },
    /// No environment variable says where to install.
    #[error("no directory to install nats-server into; set LONGHU_HOME, HOME or LONGHU_NATS_SERVER")]
    NoHome,
    /// Installing failed.
    #[error(
        "nats-server {INSTALLED_VERSION} could not be installed: {what}; install it by hand and set LONGHU_NATS_SERVER to its path"
    )]
    Install {
        /// What failed, with the last output of the tool.
        what: String,
    },
    /// A file or directory of the server could not be written.
    #[error("cannot {what} {}; check the path, its permissions and the free space", path.display())]
    File {
        /// What was attempted.
        what: &'static str,
        /// The path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another server uses the same directory.
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
    /// The server ended, or did not answer in time.
    #[error("nats-server did not become ready within {} ms; its log says: {log}", waited.as_millis())]
    NotReady {
        /// The time limit.
        waited: Duration,
        /// The last lines of its log.
        log: String,
    },
}
