//! `longhu import`: files of a bank become its organisation and its events, by a mapping that the bank's data engineers
//! write. Importing again changes no standing; a row that is wrong is written down with its reason, and never dropped.

mod compile;
mod condition;
mod csv_command;
mod date;
pub mod error;
mod events;
pub mod fault;
pub mod input;
mod lookup;
mod model;
mod money;
pub mod number;
mod organisation;
mod organisation_command;
mod people;
mod plan;
mod problem;
mod progress;
mod report;
mod run;
mod scan;
mod send;
mod sink;
mod template;
mod units;
mod values;

#[cfg(test)]
mod tests;

pub use organisation_command::{Command as OrganisationCommand, run as run_organisation};

use clap::Subcommand;

use crate::client::Global;
use crate::failure::Failure;

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import CSV files by a mapping in TOML.
    Csv(csv_command::Args),
}

/// Runs the command.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Csv(args) => csv_command::run(args, global).await,
    }
}
