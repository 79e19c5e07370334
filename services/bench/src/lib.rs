//! `longhu bench`: the speed of the whole path on this machine. Each figure is measured on a private broker,
//! private services and a real store, and compared with the same work on a private Redis or PostgreSQL. Each
//! benchmark checks its own result. A low speed is never an error.

mod amount;
mod args;
mod bank;
mod boards;
mod due;
mod fold;
mod ground;
mod ingest;
#[cfg_attr(not(feature = "peers"), allow(dead_code, reason = "only drivers read how a job is dealt out"))]
mod job;
mod machine;
mod peer;
mod peers;
mod process;
mod rank;
mod rebuild;
mod refusal;
mod report;
mod restart;
mod send;
mod service;
mod shape;
mod site;
mod times;
mod visible;
mod watch;
mod workload;

use std::time::Duration;

use clap::Subcommand;
use futures::future::LocalBoxFuture;
use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_client::output::{self, Format};
use longhu_client::server::Global;

use self::refusal::coded;
use self::report::Report;

/// How long one call may take; sending the whole organisation is one call.
const CALL_MAX: Duration = Duration::from_secs(900);

/// The benchmarks.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Append events to the log over gRPC, answered after the broker's fsync.
    Ingest(ingest::Args),
    /// Fold events of the log into three boards with exact ranks, stored on disk.
    Fold(fold::Args),
    /// Measure the time from sending an event until it is in the standings.
    Visible(visible::Args),
    /// Rebuild the whole read model from the log, at one or several sizes.
    Rebuild(rebuild::Args),
    /// Look up ranks of participants, in process and over gRPC.
    Rank(rank::Args),
    /// Measure the time from killing a projector to the first correct answer.
    Restart(restart::Args),
}

/// Runs a benchmark and prints its report.
pub fn run(command: Command, global: &Global) -> LocalBoxFuture<'_, Result<(), Failure>> {
    Box::pin(run_as_asked(command, global))
}

async fn run_as_asked(command: Command, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    longhu_runtime::telemetry::init("warn").map_err(|error| chain(&error))?;
    let shutdown = longhu_runtime::shutdown::on_signal().map_err(|error| chain(&error))?;
    let global = Global { token: None, timeout: CALL_MAX, ..global.clone() };
    // If this is dropped at a signal, it ends the processes that it started and removes its folder.
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
