//! `longhu import`: the command line of the importer. What a mapping means is the importer's business.

mod csv;
mod organisation;

use clap::Subcommand;
use longhu_client::failure::Failure;
use longhu_client::server::Global;

pub use organisation::{Command as OrganisationCommand, run as run_organisation};

/// What can be imported.
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
