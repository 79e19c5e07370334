//! `longhu org apply`: applies the organisation of a file, all or nothing, or tells what that would do. What the file does
//! not name stays as it is.

use futures::{StreamExt, stream};
use longhu_client::bar::Bar;
use longhu_client::failure::{Failure, is_unreachable, root_cause};
use longhu_client::output::{self, Format};
use longhu_client::problems::{self, Problem};
use longhu_client::proto_json;
use longhu_client::server::{Global, Server};
use longhu_core::organisation::Feed;
use longhu_files::document::Source;
use longhu_files::organisation;
use longhu_proto::organisation::{code_to_wire, employee_to_wire, hand_over_to_wire, unit_to_wire};
use longhu_proto::wire::control::v1::{ApplyOrganisationRequest, ApplyOrganisationResponse};
use serde::Serialize;
use tonic::Status;

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

Days, all optional, both ends of a time inclusive:
  units      start_date, end_date, merged_into, [[units.changes]] date, parent, name,
             [[units.peer_groups]] label, start_date, end_date
  employees  in the place of `unit`: [[employees.memberships]] unit, start_date, end_date, role, secondary

Besides, who is meant when a source names somebody:
  [[hand_overs]]  id, from, to, start_date (needed), end_date, customers = [...] or all_customers = true:
                  what names `from` for these customers means `to` on those days
  [[codes]]       source, code, id or [[codes.meanings]] id, start_date, end_date:
                  what a source's own code for a unit or an employee means

deploy/examples/reorganisation.toml shows a transfer, a merger and a new name, deploy/examples/hand-over.toml
customers that go on to a colleague, a substitute and a teller's number.")]
pub struct Args {
    /// The organisation's TOML file; `-` reads stdin.
    file: String,
    /// Write nothing: check everything, also on the server, and show what would be otherwise, in which running contests.
    #[arg(long)]
    dry_run: bool,
    /// Apply it even if it leaves no unit open today, or nobody in one.
    #[arg(long)]
    yes: bool,
}

/// What became of it, as JSON.
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
    let source = Source::read(&args.file)?;
    let document = source.parse().map_err(|report| report.into_failure())?;
    let reading = organisation::read(document.root());
    if !reading.problems.is_empty() {
        return Err(document.report(reading.problems).into_failure());
    }
    let spelling = reading.spelling.clone();
    match send(&server, reading, &args).await {
        Ok(answer) => say(format, &answer, args.dry_run),
        Err(status) if args.dry_run && is_unreachable(&status) => {
            output::note(&format!("the server was not asked: {} ({})", root_cause(&status), server.url));
            output::note("nothing is wrong as far as can be seen without a server");
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
    // One may name thousands of customers.
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
