//! `longhu dev` in the background, one for each user. It holds a lock as long as it lives, so a record left
//! behind by a crash or a reboot is not mistaken for a running one.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use longhu_client::failure::{Exit, Failure};
use longhu_client::output;
use rustix::process::{Pid, Signal};
use serde::{Deserialize, Serialize};

/// How long starting may take, including installing nats-server.
const READY_MAX: Duration = Duration::from_secs(300);
/// How long ending may take.
const END_MAX: Duration = Duration::from_secs(120);
/// The time between two checks of a file or a process.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How many lines of the log are shown if it did not start.
const LOG_LINES: usize = 12;

/// What is recorded about the one that is running.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    pid: i32,
    url: String,
    bank: String,
    data_dir: Option<PathBuf>,
}

/// The files of the user's `longhu dev` in the background.
struct State {
    folder: PathBuf,
}

impl State {
    /// They are in `$XDG_STATE_HOME/longhu`, or `~/.local/state/longhu`.
    fn open() -> Result<State, Failure> {
        let set = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        let home = || set("HOME").map(|home| home.join(".local/state"));
        let base = set("XDG_STATE_HOME").or_else(home).ok_or_else(|| {
            Failure::new("there is no folder for the state of `longhu dev` in the background")
                .next("set HOME or XDG_STATE_HOME")
        })?;
        let folder = base.join("longhu");
        std::fs::create_dir_all(&folder).map_err(|error| unusable(&folder, &error))?;
        Ok(State { folder })
    }

    fn record_file(&self) -> PathBuf {
        self.folder.join("dev.json")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("dev.log")
    }

    /// The lock; `None` if another process has it.
    fn lock(&self) -> Result<Option<File>, Failure> {
        let path = self.folder.join("dev.lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| unusable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(unusable(&path, &error)),
        }
    }

    fn record(&self) -> Option<Record> {
        serde_json::from_slice(&std::fs::read(self.record_file()).ok()?).ok()
    }

    fn forget(&self) -> Result<(), Failure> {
        match std::fs::remove_file(self.record_file()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(unusable(&self.record_file(), &error))
            }
            _ => Ok(()),
        }
    }

    fn runs_already(&self) -> Failure {
        let told = match self.record() {
            Some(record) => format!("a `longhu dev` runs in the background already: {}", record.told()),
            None => "a `longhu dev` is starting or ending in the background".to_owned(),
        };
        Failure::new(told).exit(Exit::Conflict).next("use it, or stop it with `longhu dev --stop`")
    }
}

/// The one in the background, if it serves on this address; in words, for a command that cannot have the port.
pub fn serving_on(address: std::net::SocketAddr) -> Option<String> {
    let state = State::open().ok()?;
    let is_running = state.lock().ok()?.is_none();
    let record =
        state.record().filter(|record| is_running && record.url.ends_with(&format!("//{address}")))?;
    Some(record.told())
}

impl Record {
    fn told(&self) -> String {
        format!("bank `{}` on {}, process {}", self.bank, self.url, self.pid)
    }

    fn data(&self) -> String {
        let kept = self.data_dir.as_ref().map(|folder| folder.display().to_string());
        kept.unwrap_or_else(|| "nothing is kept; see --data-dir".to_owned())
    }
}

fn unusable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot use {}: {error}", path.display()))
        .next("make its folder writable, or name another with XDG_STATE_HOME")
}

/// Starts this same command in the background, and returns once it serves.
pub async fn start() -> Result<(), Failure> {
    let state = State::open()?;
    let Some(lock) = state.lock()? else { return Err(state.runs_already()) };
    state.forget()?;
    let mut child = spawn(&state)?;
    // From here on the child holds the lock.
    drop(lock);
    let begun = Instant::now();
    let record = loop {
        if let Some(record) = state.record() {
            break record;
        }
        if let Some(status) = child.try_wait().map_err(|error| unusable(&state.folder, &error))? {
            let what = format!("`longhu dev` ended before it served ({status})");
            return Err(Failure::new(what)
                .details(last_lines(&state.log_file()))
                .next(format!("correct the problem in its log: {}", state.log_file().display())));
        }
        if begun.elapsed() > READY_MAX {
            // It took too long, and must not be left behind.
            let _ = child.kill();
            let what = format!("`longhu dev` does not serve after {} s", READY_MAX.as_secs());
            return Err(Failure::new(what).details(last_lines(&state.log_file())));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    };
    let mut said = format!("longhu serves {} (data: {})\n", record.told(), record.data());
    if record.url != longhu_client::server::DEFAULT_SERVER {
        said.push_str(&format!("for other commands: export LONGHU_SERVER={}\n", record.url));
    }
    said.push_str(&format!("its log: {}\nstop it with: longhu dev --stop\n", state.log_file().display()));
    output::print(&said)
}

fn spawn(state: &State) -> Result<Child, Failure> {
    let path = state.log_file();
    let log = File::create(&path).map_err(|error| unusable(&path, &error))?;
    let errors = log.try_clone().map_err(|error| unusable(&path, &error))?;
    let failed = |error: io::Error| Failure::new(format!("cannot start `longhu dev`: {error}"));
    // The same arguments; only the process that waits is another one.
    let same = std::env::args_os().skip(1);
    let args = same.map(|arg| if arg == "--detach" { "--detached".into() } else { arg });
    Command::new(std::env::current_exe().map_err(failed)?)
        .args(args)
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .spawn()
        .map_err(failed)
}

fn last_lines(log: &Path) -> Vec<String> {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].iter().map(|line| output::one_line(line)).collect()
}

/// What the process in the background holds while it lives.
pub struct Detached {
    state: State,
    _lock: File,
}

impl Detached {
    /// Leaves the terminal's session, and takes over the lock from the process that started it.
    pub async fn begin() -> Result<Detached, Failure> {
        // This fails if the process already leads a session; then there is no terminal to leave.
        let _ = rustix::process::setsid();
        let state = State::open()?;
        let begun = Instant::now();
        let lock = loop {
            match state.lock()? {
                Some(lock) => break lock,
                None if begun.elapsed() > Duration::from_secs(5) => return Err(state.runs_already()),
                None => tokio::time::sleep(LOOK_EVERY).await,
            }
        };
        Ok(Detached { state, _lock: lock })
    }

    /// Records that it serves. The record is written completely or not at all.
    pub fn serves(&self, url: &str, bank: &str, data_dir: Option<&Path>) -> Result<(), Failure> {
        let data_dir = data_dir.map(|folder| folder.canonicalize().unwrap_or_else(|_| folder.to_owned()));
        let pid = rustix::process::getpid().as_raw_nonzero().get();
        let record = Record { pid, url: url.to_owned(), bank: bank.to_owned(), data_dir };
        let path = self.state.record_file();
        let partial = path.with_extension("partial");
        let text = output::json(&record, true)? + "\n";
        let written = File::create(&partial).and_then(|mut file| file.write_all(text.as_bytes()));
        written.and_then(|()| std::fs::rename(&partial, &path)).map_err(|error| unusable(&path, &error))
    }
}

impl Drop for Detached {
    fn drop(&mut self) {
        // A record that stays behind is recognised because nobody holds the lock.
        let _ = self.state.forget();
    }
}

/// Stops the one in the background, and returns once it has ended.
pub async fn stop() -> Result<(), Failure> {
    let state = State::open()?;
    if state.lock()?.is_some() {
        let crashed = state.record();
        state.forget()?;
        let what = match crashed {
            Some(record) => {
                format!("no `longhu dev` runs in the background; it has ended: {}", record.told())
            }
            None => "no `longhu dev` runs in the background".to_owned(),
        };
        return Err(Failure::new(what).exit(Exit::NotFound).next("start one with `longhu dev --detach`"));
    }
    let begun = Instant::now();
    let mut asked: Option<Record> = None;
    loop {
        if let (None, Some(record)) = (&asked, state.record()) {
            let pid = Pid::from_raw(record.pid).ok_or_else(|| Failure::new("its record names no process"))?;
            rustix::process::kill_process(pid, Signal::TERM)
                .map_err(|error| Failure::new(format!("cannot stop {}: {error}", record.told())))?;
            asked = Some(record);
        }
        if state.lock()?.is_some() {
            let what = match &asked {
                Some(record) => format!("stopped: {} (data: {})\n", record.told(), record.data()),
                None => "it has ended\n".to_owned(),
            };
            return output::print(&what);
        }
        if begun.elapsed() > END_MAX {
            let what = match &asked {
                Some(record) => format!("it still runs after {} s: {}", END_MAX.as_secs(), record.told()),
                None => "it neither serves nor ends".to_owned(),
            };
            return Err(Failure::new(what).next(format!("look into {}", state.log_file().display())));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
