//! `longhu import csv`: reads the mapping, checks everything that can be checked without a server, sends
//! sources, organisation and events in that order, and prints the outcome.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use longhu_client::failure::Failure;
use longhu_client::output::{Format, note, pairs, print, print_json};
use longhu_client::proto_json;
use longhu_client::server::{Global, duration};
use longhu_files::csv_file::{Order, Part};
use longhu_import::{Cause, Counts, Decides, DryRun, Error, Extent, Options, Report, Sink, import_plan};
use serde::Serialize;
use serde_json::value::RawValue;

const EXAMPLES: &str = "Examples:
  longhu import csv --mapping deploy/examples/berka/mapping.toml --input-dir berka --dry-run
  longhu import csv --mapping mapping.toml --rejected today.rejected.jsonl

Run it again after correcting files: what was imported already is not counted twice.";

/// The examples and the format of the mapping, for `--help`.
fn manual() -> String {
    let examples = concat!(
        "Examples:\n",
        "  longhu import csv --mapping mapping.toml --input-dir extracts --dry-run\n",
        "  longhu import csv --mapping mapping.toml --input-dir extracts\n\n"
    );
    format!("{examples}{}", longhu_import::FORMAT)
}

/// How many kinds of rejections are listed at the end.
const CAUSES_SHOWN: usize = 10;

/// Import CSV files by a mapping in TOML.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = manual())]
pub struct Args {
    /// The mapping.
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// The folder with the files of the mapping. Default: the mapping's folder.
    #[arg(long, value_name = "DIR")]
    input_dir: Option<PathBuf>,
    /// Check everything that can be checked here, show counts and sample events, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The file for rejected rows, as JSON lines. Default: the mapping's name with `.rejected.jsonl`, in the
    /// current folder; none in a dry run.
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// The order in which rows become events. Standings do not depend on it.
    #[arg(long, value_enum, default_value = "file")]
    order: Order,
    /// Send only one part of the rows that become events, such as 1/2. The organisation is sent completely.
    #[arg(long, value_name = "N/M")]
    part: Option<Part>,
    /// How many calls of up to 1,000 events to send at the same time.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    in_flight: u16,
    /// How long to wait for a server that is unreachable or busy.
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    retry_for: Duration,
    /// Apply the organisation even if no unit would be open today, or no employee in one.
    #[arg(long)]
    yes: bool,
}

/// The summary printed at the end.
#[derive(Serialize)]
struct Summary<'a> {
    dry_run: bool,
    #[serde(flatten)]
    counts: &'a Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_file: Option<&'a Path>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    samples: Vec<Box<RawValue>>,
}

/// Runs the command.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let mut report = Report::new(args.rejected_path());
    let dry_run = DryRun::default();
    let imported = if args.dry_run {
        import(&args, &dry_run, &mut report).await
    } else {
        let decides = Decides { allow_empty: args.yes, ..Decides::default() };
        let server = longhu_import::Server::new(global.server()?, args.retry_for, decides);
        import(&args, &server, &mut report).await
    };
    let samples = dry_run.samples();
    let samples = samples.iter().map(|event| proto_json::to_json("longhu.event.v1.Event", event));
    let samples = samples.collect::<Result<Vec<_>, Failure>>()?;
    match imported {
        Ok(()) => finish(&args, format, &mut report, samples),
        Err(error) => Err(stopped(error, &mut report, &global.server)),
    }
}

/// The whole import, into any sink.
async fn import(args: &Args, sink: &impl Sink, report: &mut Report) -> Result<(), Error> {
    let plan = longhu_import::load(&args.mapping, args.input_dir.as_deref(), Extent::Whole)?;
    let options = Options { order: args.order, part: args.part, in_flight: args.in_flight.into() };
    import_plan(&plan, sink, options, report).await
}

/// Prints the summary. Rejected rows make it a failure.
fn finish(
    args: &Args,
    format: Format,
    report: &mut Report,
    samples: Vec<Box<RawValue>>,
) -> Result<(), Failure> {
    let rejected_file = match report.finish() {
        Ok(path) => path.map(Path::to_owned),
        Err(error) => return Err(error.into_failure("")),
    };
    let counts = &report.counts;
    match format {
        Format::Json => {
            let rejected_file = rejected_file.as_deref();
            print_json(&Summary { dry_run: args.dry_run, counts, rejected_file, samples })?;
        }
        _ => {
            print(&for_people(counts, args.dry_run))?;
            for sample in samples {
                print(&format!("{}\n", sample.get()))?;
            }
        }
    }
    tell_warnings(report);
    if counts.rejected == 0 {
        return Ok(());
    }
    tell_causes(report);
    let failure = Failure::new(format!("{} row(s) or event(s) were rejected", report.counts.rejected));
    Err(match rejected_file {
        Some(path) => failure.next(format!("see {}, correct the rows, and import again", path.display())),
        None => failure.next("correct the rows, or name a file for them with `--rejected`"),
    })
}

/// The failure for an import that stopped, with what was done before.
pub fn stopped(error: Error, report: &mut Report, url: &str) -> Failure {
    tell_causes(report);
    let counts = &report.counts;
    if counts.events_accepted > 0 {
        note(&format!(
            "{} events were accepted before; import again, none counts twice",
            counts.events_accepted
        ));
    }
    match report.finish() {
        Ok(Some(path)) => note(&format!("rejected rows are in {}", path.display())),
        Ok(None) => {}
        Err(error) => note(&error.to_string()),
    }
    error.into_failure(url)
}

fn for_people(counts: &Counts, dry_run: bool) -> String {
    let change = match dry_run {
        true => "not sent".to_owned(),
        false => format!(
            "{} added, {} changed, {} unchanged",
            counts.organisation_added, counts.organisation_changed, counts.organisation_unchanged
        ),
    };
    let sources = match dry_run {
        true => format!("{}, not sent", counts.sources),
        false => format!("{}, {} of them new or changed", counts.sources, counts.sources_changed),
    };
    let accepted = if dry_run { "valid events" } else { "events accepted" };
    pairs([
        ("units", counts.units.to_string()),
        ("employees", counts.employees.to_string()),
        ("units and employees", change),
        ("sources", sources),
        ("rows read", counts.rows_read.to_string()),
        ("rows without an event", counts.rows_without_event.to_string()),
        (accepted, counts.events_accepted.to_string()),
        ("rejected", counts.rejected.to_string()),
    ])
}

/// Tells what is probably not meant.
pub fn tell_warnings(report: &Report) {
    tell(&report.warnings, "warnings");
}

fn tell_causes(report: &Report) {
    tell(&report.causes, "rejections");
}

/// Tells the first of each kind.
fn tell(causes: &BTreeMap<(String, String, String), Cause>, what: &str) {
    for ((file, field, code), cause) in causes.iter().take(CAUSES_SHOWN) {
        let field = if field.is_empty() { String::new() } else { format!("{field}: ") };
        let times = if cause.count > 1 { format!(", {} times", cause.count) } else { String::new() };
        note(&format!("{file} line {}: {field}{} ({code}{times})", cause.line, cause.reason));
    }
    if let Some(more) = causes.len().checked_sub(CAUSES_SHOWN).filter(|more| *more > 0) {
        note(&format!("and {more} more kinds of {what}"));
    }
}

impl Args {
    fn rejected_path(&self) -> Option<PathBuf> {
        rejected_path(self.rejected.as_ref(), &self.mapping, self.dry_run)
    }
}

/// The file for rejected rows. In a dry run there is none by default.
pub fn rejected_path(said: Option<&PathBuf>, mapping: &Path, dry_run: bool) -> Option<PathBuf> {
    if said.is_some() || dry_run {
        return said.cloned();
    }
    let stem = mapping.file_stem().map_or("mapping".into(), |stem| stem.to_string_lossy());
    Some(PathBuf::from(format!("{stem}.rejected.jsonl")))
}
