//! `longhu log`: looks at the log itself. It reads and never writes.

mod dead_letters;
mod entries;
mod export;
mod stat;
mod tail;

use clap::Subcommand;
use longhu_client::failure::Failure;
use longhu_client::server::Global;

/// What can be looked at.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show how large the log is and how far it has been folded.
    Stat(stat::Args),
    /// Show entries in the order of the log.
    Tail(tail::Args),
    /// List entries that count for nothing, each with its reason.
    DeadLetters(dead_letters::Args),
    /// Write every entry as JSON lines.
    Export(export::Args),
}

/// Runs one of them.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Stat(args) => stat::run(args, global).await,
        Command::Tail(args) => tail::run(args, global).await,
        Command::DeadLetters(args) => dead_letters::run(args, global).await,
        Command::Export(args) => export::run(args, global).await,
    }
}
