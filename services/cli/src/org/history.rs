//! `longhu org history`: the dates in force of a unit, an employee, a hand-over or a code, and every decision
//! on it with what it changed. Decisions that never took effect are marked.

use longhu_client::failure::Failure;
use longhu_client::instant;
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_core::organisation::SourceCode;
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::RevisionOutcome as Outcome;
use longhu_proto::wire::organisation::v1::organisation_entry::Entry;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::org::changes::{Change, changes, meaning};
use crate::org::words::{self, Recent, day};

/// Arguments of `longhu org history`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu org history e-002
  longhu org history chengdong-2
  longhu org history wang-to-zhang-2026-02
  longhu org history 0571-17 --source core-banking
  longhu org history e-002 -o json | jq -r '.revisions[] | [.position, .principal] | @tsv'

The dates are those in force. The decisions are read from the log, oldest first, each with its
changes compared with the previous decision that took effect.")]
pub struct Args {
    /// The id of a unit, an employee or a hand-over, or a code of a source.
    id: String,
    /// The source to which the code belongs.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    #[command(flatten)]
    recent: Recent,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let id = match args.source {
        Some(source) => SourceCode { source, code: args.id, meanings: Vec::new() }.key(),
        None => args.id,
    };
    let request = wire::ListRevisionsRequest { id: id.clone(), min_position: args.recent.min_position() };
    let refused = |status| words::failure(&server, &status);
    let mut stream = server.ask(server.organisation().list_revisions(request)).await.map_err(refused)?;
    let (mut position, mut revisions) = (None, Vec::new());
    while let Some(part) = stream.message().await.map_err(refused)? {
        position = part.position;
        revisions.extend(part.revisions);
    }
    let position = words::position(&position).unwrap_or_default();
    match format {
        Format::Json => output::print_json(&json(&id, &position, &revisions)?),
        _ => output::print(&text(&id, &position, &revisions)),
    }
}

/// Each revision, with its changes compared with the previous one that took effect.
fn with_changes(revisions: &[wire::OrganisationRevision]) -> Vec<(&wire::OrganisationRevision, Vec<Change>)> {
    let mut before = None;
    let mut all = Vec::new();
    for revision in revisions {
        let changed = entry(revision).map(|decided| changes(before, decided));
        if revision.outcome() == Outcome::TookEffect {
            before = entry(revision);
        }
        all.push((revision, changed.unwrap_or_default()));
    }
    all
}

/// The entry in force.
fn in_force(revisions: &[wire::OrganisationRevision]) -> Option<&Entry> {
    let took_effect = |revision: &&wire::OrganisationRevision| revision.outcome() == Outcome::TookEffect;
    entry(revisions.iter().rev().find(took_effect)?)
}

fn entry(revision: &wire::OrganisationRevision) -> Option<&Entry> {
    revision.decided.as_ref()?.entry.as_ref()
}

#[derive(Serialize)]
struct Document<'a> {
    id: &'a str,
    position: &'a str,
    revisions: Vec<RevisionLine>,
}

#[derive(Serialize)]
struct RevisionLine {
    position: Option<String>,
    recorded_time: Option<String>,
    principal: String,
    revision: u64,
    outcome: String,
    effective_position: Option<String>,
    changes: Vec<Change>,
    decided: Option<Box<RawValue>>,
}

fn json<'a>(
    id: &'a str,
    position: &'a str,
    revisions: &[wire::OrganisationRevision],
) -> Result<Document<'a>, Failure> {
    let line = |(revision, changes): (&wire::OrganisationRevision, Vec<Change>)| {
        let decided = revision.decided.as_ref();
        let decided =
            decided.map(|entry| proto_json::to_json("longhu.organisation.v1.OrganisationEntry", entry));
        let outcome = revision.outcome().as_str_name();
        Ok(RevisionLine {
            position: words::position(&revision.position),
            recorded_time: revision.recorded_time.as_ref().and_then(proto_json::rfc3339),
            principal: revision.principal.clone(),
            revision: revision.revision,
            outcome: outcome.strip_prefix("REVISION_OUTCOME_").unwrap_or(outcome).to_owned(),
            effective_position: words::position(&revision.effective_position),
            changes,
            decided: decided.transpose()?,
        })
    };
    let revisions = with_changes(revisions).into_iter().map(line).collect::<Result<_, Failure>>()?;
    Ok(Document { id, position, revisions })
}

fn text(id: &str, position: &str, revisions: &[wire::OrganisationRevision]) -> String {
    let mut text = String::new();
    match in_force(revisions) {
        None => text.push_str(&format!("{}: no decision about it took effect\n", output::one_line(id))),
        Some(Entry::Unit(unit)) => {
            let head = [&unit.id, &unit.kind, &unit.name].map(|part| output::one_line(part)).join(" · ");
            text.push_str(&format!("{head}\nposition {position}\n\n{}", days_of_unit(unit)));
        }
        Some(Entry::Employee(employee)) => {
            let head = [&employee.id, "employee", &employee.name].map(output::one_line).join(" · ");
            text.push_str(&format!("{head}\nposition {position}\n\n{}", days_of_employee(employee)));
        }
        Some(decided @ Entry::HandOver(_)) => {
            let fields = changes(None, decided).into_iter();
            let fields = fields.map(|one| format!("{} {}\n", one.field, one.after.unwrap_or_default()));
            let id = output::one_line(id);
            text.push_str(&format!(
                "{id} · hand-over\nposition {position}\n\n{}",
                fields.collect::<String>()
            ));
        }
        Some(Entry::Code(code)) => {
            let head = format!("{} of {}", output::one_line(&code.code), output::one_line(&code.source));
            text.push_str(&format!("{head} · code\nposition {position}\n\n"));
            let meanings = code.meanings.iter().map(|one| format!("{}\n", meaning(one)));
            text.push_str(&meanings.collect::<String>());
        }
    }
    text.push('\n');
    text.push_str(&decisions(revisions));
    text
}

/// Every day on which something about a unit begins or ends.
fn days_of_unit(unit: &wire::Unit) -> String {
    let under = match unit.parent.as_str() {
        "" => "at the top".to_owned(),
        parent => format!("under {parent}"),
    };
    let start = day(&unit.start_date);
    let opens = if start.is_some() { "opens, " } else { "" };
    // An empty day sorts before all others.
    let mut days = vec![(start.unwrap_or_default(), format!("{opens}{under}, named {}", unit.name))];
    for change in &unit.changes {
        let date = day(&change.date).unwrap_or_default();
        days.extend(change.parent.as_deref().map(|parent| {
            let to = if parent.is_empty() { "to the top".to_owned() } else { format!("under {parent}") };
            (date.clone(), format!("moves {to}"))
        }));
        days.extend(change.name.as_ref().map(|name| (date.clone(), format!("is named {name}"))));
    }
    for group in &unit.peer_groups {
        days.push((day(&group.start_date).unwrap_or_default(), format!("in the peer group {}", group.label)));
        days.extend(
            day(&group.end_date).map(|end| (end, format!("last day in the peer group {}", group.label))),
        );
    }
    days.extend(day(&unit.end_date).map(|end| {
        let into = match unit.merged_into.as_str() {
            "" => "is closed after this day".to_owned(),
            into => format!("is merged into {into} after this day"),
        };
        (end, into)
    }));
    days.sort_by(|a, b| a.0.cmp(&b.0));
    let columns = [("DAY", Align::Left), ("WHAT", Align::Left)];
    let shown = |day: String| if day.is_empty() { "-".to_owned() } else { day };
    output::table(&columns, days.into_iter().map(|(day, what)| vec![shown(day), what]))
}

fn days_of_employee(employee: &wire::Employee) -> String {
    if employee.memberships.is_empty() {
        return "never belonged to a unit\n".to_owned();
    }
    let mut memberships: Vec<&wire::Membership> = employee.memberships.iter().collect();
    memberships.sort_by_key(|one| (day(&one.start_date), one.secondary));
    let columns = ["FROM", "UNTIL", "UNIT", "ROLE", ""].map(|name| (name, Align::Left));
    let rows = memberships.into_iter().map(|one| {
        let beside = if one.secondary { "secondary, credits do not follow it" } else { "" };
        vec![
            day(&one.start_date).unwrap_or_else(|| "-".into()),
            day(&one.end_date).unwrap_or_else(|| "-".into()),
            one.unit.clone(),
            one.role.clone(),
            beside.to_owned(),
        ]
    });
    output::table(&columns, rows)
}

fn decisions(revisions: &[wire::OrganisationRevision]) -> String {
    let columns = [
        ("DECIDED AT", Align::Right),
        ("RECORDED", Align::Left),
        ("BY", Align::Left),
        ("REVISION", Align::Right),
        ("CHANGED", Align::Left),
    ];
    let rows = with_changes(revisions).into_iter().flat_map(|(revision, changes)| {
        let outcome = match revision.outcome() {
            Outcome::TookEffect | Outcome::Unspecified => None,
            Outcome::Abandoned => Some("no effect: its change set was never closed completely"),
            Outcome::NotNewer => Some("no effect: a decision of the same or a higher revision was in force"),
            Outcome::Open => Some("no effect yet: its change set is not closed"),
        };
        let mut lines: Vec<String> = outcome.map(str::to_owned).into_iter().collect();
        lines.extend(changes.iter().map(Change::line));
        if lines.is_empty() {
            lines.push("nothing".to_owned());
        }
        let mut head = vec![
            words::position(&revision.position).unwrap_or_default(),
            revision.recorded_time.as_ref().map(instant::utc).unwrap_or_default(),
            revision.principal.clone(),
            revision.revision.to_string(),
        ];
        let row = |what: String| {
            let mut row = std::mem::replace(&mut head, vec![String::new(); 4]);
            row.push(what);
            row
        };
        lines.into_iter().map(row).collect::<Vec<_>>()
    });
    output::table(&columns, rows)
}
