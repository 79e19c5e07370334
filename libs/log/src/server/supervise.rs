//! One thread that supervises one child: it starts the child, waits for its end, restarts it, and stops it.
//! The thread lives exactly as long as it may have a child (see `child::spawn`), and never leaves one behind.

use super::child;
use super::config::{self, ServerConfig};
use super::error::ServerError;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the thread checks whether the child has ended.
const LOOK: Duration = Duration::from_millis(20);
/// The first pause before a restart; it doubles with each restart in a row.
const BACKOFF_MIN: Duration = Duration::from_millis(50);
/// The longest pause before a restart.
const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// If the child lived this long, the pauses start again from the shortest.
const LIVED: Duration = Duration::from_secs(10);

/// How to stop the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// SIGTERM, and SIGKILL after the configured time.
    Gently,
    /// SIGKILL.
    Now,
}

/// What the thread reports.
#[derive(Debug, Default)]
struct Shared {
    /// 0 if there is no child.
    pid: AtomicU32,
    restarts: AtomicU32,
    has_given_up: AtomicBool,
}

/// The handle of the thread. Dropping it kills the child and waits for the thread.
#[derive(Debug)]
pub(super) struct Supervisor {
    shared: Arc<Shared>,
    stop: Sender<Stop>,
    thread: Option<JoinHandle<()>>,
}

impl Supervisor {
    /// Starts the thread, which starts the child.
    pub(super) fn start(
        config: &ServerConfig,
        binary: PathBuf,
        lock: Arc<File>,
    ) -> Result<Self, ServerError> {
        let shared = Arc::new(Shared::default());
        let (stop, stopped) = channel();
        let keeper = Keeper {
            binary: binary.clone(),
            config_file: config::file(config),
            stop_timeout: config.stop_timeout,
            lock,
            shared: shared.clone(),
            stopped,
        };
        let thread = std::thread::Builder::new().name("nats-server".to_owned()).spawn(move || keeper.run());
        let thread = thread.map_err(|source| ServerError::File {
            what: "start a thread for",
            path: binary,
            source,
        })?;
        Ok(Supervisor { shared, stop, thread: Some(thread) })
    }

    pub(super) fn pid(&self) -> Option<u32> {
        Some(self.shared.pid.load(Ordering::Acquire)).filter(|pid| *pid != 0)
    }

    pub(super) fn restarts(&self) -> u32 {
        self.shared.restarts.load(Ordering::Acquire)
    }

    /// True if the binary cannot be started at all.
    pub(super) fn has_given_up(&self) -> bool {
        self.shared.has_given_up.load(Ordering::Acquire)
    }

    /// Stops the child and waits for the thread, without blocking the runtime.
    pub(super) async fn stop(mut self, how: Stop) {
        self.send(how);
        if let Some(thread) = self.thread.take() {
            let joined = tokio::task::spawn_blocking(move || thread.join().is_ok()).await;
            tracing::debug!(ended = joined.unwrap_or(false), "nats-server stopped");
        }
    }

    /// The thread ends by itself when nobody needs it any more, so a failed send is not an error.
    fn send(&self, how: Stop) {
        self.stop.send(how).ok();
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.send(Stop::Now);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// What the thread owns.
struct Keeper {
    binary: PathBuf,
    config_file: PathBuf,
    stop_timeout: Duration,
    lock: Arc<File>,
    shared: Arc<Shared>,
    stopped: Receiver<Stop>,
}

impl Keeper {
    fn run(self) {
        let mut backoff = BACKOFF_MIN;
        loop {
            let started = Instant::now();
            match self.spawn() {
                Ok(mut child) => {
                    self.shared.pid.store(child.id(), Ordering::Release);
                    let stop = self.watch(&mut child);
                    if let Some(how) = stop {
                        self.end(&mut child, how);
                    }
                    self.shared.pid.store(0, Ordering::Release);
                    if stop.is_some() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::error!(%error, binary = %self.binary.display(), "nats-server cannot be started");
                    // A binary that has run before may run again; one that never ran will not.
                    if self.shared.restarts.load(Ordering::Acquire) == 0 {
                        self.shared.has_given_up.store(true, Ordering::Release);
                        return;
                    }
                }
            }
            if started.elapsed() > LIVED {
                backoff = BACKOFF_MIN;
            }
            self.shared.restarts.fetch_add(1, Ordering::AcqRel);
            tracing::warn!(again_in_ms = backoff.as_millis() as u64, "nats-server ended by itself");
            if self.told_to_stop(backoff).is_some() {
                return;
            }
            backoff = (backoff * 2).min(BACKOFF_MAX);
        }
    }

    fn spawn(&self) -> std::io::Result<Child> {
        let mut command = Command::new(&self.binary);
        command.arg("-c").arg(&self.config_file);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        child::spawn(command, &self.lock)
    }

    /// Waits until the child ends (`None`) or a stop is requested.
    fn watch(&self, child: &mut Child) -> Option<Stop> {
        loop {
            if let Some(how) = self.told_to_stop(LOOK) {
                return Some(how);
            }
            match child.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) => {
                    tracing::debug!(%status, "nats-server ended");
                    return None;
                }
                Err(error) => {
                    tracing::error!(%error, "nats-server cannot be waited for");
                    return Some(Stop::Now);
                }
            }
        }
    }

    /// Waits for a request to stop. If the handle was dropped, that counts as one.
    fn told_to_stop(&self, wait: Duration) -> Option<Stop> {
        match self.stopped.recv_timeout(wait) {
            Ok(how) => Some(how),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Stop::Now),
        }
    }

    fn end(&self, child: &mut Child, how: Stop) {
        if how == Stop::Gently && child::terminate(child).is_ok() {
            let give_up = Instant::now() + self.stop_timeout;
            while Instant::now() < give_up {
                if let Ok(Some(_)) = child.try_wait() {
                    return;
                }
                // A second request, for example from a drop, ends the waiting early.
                if self.told_to_stop(LOOK) == Some(Stop::Now) {
                    break;
                }
            }
        }
        if let Err(error) = child.kill().and_then(|()| child.wait()) {
            tracing::error!(%error, "nats-server cannot be killed");
        }
    }
}
