//! `longhu catalogue`: the built-in event types, and the bank's own from a file. Built-in types cannot be
//! changed.

use clap::Subcommand;
use longhu_client::failure::Failure;
use longhu_client::output::{self, Align, Format};
use longhu_client::problems;
use longhu_client::server::Global;
use longhu_core::catalogue::{BUILT_IN, Field};
use longhu_files::event_types;
use longhu_proto::wire::control::v1::ApplyEventTypeRequest;

use crate::file_kind::{self, Kind};
use crate::sources::say_changed;

/// Commands for event types.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the built-in event types and the fields that each requires.
    List(ListArgs),
    /// Add the event types of a file, or change added ones.
    Apply(ApplyArgs),
}

/// Arguments of `longhu catalogue list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu catalogue list
  longhu catalogue list -o json | jq -r '.event_types[].name'")]
pub struct ListArgs {}

/// Arguments of `longhu catalogue apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu catalogue apply event-types.toml

A file:
  [[event_types]]
  name = \"gold.sold\"
  required_fields = [\"customer\", \"amount\"]
  description = \"Physical gold sold over the counter\"")]
pub struct ApplyArgs {
    /// The TOML file; `-` reads stdin.
    file: String,
}

/// Runs a command.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::List(_) => list(global),
        Command::Apply(args) => apply(args, global).await,
    }
}

fn list(global: &Global) -> Result<(), Failure> {
    let names = |fields: &[Field]| fields.iter().map(|field| field.name()).collect::<Vec<_>>();
    if global.format(&[Format::Table, Format::Json])? == Format::Json {
        let types = BUILT_IN
            .iter()
            .map(|(name, required)| serde_json::json!({ "name": name, "required_fields": names(required) }));
        return output::print_json(&serde_json::json!({ "event_types": types.collect::<Vec<_>>() }));
    }
    let columns = [("EVENT TYPE", Align::Left), ("NEEDS", Align::Left)];
    let rows = BUILT_IN.iter().map(|(name, required)| vec![(*name).to_owned(), names(required).join(" ")]);
    output::print(&output::table(&columns, rows))?;
    output::note(
        "these are built in; the types that a bank added are in its log (`longhu log tail --from 0.0`)",
    );
    Ok(())
}

async fn apply(args: ApplyArgs, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.server()?;
    let source = file_kind::read(&args.file, Kind::EventTypes)?;
    let document = source.parse().map_err(|report| report.into_failure())?;
    let (types, problems) = event_types::read(document.root());
    if !problems.is_empty() {
        return Err(document.report(problems).into_failure());
    }
    for (index, event_type) in types.into_iter().enumerate() {
        let name = event_type.name.clone();
        let request = ApplyEventTypeRequest { event_type: Some(event_type) };
        match server.ask(server.control().apply_event_type(request)).await {
            Ok(answer) => say_changed(format, "event_type", &name, &answer.change.unwrap_or_default())?,
            Err(status) => {
                let theirs = problems::from_status(&status);
                if theirs.is_empty() {
                    return Err(server.failure(&status));
                }
                let located = theirs.into_iter().map(|problem| event_types::in_file(index, problem));
                return Err(document.report(located.collect()).into_failure());
            }
        }
    }
    Ok(())
}
