//! `longhu org unresolved`: names in events that lead to no unit, by reason, name and source. Nothing is
//! repaired here: the credits count once the organisation has the names.

use longhu_client::bar::Bar;
use longhu_client::failure::Failure;
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::UnresolvedReason as Reason;
use longhu_proto::wire::organisation::v1::list_unresolved_response::Step;
use serde::Serialize;

use crate::org::words::{self, Recent, count};

/// The most lines in a table.
const TABLE_ROWS: usize = 200;

/// Arguments of `longhu org unresolved`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu org unresolved
  longhu org unresolved -o csv > unresolved.csv
  longhu org unresolved -o json | jq -r '.unresolved[] | select(.reason == \"UNKNOWN_EMPLOYEE\") | .name'

An entry is a part of an event, or of a dated reversal; it is listed once, however many contests
count it. It waits until the organisation has the name, and then counts at once, on its own business
date. Credits of an employee who is in no unit on the day do not wait: they count for the employee
but for no unit.")]
pub struct Args {
    #[command(flatten)]
    recent: Recent,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json, Format::Csv])?;
    let server = global.query_server()?;
    let request = wire::ListUnresolvedRequest { min_position: args.recent.min_position() };
    let refused = |status| words::failure(&server, &status);
    let mut stream = server.ask(server.organisation().list_unresolved(request)).await.map_err(refused)?;
    let (mut bar, mut found, mut result) = (Bar::begin(), Vec::new(), None);
    while let Some(told) = stream.message().await.map_err(refused)? {
        match told.step {
            Some(Step::Progress(progress)) => words::show(&mut bar, &progress),
            Some(Step::Page(page)) => found.extend(page.unresolved),
            Some(Step::Result(end)) => result = Some(end),
            None => {}
        }
    }
    drop(bar);
    let Some(result) = result else {
        return Err(Failure::new("the server ended before the search did").next("run it again"));
    };
    // Within each reason, the most entries first.
    found.sort_by(|a, b| {
        let key = |one: &wire::Unresolved| (one.reason, std::cmp::Reverse(one.entries));
        key(a).cmp(&key(b)).then_with(|| (&a.name, &a.source).cmp(&(&b.name, &b.source)))
    });
    match format {
        Format::Json => output::print_json(&json(&result, &found)),
        Format::Csv => output::print(&output::csv(&COLUMNS, found.iter().map(Line::of))?),
        _ => output::print(&text(&result, &found)),
    }
}

const COLUMNS: [&str; 9] = [
    "reason",
    "waits",
    "name",
    "source",
    "entries",
    "first_date",
    "last_date",
    "example_id",
    "example_position",
];

/// One line, for scripts.
#[derive(Serialize)]
struct Line<'a> {
    reason: &'static str,
    waits: bool,
    name: &'a str,
    source: &'a str,
    entries: u64,
    first_date: Option<String>,
    last_date: Option<String>,
    example_id: &'a str,
    example_position: Option<String>,
}

impl Line<'_> {
    fn of(one: &wire::Unresolved) -> Line<'_> {
        let reason = one.reason().as_str_name();
        Line {
            reason: reason.strip_prefix("UNRESOLVED_REASON_").unwrap_or(reason),
            waits: one.waits,
            name: &one.name,
            source: &one.source,
            entries: one.entries,
            first_date: words::day(&one.first_date),
            last_date: words::day(&one.last_date),
            example_id: &one.example_id,
            example_position: words::position(&one.example_position),
        }
    }
}

fn waiting(found: &[wire::Unresolved], waits: bool) -> u64 {
    found.iter().filter(|one| one.waits == waits).map(|one| one.entries).sum()
}

fn json(result: &wire::SearchResult, found: &[wire::Unresolved]) -> serde_json::Value {
    serde_json::json!({
        "position": words::position(&result.position),
        "until_position": words::position(&result.until_position),
        "as_of": result.as_of_time.as_ref().and_then(proto_json::rfc3339),
        "waiting": waiting(found, true),
        "in_no_unit": waiting(found, false),
        "unresolved": found.iter().map(Line::of).collect::<Vec<_>>(),
    })
}

fn text(result: &wire::SearchResult, found: &[wire::Unresolved]) -> String {
    let searched = words::searched(result);
    let Some(first) = found.first() else {
        return format!("{searched}\nevery name leads to a unit; no credits wait\n");
    };
    let columns = [
        ("NAME", Align::Left),
        ("SOURCE", Align::Left),
        ("ENTRIES", Align::Right),
        ("FIRST", Align::Left),
        ("LAST", Align::Left),
        ("EXAMPLE", Align::Left),
        ("AT", Align::Right),
        ("WHY", Align::Left),
    ];
    let rows = found.iter().take(TABLE_ROWS).map(|one| {
        vec![
            one.name.clone(),
            one.source.clone(),
            one.entries.to_string(),
            words::day(&one.first_date).unwrap_or_default(),
            words::day(&one.last_date).unwrap_or_default(),
            one.example_id.clone(),
            words::position(&one.example_position).unwrap_or_default(),
            why(one.reason()).to_owned(),
        ]
    });
    let mut text = format!("{searched}\n{}\n", output::table(&columns, rows));
    if found.len() > TABLE_ROWS {
        text.push_str(&format!("{TABLE_ROWS} of {} lines; all of them with `-o csv`\n", found.len()));
    }
    let (waits, in_no_unit) = (waiting(found, true), waiting(found, false));
    if waits > 0 {
        text.push_str(&format!("{}\n", count(waits, "entry waits", "entries wait")));
    }
    if in_no_unit > 0 {
        let entries = count(in_no_unit, "entry does", "entries do");
        text.push_str(&format!(
            "{entries} not wait: the employee is in no unit on the day, so no unit gets them\n"
        ));
    }
    text.push_str("\nnext:\n");
    let mut steps: Vec<&str> = found.iter().map(|one| next(one.reason())).collect();
    steps.dedup();
    steps.iter().for_each(|step| text.push_str(&format!("  {step}\n")));
    let at = words::position(&first.example_position).unwrap_or_default();
    text.push_str(&format!("  To see an event: longhu log tail --from {at} --until {at} -o jsonl\n"));
    text
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Unspecified => "",
        Reason::UnknownEmployee => "no such employee",
        Reason::UnknownBranch => "no such unit, named as a branch",
        Reason::UnitNotOpen => "the employee's unit is not open on the day",
        Reason::BranchNotOpen => "the branch is not open on the day",
        Reason::UnitAsEmployee => "a unit, named as an employee",
        Reason::EmployeeAsBranch => "an employee, named as a branch",
        Reason::InNoUnit => "the employee is in no unit on the day",
        Reason::CodeMeansNobody => "the source's code means nobody on the day",
    }
}

fn next(reason: Reason) -> &'static str {
    match reason {
        Reason::Unspecified => "Update this program: it does not know the reason.",
        Reason::UnknownEmployee => {
            "Employees: add them with `longhu org apply FILE`, or, if it is a code of the source's own, say under [[codes]] whom it means; \
             if a name is wrong, have its source reverse and send anew."
        }
        Reason::UnknownBranch => {
            "Branches: add the units with `longhu org apply FILE`, or, if it is a code of the source's own, say under [[codes]] which it means; \
             if a name is wrong, have its source reverse and send anew."
        }
        Reason::UnitNotOpen | Reason::BranchNotOpen => {
            "Units that are not open: see their dates with `longhu org history UNIT`; correct them, or name the successor (`merged_into`)."
        }
        Reason::UnitAsEmployee | Reason::EmployeeAsBranch => {
            "Names of the wrong kind: have the source reverse these events and send them again under new ids."
        }
        Reason::CodeMeansNobody => {
            "Codes: give them a meaning on those days with `longhu org apply FILE`, under [[codes]]."
        }
        Reason::InNoUnit => {
            "Employees in no unit: see their dates with `longhu org history EMPLOYEE`; correct them if they were in one."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(reason: Reason, name: &str, entries: u64) -> wire::Unresolved {
        let waits = reason != Reason::InNoUnit;
        let (name, source) = (name.to_owned(), "cards".to_owned());
        wire::Unresolved { reason: reason.into(), waits, name, source, entries, ..Default::default() }
    }

    #[test]
    fn what_waits_is_summed_up_and_each_next_step_is_said_once() {
        let found = [
            found(Reason::UnitAsEmployee, "网点一", 2),
            found(Reason::EmployeeAsBranch, "e-1", 1),
            found(Reason::InNoUnit, "e-2", 4),
        ];
        let text = text(&wire::SearchResult::default(), &found);
        assert!(text.contains("\n3 entries wait\n4 entries do not wait"), "{text}");
        assert_eq!(text.matches("Names of the wrong kind").count(), 1, "{text}");
        assert_eq!(text.matches("longhu org history EMPLOYEE").count(), 1, "{text}");
        assert!(text.contains("网点一  cards         2"), "{text}");
        let document = json(&wire::SearchResult::default(), &found);
        assert_eq!((&document["waiting"], &document["in_no_unit"]), (&3.into(), &4.into()));
        assert_eq!(document["unresolved"][2]["reason"], "IN_NO_UNIT");
    }

    #[test]
    fn a_bank_in_which_everybody_is_known_is_told_so() {
        assert!(text(&wire::SearchResult::default(), &[]).contains("no credits wait"));
    }
}
