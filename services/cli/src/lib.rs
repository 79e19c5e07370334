//! The `longhu` binary: it parses the command line, runs one command, and turns its failure into an exit
//! code. It is a library so that this package's tests can use it.

mod audit;
#[cfg(not(feature = "bench"))]
mod bench_absent;
mod catalogue;
mod completions;
mod contest;
mod emit;
mod file_kind;
mod import;
mod log;
mod oracle;
mod org;
mod plans;
mod rebuild;
mod sources;
mod standings;
mod token;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use longhu_client::failure::Failure;
use longhu_client::server::Global;

/// Tracks a bank's marketing campaigns and contests: events in, exact standings out.
#[derive(Debug, Parser)]
#[command(name = "longhu", version, about, propagate_version = true, subcommand_required = true)]
#[command(after_help = EXIT_CODES, infer_subcommands = false, max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 not allowed, 5 conflict.
Data goes to stdout, everything else to stderr.";

/// All commands: first those that serve, then those that call a server.
#[derive(Debug, Subcommand)]
enum Command {
    /// Show a demo: a simulated bank with live boards.
    #[cfg(feature = "demo")]
    Demo(longhu_demo::Args),
    /// Run everything in one process.
    Dev(longhu_serve::dev::Args),
    /// Run the service that accepts events and decisions.
    Ingest(longhu_serve::single::IngestArgs),
    /// Run the service that folds the log into boards.
    Projector(longhu_serve::single::ProjectorArgs),
    /// Run the service that answers queries of dashboards.
    Query(longhu_serve::single::QueryArgs),
    /// Begin the log of a bank.
    #[command(subcommand)]
    Bank(BankCommand),
    /// Apply and query the organisation: units and employees.
    #[command(subcommand)]
    Org(org::Command),
    /// Check, explain, publish, amend, seal and show contests.
    #[command(subcommand)]
    Contest(contest::Command),
    /// Set and show the targets of a contest's participants.
    #[command(subcommand)]
    Targets(plans::TargetsCommand),
    /// Set and show working-day calendars, on which pace is based.
    #[command(subcommand)]
    Calendar(plans::CalendarCommand),
    /// Send events from a file of JSON lines.
    Emit(emit::Args),
    /// Import a bank's files: organisation and events.
    #[command(subcommand)]
    Import(import::Command),
    /// Show a board, or the position of one participant.
    Standings(standings::Args),
    /// Compute standings from an exported log, slowly and without a server.
    Oracle(oracle::Args),
    /// Show the log itself.
    #[command(subcommand)]
    Log(log::Command),
    /// Compute contests again from the log, while they are served.
    Rebuild(rebuild::Args),
    /// Fold the log once more and compare it with what is served.
    Verify(verify::Args),
    /// Register sources of events and show how far they have been counted.
    #[command(subcommand)]
    Sources(sources::Command),
    /// Check an audit log.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Make tokens for callers.
    #[command(subcommand)]
    Token(token::Command),
    /// List event types and add the bank's own.
    #[command(subcommand)]
    Catalogue(catalogue::Command),
    /// Measure the speed on this machine, compared with Redis and PostgreSQL.
    #[cfg(feature = "bench")]
    #[command(subcommand)]
    Bench(longhu_bench::Command),
    /// Measure the speed on this machine. Not in this build; explains how to get it.
    #[cfg(not(feature = "bench"))]
    Bench(bench_absent::Args),
    /// Print a completion script for a shell.
    Completions(completions::Args),
}

/// Commands for a bank as a whole.
#[derive(Debug, Subcommand)]
enum BankCommand {
    /// Begin the log of a new bank.
    Init(longhu_serve::found::Args),
}

impl Command {
    async fn run(self, global: &Global) -> Result<(), Failure> {
        match self {
            #[cfg(feature = "demo")]
            Command::Demo(args) => longhu_demo::run(args, global).await,
            Command::Dev(args) => longhu_serve::dev::run(args, global).await,
            Command::Ingest(args) => longhu_serve::single::ingest(args, global).await,
            Command::Projector(args) => longhu_serve::single::projector(args, global).await,
            Command::Query(args) => longhu_serve::single::query(args, global).await,
            Command::Bank(BankCommand::Init(args)) => longhu_serve::found::run(args).await,
            Command::Org(command) => org::run(command, global).await,
            Command::Contest(command) => contest::run(command, global).await,
            Command::Targets(command) => plans::run_targets(command, global).await,
            Command::Calendar(command) => plans::run_calendar(command, global).await,
            Command::Emit(args) => emit::run(args, global).await,
            Command::Import(command) => import::run(command, global).await,
            Command::Standings(args) => standings::run(args, global).await,
            Command::Oracle(args) => oracle::run(args, global).await,
            Command::Log(command) => log::run(command, global).await,
            Command::Rebuild(args) => rebuild::run(args, global).await,
            Command::Verify(args) => verify::run(args, global).await,
            Command::Sources(command) => sources::run(command, global).await,
            Command::Audit(command) => audit::run(command, global),
            Command::Token(command) => token::run(command),
            Command::Catalogue(command) => catalogue::run(command, global).await,
            #[cfg(feature = "bench")]
            Command::Bench(command) => longhu_bench::run(command, global).await,
            #[cfg(not(feature = "bench"))]
            Command::Bench(args) => bench_absent::run(args),
            Command::Completions(args) => completions::run::<Cli>(args),
        }
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new(format!("the runtime cannot be started: {error}")).report(),
    };
    let result = runtime.block_on(cli.command.run(&cli.global));
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        fn check(command: &clap::Command) {
            let leaf = command.get_subcommands().next().is_none();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(!leaf || help.contains("longhu "), "{} has no example", command.get_name());
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
