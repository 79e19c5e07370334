//! A child process that never outlives its benchmark: when dropped, it is killed and reaped. Only the own
//! child is signalled, and it is not reaped before, so its id cannot belong to another process.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use rustix::process::{Pid, Signal, kill_process};

use crate::refusal::coded;

/// How long a child may take to end when asked to.
const END_MAX: Duration = Duration::from_secs(120);
/// How many lines of its log a failure shows.
const LAST_LINES: usize = 5;

/// A running child.
#[derive(Debug)]
pub struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
    /// The signal that asks it to end, also used when it is dropped.
    gently: Signal,
}

impl Process {
    /// Starts it so that the terminal's Ctrl-C does not reach it, with its output in a file.
    pub fn start(
        name: &'static str,
        mut command: Command,
        log: &Path,
        gently: Signal,
    ) -> Result<Process, Failure> {
        use std::os::unix::process::CommandExt;
        let failed = |error: std::io::Error| {
            coded("NOT_STARTED", format!("{name} cannot be started: {error}"))
                .next("check that it can be run and that the folder can be written")
        };
        let file = File::options().create(true).append(true).open(log).map_err(failed)?;
        let second = file.try_clone().map_err(failed)?;
        command.process_group(0).stdin(Stdio::null()).stdout(file).stderr(second);
        let child = command.spawn().map_err(failed)?;
        Ok(Process { name, child, log: log.to_owned(), gently })
    }

    /// The greatest memory it has used, in bytes.
    pub fn memory_peak_bytes(&self) -> u64 {
        memory_peak_bytes(self.child.id())
    }

    /// An error if it has ended by itself.
    pub fn check(&mut self) -> Result<(), Failure> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.ended(&status.to_string())),
            Err(error) => Err(self.ended(&error.to_string())),
        }
    }

    fn ended(&self, how: &str) -> Failure {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let last = lines[lines.len().saturating_sub(LAST_LINES)..]
            .iter()
            .map(|line| longhu_client::output::one_line(line));
        let details = std::iter::once("code PROCESS_ENDED".to_owned()).chain(last).collect();
        Failure::new(format!("{} ended: {how}", self.name)).details(details).next(
            "look at its last lines above; run it again with LONGHU_LOG=debug and `--data-dir` to keep them",
        )
    }

    /// Asks it to end, and waits.
    pub async fn end(mut self) -> Result<(), Failure> {
        self.signal(self.gently);
        let started = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(self.ended(&status.to_string())),
                Ok(None) if started.elapsed() < END_MAX => tokio::time::sleep(Duration::from_millis(1)).await,
                Ok(None) => return Err(self.ended(&format!("not within {END_MAX:?}, so it was killed"))),
                Err(error) => return Err(self.ended(&error.to_string())),
            }
        }
    }

    /// Kills it at once and waits, so that it cannot write anything more.
    pub fn kill(mut self) {
        self.stop(Signal::KILL);
    }

    /// Ends it with a signal and waits. The exit code does not matter.
    pub fn stop(&mut self, signal: Signal) -> Option<ExitStatus> {
        self.signal(signal);
        self.child.wait().ok()
    }

    fn signal(&mut self, signal: Signal) {
        if let (Ok(None), Some(pid)) = (self.child.try_wait(), Pid::from_raw(self.child.id() as i32)) {
            // It may have ended already; then there is nothing to signal.
            let _ = kill_process(pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        // Graceful first, so that a server can end its own processes; but not for long, because somebody may
        // be waiting after Ctrl-C.
        self.signal(self.gently);
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(2) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.stop(Signal::KILL);
    }
}

/// The greatest memory a process has used, in bytes; 0 if the system does not tell.
pub fn memory_peak_bytes(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
