//! `longhu contest apply`: checks a file, publishes it, and waits until queries serve it. Applying the same
//! file again appends nothing. A file with known errors is never published.

use std::time::{Duration, Instant};

use longhu_client::bar::Bar;
use longhu_client::failure::{Failure, is_transient, is_unreachable, root_cause};
use longhu_client::output::{self, Format};
use longhu_client::problems;
use longhu_client::proto_json;
use longhu_client::server::{Global, Server};
use longhu_files::contest::{self, Reading};
use longhu_files::document::Document;
use longhu_proto::wire::contest::v1::ContestDefinition;
use longhu_proto::wire::control::v1::{ApplyContestRequest, Change};
use longhu_proto::wire::standings::v1::{ContestSummary, GetContestRequest};
use serde::Serialize;
use tonic::{Code, Status};

use crate::file_kind::{self, Kind};

/// Arguments of `longhu contest apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu contest apply cards-1998.toml --dry-run
  longhu contest apply cards-1998.toml
  longhu contest apply cards-1998.toml --no-wait -o json")]
pub struct Args {
    /// The contest's TOML file; `-` reads stdin.
    file: String,
    /// Check everything, including on the server, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Return as soon as it is published, without waiting until queries serve it.
    #[arg(long, conflicts_with = "dry_run")]
    no_wait: bool,
    /// How long to wait until queries serve it.
    #[arg(long, default_value = "10m", value_parser = longhu_client::server::duration, value_name = "DURATION")]
    wait_for: Duration,
}

/// The outcome, as JSON.
#[derive(Debug, Serialize)]
struct Applied<'a> {
    contest: &'a str,
    revision: u64,
    position: Option<String>,
    changed: bool,
    dry_run: bool,
    served: bool,
    warnings: &'a [String],
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let (server, queries) = (global.server()?, global.query_server()?);
    let source = file_kind::read(&args.file, Kind::Contest)?;
    let document = source.parse().map_err(|report| report.into_failure())?;
    let reading = contest::read(document.root());
    if args.dry_run {
        return dry_run(&document, reading, &server, format).await;
    }
    if !reading.is_sound() {
        return Err(document.report(reading.problems()).into_failure());
    }
    let change = match apply(&server, reading.definition.clone(), false).await {
        Ok(change) => change,
        Err(status) => return Err(refused(&document, Vec::new(), &status, &server)),
    };
    let id = &reading.definition.id;
    if !args.no_wait {
        wait_until_served(&queries, id, &change, args.wait_for, global.timeout).await?;
    }
    say(format, id, &change, false, !args.no_wait)
}

async fn apply(server: &Server, contest: ContestDefinition, validate_only: bool) -> Result<Change, Status> {
    let request = ApplyContestRequest { contest: Some(contest), validate_only };
    let answer = server.ask(server.control().apply_contest(request)).await?;
    answer.change.ok_or_else(|| Status::internal("the answer does not say what changed"))
}

/// Prints the findings of this program and of the server. A definition with reading errors is not sent to the
/// server.
async fn dry_run(
    document: &Document<'_>,
    reading: Reading,
    server: &Server,
    format: Format,
) -> Result<(), Failure> {
    if !reading.misread.is_empty() {
        let report = document.report(reading.problems());
        output::note_raw(&report.text);
        output::note("not checked by the server, because the file is not a complete contest yet");
        return Err(Failure::said());
    }
    let id = reading.definition.id.clone();
    match apply(server, reading.definition.clone(), true).await {
        Ok(change) if reading.contradictions.is_empty() => say(format, &id, &change, true, false),
        Ok(_) => Err(document.report(reading.contradictions).into_failure()),
        Err(status) if is_unreachable(&status) => {
            output::note(&format!("not checked by the server: {} ({})", root_cause(&status), server.url));
            let problems = reading.problems();
            if problems.is_empty() {
                output::note("the local checks found no problem");
                return Ok(());
            }
            Err(document.report(problems).into_failure())
        }
        Err(status) => Err(refused(document, reading.contradictions, &status, server)),
    }
}

/// A refusal, with the lines of the file for the fields that it names.
fn refused(
    document: &Document<'_>,
    own: Vec<problems::Problem>,
    status: &Status,
    server: &Server,
) -> Failure {
    let theirs: Vec<_> = problems::from_status(status).into_iter().map(contest::problem_of).collect();
    if theirs.is_empty() {
        output::note_raw(&document.report(own).text);
        return server.failure(status);
    }
    document.report(problems::merge(own, theirs)).into_failure()
}

fn say(format: Format, id: &str, change: &Change, dry_run: bool, served: bool) -> Result<(), Failure> {
    let position = change.position.as_ref().map(proto_json::position);
    let (revision, changed) = (change.revision, change.changed);
    change.warnings.iter().for_each(|warning| output::note(warning));
    if format == Format::Json {
        let warnings = &change.warnings;
        let applied = Applied { contest: id, revision, position, changed, dry_run, served, warnings };
        return output::print_json(&applied);
    }
    let line = match (changed, dry_run, position) {
        (false, ..) => format!("unchanged {id} revision {revision}"),
        (true, true, _) => {
            format!("valid {id}: would be published as revision {}", revision.saturating_add(1))
        }
        (true, false, Some(position)) => format!("published {id} revision {revision} at {position}"),
        (true, false, None) => format!("published {id} revision {revision}"),
    };
    output::print(&(line + "\n"))
}

/// Asks until the revision is served. If a query server cannot answer yet, it is asked again, for a limited
/// time.
async fn wait_until_served(
    queries: &Server,
    id: &str,
    change: &Change,
    wait_for: Duration,
    silence_max: Duration,
) -> Result<(), Failure> {
    let (started, mut last_answer) = (Instant::now(), Instant::now());
    let mut bar = Bar::begin();
    let told = format!("reading the log for {id} revision {}", change.revision);
    let mut pause = Duration::from_millis(50);
    let mut last_state = "the query server does not know it yet".to_owned();
    loop {
        let request = GetContestRequest { contest: id.to_owned(), min_position: change.position };
        match queries.ask(queries.standings().get_contest(request)).await {
            Ok(answer) => {
                last_answer = Instant::now();
                let contest = answer.contest.unwrap_or_default();
                if contest.serving_revision >= change.revision {
                    return Ok(());
                }
                bar.show(contest.progress_ppm.into(), &told);
                last_state = state_of(&contest);
            }
            Err(status) if status.code() == Code::NotFound => last_answer = Instant::now(),
            Err(status) if is_transient(&status) && last_answer.elapsed() < silence_max => {}
            Err(status) => return Err(published_but(id, change, queries.failure(&status))),
        }
        if started.elapsed() >= wait_for {
            let failure = Failure::new(format!("it is not served after {wait_for:?}: {last_state}"));
            return Err(published_but(id, change, failure));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

fn state_of(contest: &ContestSummary) -> String {
    let (percent, rest) = (contest.progress_ppm / 10_000, contest.progress_ppm / 1_000 % 10);
    format!(
        "revision {} is served, {percent}.{rest} % of the log read for the next",
        contest.serving_revision
    )
}

/// Waiting failed, but the contest has been published.
fn published_but(id: &str, change: &Change, failure: Failure) -> Failure {
    let what = format!("revision {} of {id} is in force, but {}", change.revision, failure.what);
    let next =
        format!("see how far it is with `longhu contest show {id}`; nothing needs to be applied again");
    failure.what(what).next(next)
}
