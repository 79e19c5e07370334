//! `longhu org`: applies the organisation of a file, as a whole or not at all, and answers questions about
//! it. What a file does not name is not changed.

mod apply;
mod changes;
mod history;
mod mismatches;
mod preview;
mod show;
mod tree;
mod unresolved;
pub mod words;

use clap::Subcommand;

use crate::import;
use longhu_client::failure::Failure;
use longhu_client::server::Global;

/// Commands for the organisation.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add or change the units, employees, hand-overs and codes of a file, all or nothing.
    Apply(apply::Args),
    /// Add or change the units and employees of other files, all or nothing.
    #[command(subcommand)]
    Import(import::OrganisationCommand),
    /// Show a unit or an employee on a day.
    Show(show::Args),
    /// Show the dates of a unit, an employee, a hand-over or a code, and every decision on it.
    History(history::Args),
    /// Show the tree on a day, with head counts.
    Tree(tree::Args),
    /// List names in events that lead to no unit.
    Unresolved(unresolved::Args),
    /// List events whose branch disagrees with the creditor's membership.
    Mismatches(mismatches::Args),
}

/// Runs a command.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Apply(args) => apply::run(args, global).await,
        Command::Import(command) => import::run_organisation(command, global).await,
        Command::Show(args) => show::run(args, global).await,
        Command::History(args) => history::run(args, global).await,
        Command::Tree(args) => tree::run(args, global).await,
        Command::Unresolved(args) => unresolved::run(args, global).await,
        Command::Mismatches(args) => mismatches::run(args, global).await,
    }
}
