//! The machine and the programs, for a report, so that a figure can be judged later.

use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use serde::Serialize;

/// The machine, as far as known.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// When the benchmark began.
    pub date: String,
    /// The number of processors that this process may use.
    pub cores: usize,
    /// The model of the processors.
    pub processor: String,
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// The average number of running or waiting processes over the minute before. Much above 0 means that
    /// other work disturbs the figures.
    pub load_before: f64,
    /// The operating system's version.
    pub kernel: String,
    /// This program's version.
    pub longhu: &'static str,
    /// The commit of the current folder, if that is the source; with `+` if there are changes.
    pub commit: Option<String>,
    /// Whether this is an optimised build.
    pub optimised: bool,
    /// The broker's version.
    pub nats_server: String,
    /// When the broker syncs to disk.
    pub sync_interval: String,
}

impl Machine {
    /// Collects the facts. The broker's configuration is in the given folder.
    pub fn look(broker: &Path) -> Machine {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split_once(':'))
                .map(|(_, value)| value.trim().to_owned())
                .unwrap_or_default()
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal");
        let memory_kib: u64 = memory.trim_end_matches("kB").trim().parse().unwrap_or(0);
        let load = read("/proc/loadavg").split(' ').next().and_then(|load| load.parse().ok());
        Machine {
            date: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            processor: field(&read("/proc/cpuinfo"), "model name"),
            memory_bytes: memory_kib * 1024,
            load_before: load.unwrap_or(0.0),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            longhu: env!("CARGO_PKG_VERSION"),
            commit: commit(),
            optimised: !cfg!(debug_assertions),
            nats_server: nats_server(),
            sync_interval: sync_interval(broker),
        }
    }
}

/// Taken from the server's own configuration.
fn sync_interval(broker: &Path) -> String {
    let text = std::fs::read_to_string(broker.join("nats-server.conf")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.trim().strip_prefix("sync_interval:"));
    line.map(|value| value.trim().to_owned()).unwrap_or_default()
}

fn nats_server() -> String {
    let found = longhu_log::server::find_or_install().ok();
    let said = found.and_then(|path| said(Command::new(path).arg("--version")));
    said.map(|text| text.trim_start_matches("nats-server:").trim().to_owned()).unwrap_or_default()
}

fn commit() -> Option<String> {
    if !Path::new("services/cli/src/bench/machine.rs").exists() {
        return None;
    }
    let commit = said(Command::new("git").args(["rev-parse", "--short", "HEAD"]))?;
    let changes = said(Command::new("git").args(["status", "--porcelain", "--untracked-files=no"]))?;
    Some(if changes.is_empty() { commit } else { format!("{commit}+") })
}

/// The first line that a program prints, if it runs and succeeds.
pub fn said(command: &mut Command) -> Option<String> {
    let output =
        command.stdin(std::process::Stdio::null()).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().trim().to_owned())
}
