//! `longhu bench`: how fast the whole path is on this machine, each figure on a private broker, private services and a
//! real store, and beside it the same work on a private Redis or PostgreSQL. Each benchmark checks its own result. No
//! speed is ever an error.

mod amount;
mod bank;
mod boards;
mod due;
mod fold;
mod ground;
mod ingest;
mod machine;
mod peer;
mod process;
mod rank;
mod rebuild;
mod report;
mod restart;
mod send;
mod service;
mod site;
mod visible;
mod watch;
mod workload;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use self::amount::Amount;
use self::bank::Shape;
use self::peer::Peer;
use self::report::Report;
use self::workload::Workload;
use crate::client::Global;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::serve::chain;

/// How long one call may take: the whole organisation is one.
const CALL_MAX: Duration = Duration::from_secs(900);

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Events into the log over gRPC, answered after the broker's fsync.
    Ingest(ingest::Args),
    /// Events of the log into three boards with exact ranks, kept on disk.
    Fold(fold::Args),
    /// From an event's sending to its being in the standings.
    Visible(visible::Args),
    /// The whole read model again from the log, at one or several sizes.
    Rebuild(rebuild::Args),
    /// The rank of a participant, in process and over gRPC.
    Rank(rank::Args),
    /// From a killed projector to the first right answer.
    Restart(restart::Args),
}

/// The bank, what happens in it, and where it is measured.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Workload")]
pub struct Common {
    /// Branches of the bank.
    #[arg(long, value_name = "N", default_value = "16000")]
    branches: Amount,
    /// Teams of the bank, dealt out among its branches.
    #[arg(long, value_name = "N", default_value = "50000")]
    teams: Amount,
    /// Employees of the bank, dealt out among its teams.
    #[arg(long, value_name = "N", default_value = "420000")]
    employees: Amount,
    /// A few employees have most events (Zipf's law, exponent 1); otherwise everybody is as likely.
    #[arg(long)]
    skewed: bool,
    /// The source gives ids only; otherwise it numbers its events.
    #[arg(long)]
    unnumbered: bool,
    /// Another seed, other events; the same seed, the same events.
    #[arg(long, default_value_t = 8)]
    seed: u64,
    /// Events of one call, and of one batch on a peer: 1 to 1,000.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    batch: u64,
    /// Callers at the same time, and connections to a peer.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=256))]
    connections: u64,
    /// Measure on this disk: a new or empty folder, which is kept. Without it, a temporary one that goes away.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Whom to compare with.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Comparison")]
pub struct Peers {
    /// Do the same work on a private server found on PATH; may be given for each.
    #[arg(long = "peer", value_name = "NAME", value_enum)]
    peers: Vec<Peer>,
    /// At most so many events on a peer; its rate is taken from them.
    #[arg(long, value_name = "N", default_value = "2M")]
    peer_events: Amount,
}

impl Common {
    /// The bank's size, if there is such a bank.
    fn shape(&self) -> Result<Shape, Failure> {
        Shape::new(self.branches, self.teams, self.employees)
    }

    /// What happens in the bank.
    fn workload(&self) -> Result<Workload, Failure> {
        Ok(Workload {
            shape: self.shape()?,
            skewed: self.skewed,
            numbered: !self.unnumbered,
            seed: self.seed,
            everybody_first: false,
        })
    }
}

/// Runs a benchmark and prints its report.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    longhu_runtime::telemetry::init("warn").map_err(|error| chain(&error))?;
    let shutdown = longhu_runtime::shutdown::on_signal().map_err(|error| chain(&error))?;
    let global = Global { token: None, timeout: CALL_MAX, ..global.clone() };
    // Dropped at a signal, it ends the processes that it started and removes its folder.
    let report = tokio::select! {
        report = measure(command, &global) => report?,
        () = shutdown.cancelled() => {
            let what = "interrupted: its processes are ended, its temporary folder is removed";
            return Err(coded("INTERRUPTED", what).next("run it again, with fewer `--events` if it takes too long"));
        }
    };
    match format {
        Format::Json => output::print_json(&report),
        _ => output::print(&report.text()),
    }
}

async fn measure(command: Command, global: &Global) -> Result<Report, Failure> {
    match command {
        Command::Ingest(args) => ingest::run(args, global).await,
        Command::Fold(args) => fold::run(args, global).await,
        Command::Visible(args) => visible::run(args, global).await,
        Command::Rebuild(args) => rebuild::run(args, global).await,
        Command::Rank(args) => rank::run(args, global).await,
        Command::Restart(args) => restart::run(args, global).await,
    }
}

/// A failure with a stable code.
fn coded(code: &str, what: impl Into<String>) -> Failure {
    Failure::new(what).details(vec![format!("code {code}")])
}

/// A wrong argument with a stable code.
fn coded_usage(code: &str, what: impl Into<String>) -> Failure {
    Failure::usage(what).details(vec![format!("code {code}")])
}

/// A result that is not what was sent: no figure of it is worth anything.
fn wrong_result(what: impl Into<String>) -> Failure {
    coded("WRONG_RESULT", what)
        .next("this is a defect of what was measured; please report it with the whole command")
}
