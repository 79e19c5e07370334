//! A private PostgreSQL: its own cluster in its own folder, a free port on loopback, and the same durability
//! as the log. It refuses to run as root; if this process is root, it runs as the user `postgres`, or else as
//! `nobody`.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use rustix::process::Signal;
use tokio_postgres::{Client, NoTls};

use super::program::{self, Missing};
use crate::machine::said;
use crate::process::Process;
use crate::refusal::coded;
use crate::service::free_port;

/// Its settings.
pub const SETTINGS: &str = "fsync on, synchronous_commit on, shared_buffers 512MB, max_wal_size 4GB, otherwise defaults, loopback TCP";
const READY_MAX: Duration = Duration::from_secs(120);
/// Where Debian installs the servers.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A running server.
pub struct Postgres {
    binary: PathBuf,
    folder: PathBuf,
    port: u16,
    owner: Option<(u32, u32)>,
    process: Option<Process>,
    /// The version it reports.
    pub version: String,
}

impl Postgres {
    /// The program, or why there is none.
    pub fn find() -> Result<PathBuf, Missing> {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(VERSIONS)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .collect();
        folders.sort();
        folders.reverse();
        let found = program::find("postgres", folders).ok_or(Missing::Postgres)?;
        // A link on PATH leads to the folder with the companion programs.
        let found = found.canonicalize().unwrap_or(found);
        match found.with_file_name("initdb").is_file() {
            true => Ok(found),
            false => Err(Missing::Initdb(found)),
        }
    }

    /// Creates a cluster in its own folder, and starts it.
    pub async fn start(binary: &Path, folder: &Path) -> Result<Postgres, Failure> {
        program::make(folder)?;
        let owner = if rustix::process::geteuid().is_root() { Some(other_than_root()?) } else { None };
        if let Some((user, group)) = owner {
            chown(folder, Some(user), Some(group)).map_err(|error| failed(error.to_string()))?;
        }
        let version = said(Command::new(binary).arg("--version")).unwrap_or_default();
        let version = version.replace("postgres (PostgreSQL)", "PostgreSQL");
        let (binary, folder) = (binary.to_owned(), folder.to_owned());
        let mut server = Postgres { binary, folder, port: 0, owner, process: None, version };
        let mut initdb = server.command("initdb");
        initdb.args([
            "--auth=trust",
            "--username=bench",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
            "data",
        ]);
        let made = tokio::process::Command::from(initdb).kill_on_drop(true).output().await;
        let made = made.map_err(|error| failed(format!("initdb does not run: {error}")))?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&made.stderr).trim().replace('\n', " ");
            return Err(failed(format!("initdb: {said}")));
        }
        // Chosen only now, because somebody else could take the port while the cluster is created.
        server.port = free_port()?;
        server.run().await?;
        Ok(server)
    }

    /// A program of its distribution, run in its folder as its owner.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.binary.with_file_name(name));
        command.current_dir(&self.folder);
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        for variable in ["PGDATA", "PGPORT", "PGHOST", "PGUSER", "PGDATABASE", "PGOPTIONS"] {
            command.env_remove(variable);
        }
        command
    }

    /// Starts it on the data in its folder, and waits until it answers.
    pub async fn run(&mut self) -> Result<(), Failure> {
        let mut command = self.command("postgres");
        command.args(["-D", "data", "-p", &self.port.to_string(), "-h", "127.0.0.1", "-k", ""]);
        for setting in ["fsync=on", "synchronous_commit=on", "shared_buffers=512MB", "max_wal_size=4GB"] {
            command.args(["-c", setting]);
        }
        let log = self.folder.join("server.log");
        // "Immediate" shutdown: its data is deleted anyway, so there is no need to wait for a checkpoint.
        let mut process = Process::start("postgres", command, &log, Signal::QUIT)?;
        let started = Instant::now();
        loop {
            if self.connect().await.is_ok() {
                self.process = Some(process);
                return Ok(());
            }
            process.check()?;
            if started.elapsed() > READY_MAX {
                return Err(failed(format!("it does not answer after {READY_MAX:?}")));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// A new connection.
    pub async fn connect(&self) -> Result<Client, Failure> {
        let config = format!("host=127.0.0.1 port={} user=bench dbname=postgres", self.port);
        let connected = tokio_postgres::connect(&config, NoTls).await;
        let (client, connection) = connected.map_err(|error| error_of(&error))?;
        // It ends with its client, whose calls report any error.
        tokio::spawn(async move { drop(connection.await) });
        Ok(client)
    }

    /// Ends it without a checkpoint, in the way a crash does. Its next start recovers from its log.
    pub fn crash(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.stop(Signal::QUIT);
        }
    }
}

/// The user and group to use instead of root.
fn other_than_root() -> Result<(u32, u32), Failure> {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let ids = |name: &str| {
        let line = users.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let mut fields = line.split(':').skip(1);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let found = ids("postgres").or_else(|| ids("nobody")).filter(|(user, _)| *user != 0);
    found
        .ok_or_else(|| failed("it does not run as root, and there is neither a user `postgres` nor `nobody`"))
}

/// A failure of the server.
pub fn failed(what: impl std::fmt::Display) -> Failure {
    coded("PEER_FAILED", format!("postgres failed: {what}"))
        .next("run the benchmark without `--peer postgres`; as root, `--data-dir` must be in folders that all users may pass")
}

/// The failure for a call, with the server's own words.
pub fn error_of(error: &tokio_postgres::Error) -> Failure {
    match error.as_db_error() {
        Some(own) => failed(own.message()),
        None => failed(error),
    }
}
