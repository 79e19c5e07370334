//! `longhu contest`: check, explain, publish, amend, seal and show contests. The meaning of a contest is
//! defined in the core.

mod apply;
pub(crate) mod explain;
mod known;
mod late;
mod reference;
mod seal;
mod show;
mod validate;

use clap::Subcommand;

pub(crate) use known::unknown;
use longhu_client::failure::Failure;
use longhu_client::server::Global;

/// Commands for contests.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a contest file without a server.
    Validate(validate::Args),
    /// Explain in plain words what a contest file counts, with an example.
    Explain(explain::Args),
    /// Look up the keys of a contest's file.
    Reference(reference::Args),
    /// Publish a contest from a file, or amend it.
    Apply(apply::Args),
    /// List contests.
    List(show::ListArgs),
    /// Show one contest.
    Show(show::ShowArgs),
    /// Seal a contest: its result never changes again.
    Seal(seal::Args),
    /// List the entries that came after a contest was sealed and would have changed its result.
    Late(late::Args),
}

/// Runs a command.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Validate(args) => validate::run(args, global),
        Command::Explain(args) => explain::run(args, global).await,
        Command::Reference(args) => reference::run(&args, global),
        Command::Apply(args) => apply::run(args, global).await,
        Command::List(args) => show::list(args, global).await,
        Command::Show(args) => show::show(args, global).await,
        Command::Seal(args) => seal::run(args, global).await,
        Command::Late(args) => late::run(args, global).await,
    }
}
