//! `longhu org import`: imports only the organisation, by the mapping's part about it. Sources and events are
//! not sent, and files that only they need are not read.

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use longhu_client::failure::{Failure, is_unreachable, root_cause};
use longhu_client::output::{self, Format};
use longhu_client::server::{Global, duration};
use longhu_import::{Decides, Error, Extent, OrganisationChange, Report, Server, import_organisation};
use serde::Serialize;

use super::csv::{rejected_path, stopped, tell_warnings};

const EXAMPLES: &str = "Examples:
  longhu org import csv --mapping organisation.mapping.toml --input-dir extracts --dry-run
  longhu org import csv --mapping organisation.mapping.toml --input-dir extracts

The units and employees in the files are added or changed, all or nothing; others are not changed. A unit or an
employee is replaced as a whole: a value that is left out is removed.";

/// The examples and the format of the mapping, for `--help`.
fn manual() -> String {
    let examples = concat!(
        "Examples:\n",
        "  longhu org import csv --mapping organisation.mapping.toml --input-dir extracts --dry-run\n",
        "  longhu org import csv --mapping organisation.mapping.toml --input-dir extracts\n\n",
        "Of a mapping only [[organisation.…]] is used, with what it names. The units and employees in the files are added or\n",
        "changed, all or nothing; others are not changed. A unit or an employee is replaced as a whole: a value that is left\n",
        "out is removed.\n\n"
    );
    format!("{examples}{}", longhu_import::FORMAT)
}

/// Kinds of input for an organisation.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import CSV files by the part of a mapping about the organisation.
    Csv(Args),
}

/// Arguments of `longhu org import csv`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = manual())]
pub struct Args {
    /// The mapping, in the same format as for `longhu import csv`.
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// The folder with the files of the mapping. Default: the mapping's folder.
    #[arg(long, value_name = "DIR")]
    input_dir: Option<PathBuf>,
    /// Check everything, including on the server, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The file for rejected rows, as JSON lines. Default: the mapping's name with `.rejected.jsonl`, in the
    /// current folder; none in a dry run.
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// How long to wait for a server that is unreachable or busy. A dry run does not wait.
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    retry_for: Duration,
    /// Apply it even if no unit would be open today, or no employee in one.
    #[arg(long)]
    yes: bool,
}

/// The outcome, as JSON.
#[derive(Serialize)]
struct Summary {
    units: u64,
    employees: u64,
    added: u64,
    changed: u64,
    unchanged: u64,
    position: Option<String>,
    dry_run: bool,
}

/// Runs the command.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let Command::Csv(args) = command;
    let format = global.format(&[Format::Table, Format::Json])?;
    let mut report = Report::new(rejected_path(args.rejected.as_ref(), &args.mapping, args.dry_run));
    let retry_for = if args.dry_run { Duration::ZERO } else { args.retry_for };
    let decides = Decides { validate_only: args.dry_run, allow_empty: args.yes };
    let server = Server::new(global.server()?, retry_for, decides);
    match import(&args, &server, &mut report).await {
        Ok(change) => {
            tell_warnings(&report);
            say(format, &report, change, args.dry_run)
        }
        Err(Error::Refused { status, .. }) if args.dry_run && is_unreachable(&status) => {
            let url = &global.server;
            output::note(&format!("not checked by the server: {} ({url})", root_cause(&status)));
            output::note("the local checks found no problem");
            Ok(())
        }
        Err(error) => Err(stopped(error, &mut report, &global.server)),
    }
}

async fn import(args: &Args, server: &Server, report: &mut Report) -> Result<OrganisationChange, Error> {
    let plan = longhu_import::load(&args.mapping, args.input_dir.as_deref(), Extent::Organisation)?;
    import_organisation(&plan, server, report).await
}

fn say(format: Format, report: &Report, change: OrganisationChange, dry_run: bool) -> Result<(), Failure> {
    let OrganisationChange { added, changed, unchanged, position } = change;
    let (units, employees) = (report.counts.units, report.counts.employees);
    let position = position.map(|position| position.to_string());
    if format == Format::Json {
        let summary = Summary { units, employees, added, changed, unchanged, position, dry_run };
        return output::print_json(&summary);
    }
    let outcome = match (dry_run, position) {
        (true, _) => "valid: ".to_owned(),
        (false, Some(position)) => format!("applied at {position}: "),
        (false, None) => String::new(),
    };
    output::print(&format!(
        "{outcome}{units} units and {employees} employees: {added} added, {changed} changed, {unchanged} unchanged\n"
    ))
}
