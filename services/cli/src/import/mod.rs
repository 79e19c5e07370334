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

use std::path::Path;

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

/// A whole import of which nothing is sent or written down: how many events it has, and the codes of the rows that are
/// rejected.
///
/// # Errors
/// What stops an import.
pub fn rehearse(mapping: &Path, folder: &Path) -> Result<(u64, Vec<String>), error::Error> {
    let plan = compile::load(mapping, Some(folder), compile::Extent::Whole)?;
    let (mut report, mut progress) = (report::Report::new(None), progress::Progress::new(0, true));
    let indexes = lookup::Index::load_all(&plan, &mut report)?;
    organisation::build(&plan, &indexes, &mut report, &mut progress)?;
    let options = send::Options { order: input::Order::File, part: None, in_flight: 1 };
    let sink = sink::DryRun::default();
    let sent = send::send(&plan, &indexes, &sink, options, &mut report, &mut progress);
    futures::executor::block_on(sent)?;
    let codes = report.causes.into_keys().map(|(_, _, code)| code).collect();
    Ok((report.counts.events_accepted, codes))
}

/// Runs the command.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Csv(args) => csv_command::run(args, global).await,
    }
}
