//! The importer: a bank's files become its organisation and its events, by a mapping that the bank's data
//! engineers write. Importing the same files again changes no standing. A wrong row is written to a file with
//! its reason, never dropped.

mod cells;
mod compile;
mod condition;
mod date;
mod dry_run;
mod error;
mod events;
mod grammar;
mod lookup;
mod model;
mod money;
mod organisation;
mod people;
mod plan;
mod problem;
mod progress;
mod report;
mod retry;
mod row_field;
mod run;
mod scan;
mod send;
mod server_sink;
mod sink;
mod spoilt;
mod template;
mod units;
mod values;

#[cfg(test)]
mod tests;

use std::path::Path;

use longhu_files::csv_file::Order;

pub use crate::compile::{Extent, load};
pub use crate::dry_run::DryRun;
pub use crate::error::Error;
pub use crate::report::{Cause, Counts, Report};
pub use crate::run::{import_organisation, import_plan};
pub use crate::send::Options;
pub use crate::server_sink::{Decides, Server};
pub use crate::sink::{OrganisationChange, Sink};

/// The format of a mapping, for `--help`.
pub const FORMAT: &str = include_str!("format.txt");

/// Runs a whole import without sending or writing anything. Returns the number of events and the codes of the
/// rejected rows.
///
/// # Errors
/// What stops an import.
pub fn rehearse(mapping: &Path, folder: &Path) -> Result<(u64, Vec<String>), Error> {
    let plan = compile::load(mapping, Some(folder), compile::Extent::Whole)?;
    let (mut report, mut progress) = (report::Report::new(None), progress::Progress::new(0, true));
    let indexes = lookup::Index::load_all(&plan, &mut report)?;
    organisation::build(&plan, &indexes, &mut report, &mut progress)?;
    let options = send::Options { order: Order::File, part: None, in_flight: 1 };
    let sink = DryRun::default();
    let sent = send::send(&plan, &indexes, &sink, options, &mut report, &mut progress);
    futures::executor::block_on(sent)?;
    let codes = report.causes.into_keys().map(|(_, _, code)| code).collect();
    Ok((report.counts.events_accepted, codes))
}
