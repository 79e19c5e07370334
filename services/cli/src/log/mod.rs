//! `longhu log`: shows the log itself, and adopts one that has lost its end.

mod dead_letters;
mod entries;
mod export;
mod stat;
mod tail;

use clap::Subcommand;
use longhu_client::failure::Failure;
use longhu_client::server::Global;

/// Commands for the log.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the size of the log and how far it has been folded.
    Stat(stat::Args),
    /// Show entries in log order.
    Tail(tail::Args),
    /// List entries that had no effect, each with its reason.
    DeadLetters(dead_letters::Args),
    /// Write every entry as JSON lines.
    Export(export::Args),
    /// Accept a log that has lost its end, and list by source what to send again.
    Adopt(longhu_serve::adopt::Args),
}

/// Runs a command.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Stat(args) => stat::run(args, global).await,
        Command::Tail(args) => tail::run(args, global).await,
        Command::DeadLetters(args) => dead_letters::run(args, global).await,
        Command::Export(args) => export::run(args, global).await,
        Command::Adopt(args) => longhu_serve::adopt::run(args, global).await,
    }
}
