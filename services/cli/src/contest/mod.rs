//! `longhu contest`: check, explain, publish, amend, seal and look at contests. What a contest means is the core's business.

mod apply;
mod explain;
mod late;
mod seal;
mod show;
mod validate;

use clap::Subcommand;

use longhu_client::failure::Failure;
use longhu_client::server::Global;

/// What can be done with contests.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the contest of a file without a server.
    Validate(validate::Args),
    /// Say in plain words what the contest of a file counts, with an example.
    Explain(explain::Args),
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
        Command::Validate(args) => validate::run(args, global),
        Command::Explain(args) => explain::run(args, global),
        Command::Apply(args) => apply::run(args, global).await,
        Command::List(args) => show::list(args, global).await,
        Command::Show(args) => show::show(args, global).await,
        Command::Seal(args) => seal::run(args, global).await,
        Command::Late(args) => late::run(args, global).await,
    }
}
