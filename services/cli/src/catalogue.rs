//! `longhu catalogue`: the built-in event types, and the bank's own from a file. It cannot change a built-in one.

use clap::Subcommand;
use longhu_core::catalogue::{BUILT_IN, Field};
use longhu_proto::wire::control::v1::{ApplyEventTypeRequest, EventType};
use toml::de::DeTable;

use crate::client::Global;
use crate::failure::Failure;
use crate::output::{self, Align, Format};
use crate::problems::{self, Problem};
use crate::sources::say_changed;
use crate::toml_fields::{Fields, Notes};
use crate::toml_file::Source;

/// What can be done with event types.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the built-in event types and the fields that each needs.
    List(ListArgs),
    /// Add the event types of a file, or change those that were added.
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

/// Runs one of them.
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
    let source = Source::read(&args.file)?;
    let document = source.parse().map_err(|report| report.into_failure())?;
    let (types, problems) = read(document.root());
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
                let located = theirs.into_iter().map(|problem| in_file(index, problem));
                return Err(document.report(located.collect()).into_failure());
            }
        }
    }
    Ok(())
}

/// The event types of a file, and everything that is wrong with it.
pub fn read(root: &DeTable) -> (Vec<EventType>, Vec<Problem>) {
    let notes = Notes::default();
    let fields = Fields::root(root, &["event_types"], &notes);
    fields.require("event_types");
    let tables = fields.tables("event_types", &["name", "required_fields", "description"]);
    let event_type = |table: &Fields| EventType {
        name: table.text("name").unwrap_or_default(),
        required_fields: table.texts("required_fields"),
        description: table.text("description").unwrap_or_default(),
    };
    let types: Vec<EventType> = tables.iter().map(event_type).collect();
    let mut problems = notes.into_problems();
    for (index, event_type) in types.iter().enumerate() {
        let Err(violation) = longhu_proto::control::event_type_from_wire(event_type) else { continue };
        let problem = in_file(index, violation.into());
        if !problems.iter().any(|other| other.overlaps(&problem)) {
            problems.push(problem);
        }
    }
    (types, problems)
}

fn in_file(index: usize, problem: Problem) -> Problem {
    let field = problem.field.strip_prefix("event_type.").unwrap_or(&problem.field);
    Problem { field: format!("event_types[{index}].{field}"), ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Vec<EventType>, Vec<String>) {
        let (types, problems) = read(Source::new("x", text.to_owned()).parse().unwrap().root());
        (types, problems.iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect())
    }

    #[test]
    fn a_bank_s_own_type_is_read_with_its_fields() {
        let (types, problems) = read_text(
            "[[event_types]]\nname = \"gold.sold\"\nrequired_fields = [\"amount\"]\ndescription = \"x\"\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(
            (types[0].name.as_str(), &types[0].required_fields[..]),
            ("gold.sold", &["amount".to_owned()][..])
        );
    }

    #[test]
    fn wrong_types_are_named_by_their_place_in_the_file() {
        let (_, problems) = read_text(
            "[[event_types]]\nname = \"Gold\"\n[[event_types]]\nname = \"gold.sold\"\nrequired_fields = [\"colour\"]\n",
        );
        assert_eq!(
            problems,
            ["event_types[0].name BAD_NAME", "event_types[1].required_fields[0] UNKNOWN_FIELD"]
        );
    }
}
