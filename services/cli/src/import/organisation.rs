//! `longhu org import`: the organisation of files alone, by the part of a mapping that is about it. It sends no source and
//! no event, and looks at no file that only those need.

use std::path::PathBuf;
use std::time::Duration;

use clap::Subcommand;
use longhu_client::failure::{Failure, is_unreachable, root_cause};
use longhu_client::output::{self, Format};
use longhu_client::server::{Global, duration};
use longhu_import::{Decides, Error, Extent, OrganisationChange, Report, Server, import_organisation};
use serde::Serialize;

use super::csv::{rejected_path, stopped};

const EXAMPLES: &str = "Examples:
  longhu org import csv --mapping organisation.mapping.toml --input-dir extracts --dry-run
  longhu org import csv --mapping organisation.mapping.toml --input-dir extracts

Units and employees of the files are added or changed, all or nothing; what they do not name stays as it is. A unit
or an employee is written whole: what is left out of one is no longer so.";

/// The examples and the mapping's format, for `--help`.
fn manual() -> String {
    let examples = concat!(
        "Examples:\n",
        "  longhu org import csv --mapping organisation.mapping.toml --input-dir extracts --dry-run\n",
        "  longhu org import csv --mapping organisation.mapping.toml --input-dir extracts\n\n",
        "Of a mapping only [[organisation.…]] is used, with what it names. Units and employees are added or changed, all or\n",
        "nothing; what the files do not name stays as it is. A unit or an employee is written whole: what is left out of one\n",
        "is no longer so.\n\n"
    );
    format!("{examples}{}", longhu_import::FORMAT)
}

/// From what an organisation can be imported.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import CSV files by the organisation's part of a mapping.
    Csv(Args),
}

/// Arguments of `longhu org import csv`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = manual())]
pub struct Args {
    /// The mapping, as that of `longhu import csv`.
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// Where the files of the mapping are. Default: beside the mapping.
    #[arg(long, value_name = "DIR")]
    input_dir: Option<PathBuf>,
    /// Check everything, also on the server, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where rejected rows go, as JSON lines. Default: the mapping's name with `.rejected.jsonl`, in this directory;
    /// nowhere in a dry run.
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// How long a server that is away or busy is waited for; in a dry run it is not.
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    retry_for: Duration,
    /// Apply it even if it leaves no unit open today, or nobody in one.
    #[arg(long)]
    yes: bool,
}

/// What became of it, as JSON.
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
        Ok(change) => say(format, &report, change, args.dry_run),
        Err(Error::Refused { status, .. }) if args.dry_run && is_unreachable(&status) => {
            let url = &global.server;
            output::note(&format!("the server was not asked: {} ({url})", root_cause(&status)));
            output::note("nothing is wrong as far as can be seen without a server");
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
