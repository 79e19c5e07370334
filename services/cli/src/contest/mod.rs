//! `longhu contest`: publish, amend, seal and look at contests. What a contest means is the core's business.

mod apply;
pub mod file;
mod late;
mod seal;
mod show;

use clap::Subcommand;

use crate::client::Global;
use crate::failure::Failure;

/// What can be done with contests.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Publish the contest of a file, or amend it.
    Apply(apply::Args),
    /// List contests.
    List(show::ListArgs),
    /// Show one contest.
    Show(show::ShowArgs),
    /// End a contest: its result never changes again.
    Seal(seal::Args),
    /// List what came after a contest was sealed and would have changed its result.
    Late(late::Args),
}

/// Runs one of them.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Apply(args) => apply::run(args, global).await,
        Command::List(args) => show::list(args, global).await,
        Command::Show(args) => show::show(args, global).await,
        Command::Seal(args) => seal::run(args, global).await,
        Command::Late(args) => late::run(args, global).await,
    }
}
