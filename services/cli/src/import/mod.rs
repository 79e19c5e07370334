//! `longhu import`: the command line of the importer. The meaning of a mapping is defined in the importer.

mod csv;
mod organisation;

use clap::Subcommand;
use longhu_client::failure::Failure;
use longhu_client::server::Global;

pub use organisation::{Command as OrganisationCommand, run as run_organisation};

/// Kinds of input.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import CSV files by a mapping in TOML.
    Csv(csv::Args),
}

/// Runs the command.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Csv(args) => csv::run(args, global).await,
    }
}
