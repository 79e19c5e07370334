//! `longhu targets apply`: sets the targets of the participants in a file, as a whole or not at all. The file
//! replaces all targets of each participant it names; others are not changed. A file with known errors is
//! never sent.

use std::sync::Arc;

use encoding_rs::Encoding;
use futures::stream;
use longhu_client::bar::Bar;
use longhu_client::failure::{Failure, is_unreachable, root_cause};
use longhu_client::output::{self, Format};
use longhu_client::problems::{self, Problem};
use longhu_client::proto_json;
use longhu_client::server::{Global, Server};
use longhu_files::document::Source;
use longhu_files::targets::{Feed, read_csv, read_toml};
use longhu_proto::wire::control::v1::{ApplyTargetsRequest, ApplyTargetsResponse};
use serde::Serialize;
use tonic::Status;

/// Participants in one message of the stream.
const PARTICIPANTS_PER_MESSAGE: usize = 1_000;
/// Targets in one message of the stream, so that it stays well below the server's limit.
const TARGETS_PER_MESSAGE: usize = 10_000;

/// Arguments of `longhu targets apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu targets apply targets.toml --dry-run
  longhu targets apply targets.csv --contest spring-2026
  longhu targets apply targets.csv --contest spring-2026 -o json | jq .position

A CSV file, as a spreadsheet writes it, with a column for each indicator; commas between thousands, percentages,
a byte-order mark and GB18030 are accepted, and an empty cell means no target:
  participant,round,deposits,cards
  B01,,\"35,940,000\",1200
  B01,q1,\"8,000,000\",300

Or with a line for each target:
  participant,indicator,round,value
  B01,cards,q1,300

A TOML file:
  contest = \"spring-2026\"

  [[targets]]
  participant = \"B01\"
  deposits = 35_940_000
  cards = 1200

  [[targets]]
  participant = \"B01\"
  round = \"q1\"
  cards = \"300\"

`round` is optional; without it the target is for the whole contest. Money is in whole units of the contest's
currency, such as yuan. The file replaces all targets of each participant it names; if it gives none, they are
removed. Participants it does not name are not changed.")]
pub struct Args {
    /// The targets, as a CSV or a TOML file depending on its ending; `-` reads TOML from stdin.
    file: String,
    /// The contest. A TOML file can name it itself.
    #[arg(long, value_name = "CONTEST")]
    contest: Option<String>,
    /// The character encoding of a CSV file, such as gb18030. Default: UTF-8, or GB18030 if it is not valid
    /// UTF-8.
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<&'static Encoding>,
    /// Check everything, including on the server, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The outcome, as JSON.
#[derive(Debug, Serialize)]
struct Applied<'a> {
    contest: &'a str,
    added: u32,
    changed: u32,
    unchanged: u32,
    removed: u32,
    position: Option<String>,
    dry_run: bool,
}

/// A name that no encoding has.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an encoding; use utf-8 or gb18030")]
struct UnknownEncoding(String);

fn encoding(name: &str) -> Result<&'static Encoding, UnknownEncoding> {
    Encoding::for_label(name.as_bytes()).ok_or_else(|| UnknownEncoding(name.to_owned()))
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.server()?;
    let contest = args.contest.as_deref().unwrap_or_default();
    let ending = args.file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match (args.file.as_str(), ending.as_deref()) {
        (path, Some("csv" | "gz" | "xlsx")) => {
            if contest.is_empty() {
                return Err(Failure::usage("a table does not name its contest")
                    .next("name it with `--contest CONTEST`; see `longhu contest list`"));
            }
            let (feed, problems) = read_csv::read(path, contest, args.encoding)?;
            if !problems.is_empty() {
                return Err(read_csv::refused(path, problems));
            }
            let refused = |problems: Vec<(u32, Problem)>| read_csv::refused(path, problems);
            apply(&server, feed, format, args.dry_run, refused).await
        }
        ("-", _) | (_, Some("toml")) => {
            let source = Source::read(&args.file)?;
            let document = source.parse().map_err(|report| report.into_failure())?;
            let (feed, problems) = read_toml::read(document.root(), contest);
            if !problems.is_empty() {
                return Err(document.report(problems).into_failure());
            }
            let refused = |problems: Vec<(u32, Problem)>| {
                let problems = problems.into_iter().map(|(_, problem)| problem).collect();
                document.report(problems).into_failure()
            };
            apply(&server, feed, format, args.dry_run, refused).await
        }
        _ => Err(Failure::usage(format!("`{}` has an unknown format", args.file))
            .next("name the file so that it ends in .csv, .csv.gz, .xlsx or .toml")),
    }
}

async fn apply(
    server: &Server,
    feed: Feed,
    format: Format,
    dry_run: bool,
    refused: impl Fn(Vec<(u32, Problem)>) -> Failure,
) -> Result<(), Failure> {
    let feed = Arc::new(feed);
    match send(server, &feed, dry_run).await {
        Ok(answer) => say(format, &feed.contest, &answer, dry_run),
        Err(status) if dry_run && is_unreachable(&status) => {
            output::note(&format!("not checked by the server: {} ({})", root_cause(&status), server.url));
            output::note("the local checks found no problem");
            Ok(())
        }
        Err(status) => {
            let theirs = problems::from_status(&status).into_iter();
            let theirs: Vec<_> = theirs.map(|problem| feed.in_file(problem)).collect();
            if theirs.is_empty() { Err(server.failure(&status)) } else { Err(refused(theirs)) }
        }
    }
}

/// Sends a feed message by message. A message is only made when it can be sent.
async fn send(server: &Server, feed: &Arc<Feed>, dry_run: bool) -> Result<ApplyTargetsResponse, Status> {
    let (feed, mut bar, mut next) = (feed.clone(), Bar::begin(), Some(0));
    let total = feed.participants();
    let messages = std::iter::from_fn(move || {
        let from = next?;
        let participants = feed.part(from, PARTICIPANTS_PER_MESSAGE, TARGETS_PER_MESSAGE);
        let sent = from + participants.len();
        next = (sent < total).then_some(sent);
        bar.show_of(sent as u64, total as u64, "sent; the server checks and writes it as a whole");
        let contest = feed.contest.clone();
        Some(ApplyTargetsRequest { contest, participants, validate_only: dry_run })
    });
    server.ask(server.control().apply_targets(stream::iter(messages))).await
}

fn say(format: Format, contest: &str, answer: &ApplyTargetsResponse, dry_run: bool) -> Result<(), Failure> {
    let position = answer.position.as_ref().map(proto_json::position);
    let ApplyTargetsResponse { added, changed, unchanged, removed, .. } = *answer;
    if format == Format::Json {
        return output::print_json(&Applied {
            contest,
            added,
            changed,
            unchanged,
            removed,
            position,
            dry_run,
        });
    }
    let outcome = match (dry_run, position) {
        (true, _) => "valid: ".to_owned(),
        (false, Some(position)) => format!("applied at {position}: "),
        (false, None) => String::new(),
    };
    output::print(&format!(
        "{outcome}{added} new, {changed} changed, {unchanged} unchanged, {removed} removed\n"
    ))
}
