//! The directory, the configuration file and the port of a supervised server. The port is never opened to
//! other machines, and `sync_interval: always` is never weakened.

use super::error::ServerError;
use crate::batch::MESSAGE_BYTES_MAX;
use std::fs::{File, OpenOptions, TryLockError};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The ports to try. They are below the range that systems use for outgoing connections, so that a client
/// which reconnects while the server is down cannot occupy the server's port.
const PORTS: std::ops::Range<u16> = 18_000..30_000;
/// How long to wait for a directory that is still held by a server that is just ending.
const LOCK_WAIT: Duration = Duration::from_secs(5);
/// How many lines of the server's log an error shows.
const LAST_LINES: usize = 5;

const CONFIG_FILE: &str = "nats-server.conf";
const LOG_FILE: &str = "nats-server.log";
const LOCK_FILE: &str = "nats-server.lock";

/// How to run a supervised server.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The directory for its files; created if missing. Each server needs its own.
    pub store_dir: PathBuf,
    /// Its port on loopback; `None` to choose a free one.
    pub port: Option<u16>,
    /// The maximum disk space of all streams together. Keep it below 80 % of the volume.
    pub max_file_store_bytes: u64,
    /// The maximum memory of streams and consumers.
    pub max_memory_store_bytes: u64,
    /// The binary; `None` to find or install one.
    pub binary: Option<PathBuf>,
    /// How long a start may take, without installing. A large store is read at the start.
    pub ready_timeout: Duration,
    /// How long a graceful stop may take before the server is killed.
    pub stop_timeout: Duration,
}

impl ServerConfig {
    /// Defaults: a free port, 64 GiB on disk, 256 MiB in memory, 60 s to start, 10 s to stop.
    pub fn new(store_dir: impl Into<PathBuf>) -> Self {
        ServerConfig {
            store_dir: store_dir.into(),
            port: None,
            max_file_store_bytes: 64 << 30,
            max_memory_store_bytes: 256 << 20,
            binary: None,
            ready_timeout: Duration::from_secs(60),
            stop_timeout: Duration::from_secs(10),
        }
    }
}

/// The configuration, with its directory created and its path made absolute.
pub(super) fn with_real_directory(config: ServerConfig) -> Result<ServerConfig, ServerError> {
    let given = config.store_dir.clone();
    let made = std::fs::create_dir_all(&given).and_then(|()| given.canonicalize());
    let store_dir = made.map_err(|source| ServerError::File { what: "create", path: given, source })?;
    Ok(ServerConfig { store_dir, ..config })
}

/// Locks the directory for this process and the server, which inherits the lock. It is held until both have
/// ended.
pub(super) fn lock(store_dir: &Path) -> Result<File, ServerError> {
    let path = store_dir.join(LOCK_FILE);
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = opened.map_err(|source| ServerError::File { what: "open", path: path.clone(), source })?;
    let give_up = Instant::now() + LOCK_WAIT;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(source)) => return Err(ServerError::File { what: "lock", path, source }),
            Err(TryLockError::WouldBlock) if Instant::now() >= give_up => {
                return Err(ServerError::InUse { store_dir: store_dir.to_owned() });
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// A free port on loopback: the given one, or any.
pub(super) fn choose_port(given: Option<u16>) -> Result<u16, ServerError> {
    if let Some(port) = given {
        return if is_free(port) { Ok(port) } else { Err(ServerError::PortTaken { port }) };
    }
    let span = u32::from(PORTS.end - PORTS.start);
    for _ in 0..1_000 {
        let drawn = uuid::Uuid::new_v4().as_fields().0 % span;
        let port = PORTS.start + drawn as u16;
        if is_free(port) {
            return Ok(port);
        }
    }
    Err(ServerError::PortTaken { port: PORTS.start })
}

/// True if nobody listens on the port.
pub(super) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Writes the configuration file.
pub(super) fn write(config: &ServerConfig, port: u16, name: &str) -> Result<(), ServerError> {
    let path = file(config);
    let text = text(config, port, name);
    std::fs::write(&path, text).map_err(|source| ServerError::File { what: "write", path, source })
}

/// The configuration file of a store directory.
pub(super) fn file(config: &ServerConfig) -> PathBuf {
    config.store_dir.join(CONFIG_FILE)
}

fn text(config: &ServerConfig, port: u16, name: &str) -> String {
    let store_dir = quoted(&config.store_dir.join("jetstream"));
    let log_file = quoted(&config.store_dir.join(LOG_FILE));
    let max_file_store = config.max_file_store_bytes;
    let max_memory_store = config.max_memory_store_bytes;
    let max_payload = MESSAGE_BYTES_MAX;
    format!(
        r#"# Written by longhu at every start; changes are lost.
server_name: "{name}"
listen: "127.0.0.1:{port}"
max_payload: {max_payload}
log_file: "{log_file}"
logfile_size_limit: 10485760
logfile_max_num: 3
jetstream {{
  store_dir: "{store_dir}"
  sync_interval: always
  max_file_store: {max_file_store}
  max_memory_store: {max_memory_store}
}}
"#
    )
}

fn quoted(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"")
}

/// The last lines of the server's log, for an error.
pub(super) fn last_words(store_dir: &Path) -> String {
    let text = std::fs::read_to_string(store_dir.join(LOG_FILE)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    match lines.as_slice() {
        [] => "nothing".to_owned(),
        lines => lines[lines.len().saturating_sub(LAST_LINES)..].join(" | "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_listens_on_loopback_and_syncs_always() {
        let text = text(&ServerConfig::new("data"), 18_123, "longhu-x");
        assert!(text.contains("listen: \"127.0.0.1:18123\""));
        assert!(text.contains("sync_interval: always"));
        assert!(!text.contains("http"));
    }

    #[test]
    fn taken_port_is_refused_and_a_chosen_one_is_in_range() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(matches!(choose_port(Some(port)), Err(ServerError::PortTaken { .. })));
        assert!(PORTS.contains(&choose_port(None).unwrap()));
    }
}
