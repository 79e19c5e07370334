//! `longhu org apply`: applies the organisation of a file, as a whole or not at all, or shows what that would
//! do. What the file does not name is not changed.

use futures::{StreamExt, stream};
use longhu_client::bar::Bar;
use longhu_client::failure::{Failure, is_unreachable, root_cause};
use longhu_client::output::{self, Format};
use longhu_client::problems::{self, Problem};
use longhu_client::proto_json;
use longhu_client::server::{Global, Server};
use longhu_core::organisation::Feed;
use longhu_files::organisation;
use longhu_proto::organisation::{code_to_wire, employee_to_wire, hand_over_to_wire, unit_to_wire};
use longhu_proto::wire::control::v1::{ApplyOrganisationRequest, ApplyOrganisationResponse};
use serde::Serialize;
use tonic::Status;

use crate::file_kind::{self, Kind};
use crate::org::preview;

/// Units or employees in one message of the stream.
const ITEMS_PER_MESSAGE: usize = 1_000;

/// Arguments of `longhu org apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu org apply organisation.toml --dry-run
  longhu org apply organisation.toml

A file:
  [[units]]
  id = \"branch-01\"
  kind = \"branch\"
  name = \"城东支行\"

  [[employees]]
  id = \"e-001\"
  name = \"张三\"
  unit = \"branch-01\"

Dates, all optional, first and last day both included:
  units      start_date, end_date, merged_into, [[units.changes]] date, parent, name,
             [[units.peer_groups]] label, start_date, end_date
  employees  instead of `unit`: [[employees.memberships]] unit, start_date, end_date, role, secondary

Also whom names in events mean:
  [[hand_overs]]  id, from, to, start_date (required), end_date, customers = [...] or all_customers = true:
                  for these customers and days, events that name `from` count for `to`
  [[codes]]       source, code, id or [[codes.meanings]] id, start_date, end_date:
                  the meaning of a source's own code for a unit or an employee

deploy/examples/reorganisation.toml shows a transfer, a merger and a renaming; deploy/examples/hand-over.toml shows
customers handed over to a colleague, a substitute, and a teller number.")]
pub struct Args {
    /// The organisation's TOML file; `-` reads stdin.
    file: String,
    /// Write nothing: check everything, including on the server, and show what would change, and in which
    /// running contests.
    #[arg(long)]
    dry_run: bool,
    /// Apply it even if no unit would be open today, or no employee in one.
    #[arg(long)]
    yes: bool,
}

/// The outcome, as JSON.
#[derive(Debug, Serialize)]
struct Applied {
    added: u32,
    changed: u32,
    unchanged: u32,
    position: Option<String>,
    dry_run: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    preview: Option<preview::Preview>,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.server()?;
    let source = file_kind::read(&args.file, Kind::Organisation)?;
    let document = source.parse().map_err(|report| report.into_failure())?;
    let reading = organisation::read(document.root());
    if !reading.problems.is_empty() {
        return Err(document.report(reading.problems).into_failure());
    }
    let spelling = reading.spelling.clone();
    match send(&server, reading, &args).await {
        Ok(answer) => say(format, &answer, args.dry_run),
        Err(status) if args.dry_run && is_unreachable(&status) => {
            output::note(&format!("not checked by the server: {} ({})", root_cause(&status), server.url));
            output::note("the local checks found no problem");
            Ok(())
        }
        Err(status) => {
            let theirs = problems::from_status(&status).into_iter();
            let theirs: Vec<Problem> = theirs.map(|problem| spelling.in_file(problem)).collect();
            if theirs.is_empty() {
                return Err(server.failure(&status));
            }
            Err(document.report(theirs).into_failure())
        }
    }
}

async fn send(
    server: &Server,
    reading: organisation::Reading,
    args: &Args,
) -> Result<ApplyOrganisationResponse, Status> {
    let empty = || ApplyOrganisationRequest {
        validate_only: args.dry_run,
        allow_empty: args.yes,
        ..ApplyOrganisationRequest::default()
    };
    let Feed { units, employees, hand_overs, codes } = reading.feed;
    let units = units.chunks(ITEMS_PER_MESSAGE);
    let units = units
        .map(|some| ApplyOrganisationRequest { units: some.iter().map(unit_to_wire).collect(), ..empty() });
    let employees = employees.chunks(ITEMS_PER_MESSAGE).map(|some| ApplyOrganisationRequest {
        employees: some.iter().map(employee_to_wire).collect(),
        ..empty()
    });
    // One hand-over may name thousands of customers.
    let hand_overs = hand_overs
        .iter()
        .map(|one| ApplyOrganisationRequest { hand_overs: vec![hand_over_to_wire(one)], ..empty() });
    let codes = codes.chunks(ITEMS_PER_MESSAGE);
    let codes = codes
        .map(|some| ApplyOrganisationRequest { codes: some.iter().map(code_to_wire).collect(), ..empty() });
    let mut messages: Vec<ApplyOrganisationRequest> =
        units.chain(employees).chain(hand_overs).chain(codes).collect();
    if messages.is_empty() {
        messages.push(empty());
    }
    let (mut bar, count) = (Bar::begin(), messages.len() as u64);
    let sent = stream::iter(messages).zip(stream::iter(1..)).map(move |(message, number)| {
        bar.show_of(number, count, "sent; the server checks and writes it as a whole");
        message
    });
    server.ask(server.control().apply_organisation(sent)).await
}

fn say(format: Format, answer: &ApplyOrganisationResponse, dry_run: bool) -> Result<(), Failure> {
    let position = answer.position.as_ref().map(proto_json::position);
    let ApplyOrganisationResponse { added, changed, unchanged, .. } = *answer;
    if format == Format::Json {
        let preview = dry_run.then(|| preview::json(answer)).transpose()?;
        return output::print_json(&Applied { added, changed, unchanged, position, dry_run, preview });
    }
    let outcome = match (dry_run, position) {
        (true, _) => "valid: ".to_owned(),
        (false, Some(position)) => format!("applied at {position}: "),
        (false, None) => String::new(),
    };
    let told = if dry_run { preview::text(answer) } else { String::new() };
    output::print(&format!("{outcome}{added} added, {changed} changed, {unchanged} unchanged\n{told}"))
}
