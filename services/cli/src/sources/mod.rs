//! `longhu sources`: registers sources of events, and shows how far each has been counted and which events
//! conflict.

mod conflicts;

use std::num::NonZeroU32;

use clap::Subcommand;
use longhu_client::failure::{Exit, Failure};
use longhu_client::instant;
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_client::token::Token;
use longhu_core::identity::GAPS_MAX;
use longhu_proto::wire::control::v1::{ApplySourceRequest, Source};
use longhu_proto::wire::ingest::v1::{GetSourceStatusRequest, GetSourceStatusResponse, Loss};

/// Commands for sources.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Register a source for the caller, or change its horizon.
    Apply(ApplyArgs),
    /// Show how far a source has been counted, with its gaps.
    Show(ShowArgs),
    /// List the copies of a source's events that contradict the copy that counts.
    Conflicts(conflicts::Args),
}

/// Arguments of `longhu sources apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu sources apply --name core-cards
  longhu sources apply --name core-ledger --numbered --horizon-days 400")]
pub struct ApplyArgs {
    /// The source's name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The source numbers its events from 1 without gaps.
    #[arg(long)]
    numbered: bool,
    /// For how many days after its business date an event is accepted. Default: without limit.
    #[arg(long, value_name = "DAYS")]
    horizon_days: Option<NonZeroU32>,
}

/// Arguments of `longhu sources show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu sources show core-cards
  longhu sources show core-ledger -o json | jq .contiguous")]
pub struct ShowArgs {
    /// The source's name.
    name: String,
    /// Wait until the answer reflects at least this position, such as 42.0.
    #[arg(long, value_name = "POSITION")]
    min_position: Option<Token>,
}

/// Runs a command.
pub async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Apply(args) => apply(args, global).await,
        Command::Show(args) => show(args, global).await,
        Command::Conflicts(args) => conflicts::run(args, global).await,
    }
}

async fn apply(args: ApplyArgs, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.server()?;
    let source = Source {
        name: args.name.clone(),
        numbered: args.numbered,
        horizon_days: args.horizon_days.map(NonZeroU32::get),
        principal: String::new(),
    };
    let request = ApplySourceRequest { source: Some(source) };
    let answer = server.ask(server.control().apply_source(request)).await;
    let change = answer.map_err(|status| server.failure(&status))?.change.unwrap_or_default();
    say_changed(format, "source", &args.name, &change)
}

/// Prints what a decision on `name` changed.
pub fn say_changed(
    format: Format,
    kind: &str,
    name: &str,
    change: &longhu_proto::wire::control::v1::Change,
) -> Result<(), Failure> {
    let position = change.position.as_ref().map(proto_json::position);
    let (revision, changed) = (change.revision, change.changed);
    if format == Format::Json {
        return output::print_json(&serde_json::json!({
            kind: name, "revision": revision, "position": position, "changed": changed,
        }));
    }
    let line = match position.filter(|_| changed) {
        Some(position) => format!("applied {kind} {name} revision {revision} at {position}"),
        None if changed => format!("applied {kind} {name} revision {revision}"),
        None => format!("unchanged {kind} {name} revision {revision}"),
    };
    output::print(&(line + "\n"))
}

async fn show(args: ShowArgs, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.server()?;
    let min_position = args.min_position.map(Token::to_wire);
    let request = GetSourceStatusRequest { source: args.name, min_position };
    let answer = server.ask(server.ingest().get_source_status(request)).await;
    let status = answer.map_err(|status| {
        let failure = server.failure(&status);
        let next = "register it with `longhu sources apply --name NAME`, or check its spelling";
        if failure.exit == Exit::NotFound { failure.next(next) } else { failure }
    })?;
    match format {
        Format::Json => output::print_json(&json(&status)),
        _ => output::print(&details(&status)),
    }
}

fn json(status: &GetSourceStatusResponse) -> serde_json::Value {
    let gaps: Vec<_> =
        status.gaps.iter().map(|gap| serde_json::json!({ "first": gap.first, "last": gap.last })).collect();
    serde_json::json!({
        "source": status.source,
        "principal": status.principal,
        "numbered": status.numbered,
        "contiguous": status.contiguous,
        "greatest": status.greatest,
        "gaps": gaps,
        "counted": status.counted,
        "duplicates": status.duplicates,
        "conflicts": status.conflicts,
        "position": status.position.as_ref().map(proto_json::position),
        "losses": status.losses.iter().map(loss_json).collect::<Vec<_>>(),
    })
}

fn loss_json(loss: &Loss) -> serde_json::Value {
    serde_json::json!({
        "lost_after": loss.lost_after.as_ref().map(proto_json::position),
        "lost_after_time": loss.lost_after_time.as_ref().and_then(proto_json::rfc3339),
        "adopted_position": loss.adopted_position.as_ref().map(proto_json::position),
        "reason": loss.reason,
    })
}

/// What to do about a loss.
fn resend(loss: &Loss) -> String {
    let lost_after = loss.lost_after.as_ref().map(proto_json::position).unwrap_or_default();
    let since = loss.lost_after_time.as_ref().map(instant::utc).unwrap_or_default();
    format!(
        "what was acknowledged since {since}: the log was adopted without what came after {lost_after} ({})",
        loss.reason
    )
}

fn details(status: &GetSourceStatusResponse) -> String {
    let mut lines = vec![
        ("source", status.source.clone()),
        ("principal", status.principal.clone()),
        ("numbered", if status.numbered { "yes" } else { "no" }.to_owned()),
        ("counted", status.counted.to_string()),
        ("duplicates", status.duplicates.to_string()),
        ("conflicts", status.conflicts.to_string()),
        ("position", status.position.as_ref().map(proto_json::position).unwrap_or_default()),
    ];
    lines.extend(status.losses.iter().map(|loss| ("send again", resend(loss))));
    if status.numbered {
        lines.push(("contiguous", format!("{}, the last number before the first gap", status.contiguous)));
        lines.push(("greatest", status.greatest.to_string()));
        lines.extend(status.gaps.is_empty().then(|| ("gaps", "none".to_owned())));
    }
    let mut text = output::pairs(lines);
    if !status.gaps.is_empty() {
        let columns = [("MISSING FROM", Align::Right), ("TO", Align::Right), ("EVENTS", Align::Right)];
        let count = |first: u64, last: u64| last.saturating_sub(first).saturating_add(1);
        let rows = status.gaps.iter().map(|gap| {
            vec![gap.first.to_string(), gap.last.to_string(), count(gap.first, gap.last).to_string()]
        });
        text.push('\n');
        text.push_str(&output::table(&columns, rows));
        if status.gaps.len() >= GAPS_MAX {
            text.push_str(&format!("the first {GAPS_MAX} gaps; there may be more\n"));
        }
        text.push_str("\nThe adapter never sent these numbers, or they were refused. Send them; nothing counts twice.\n");
    }
    if status.conflicts > 0 {
        text.push_str(&format!("\nSee the conflicts with `longhu sources conflicts {}`.\n", status.source));
    }
    text
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::ingest::v1::Gap;

    use super::*;

    #[test]
    fn gaps_of_a_numbered_source_are_listed_with_their_size() {
        let status = GetSourceStatusResponse {
            source: "core-ledger".into(),
            numbered: true,
            contiguous: 6,
            greatest: 10,
            gaps: vec![Gap { first: 7, last: 9 }],
            ..Default::default()
        };
        let text = details(&status);
        assert!(text.contains("contiguous  6, the last number before the first gap\n"), "{text}");
        assert!(text.contains("MISSING FROM  TO  EVENTS\n           7   9       3\n\nThe adapter"), "{text}");
        assert_eq!(json(&status)["gaps"][0]["last"], 9);
    }

    #[test]
    fn the_next_step_is_named_where_there_is_one() {
        let mut status =
            GetSourceStatusResponse { source: "core".into(), numbered: true, ..Default::default() };
        let text = details(&status);
        assert!(text.ends_with("gaps        none\n"), "{text}");
        status.conflicts = 2;
        let text = details(&status);
        assert!(text.ends_with("\nSee the conflicts with `longhu sources conflicts core`.\n"), "{text}");
    }

    #[test]
    fn an_un_numbered_source_says_nothing_about_numbers() {
        assert!(!details(&GetSourceStatusResponse::default()).contains("contiguous"));
    }
}
