//! `longhu org mismatches`: events whose branch is not on the path from the creditor's unit to the top. They
//! count by the membership; people must decide whether the branch or the membership is wrong.

use jiff::civil::Date;
use longhu_client::bar::Bar;
use longhu_client::failure::{Exit, Failure};
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::scalar::date_to_wire;
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::list_mismatches_response::Step;
use serde::Serialize;

use crate::org::words::{self, Recent, count};

/// Arguments of `longhu org mismatches`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu org mismatches
  longhu org mismatches --contest spring-2026
  longhu org mismatches --from 2026-02-01 --to 2026-02-28 --limit 100000 -o csv > mismatches.csv

The list is ordered by employee, newest events first. Units get such an event by its creditor's
membership on its business date, unless the contest says `unit_from = \"event\"`. Without a contest
or days, every event is searched, which takes longer.")]
pub struct Args {
    /// Only events that this contest counts, by type and period.
    #[arg(long, value_name = "CONTEST")]
    contest: Option<String>,
    /// The first business date.
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// The last business date.
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// How many are listed; the others are only counted.
    #[arg(long, value_name = "ROWS", default_value_t = 1_000,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    #[command(flatten)]
    recent: Recent,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json, Format::Csv])?;
    let server = global.query_server()?;
    let request = wire::ListMismatchesRequest {
        contest: args.contest.clone().unwrap_or_default(),
        from_date: args.from.map(date_to_wire),
        until_date: args.to.map(date_to_wire),
        limit: args.limit,
        min_position: args.recent.min_position(),
    };
    let refused = |status: tonic::Status| {
        let failure = server.failure(&status);
        if failure.exit == Exit::NotFound { failure.next("see `longhu contest list`") } else { failure }
    };
    let mut stream = server.ask(server.organisation().list_mismatches(request)).await.map_err(refused)?;
    let (mut bar, mut found, mut result) = (Bar::begin(), Vec::new(), None);
    while let Some(told) = stream.message().await.map_err(refused)? {
        match told.step {
            Some(Step::Progress(progress)) => words::show(&mut bar, &progress),
            Some(Step::Page(page)) => found.extend(page.mismatches),
            Some(Step::Result(end)) => result = Some(end),
            None => {}
        }
    }
    drop(bar);
    let Some(result) = result else {
        return Err(Failure::new("the server ended before the search did").next("run it again"));
    };
    match format {
        Format::Json => output::print_json(&json(&result, &found)),
        Format::Csv => {
            // Print a note: from the file alone nobody could see that it was cut off.
            if (found.len() as u64) < result.total {
                output::note(&cut(&result, found.len()));
            }
            output::print(&output::csv(&COLUMNS, found.iter().map(Line::of))?)
        }
        _ => output::print(&text(&result, &found)),
    }
}

const COLUMNS: [&str; 8] =
    ["position", "source", "id", "type", "business_date", "employee", "unit", "branch"];

/// One line, for scripts.
#[derive(Serialize)]
struct Line<'a> {
    position: Option<String>,
    source: &'a str,
    id: &'a str,
    r#type: &'a str,
    business_date: Option<String>,
    employee: &'a str,
    unit: &'a str,
    branch: &'a str,
}

impl Line<'_> {
    fn of(one: &wire::Mismatch) -> Line<'_> {
        Line {
            position: words::position(&one.position),
            source: &one.source,
            id: &one.id,
            r#type: &one.r#type,
            business_date: words::day(&one.business_date),
            employee: &one.employee,
            unit: &one.unit,
            branch: &one.branch,
        }
    }
}

fn json(result: &wire::MismatchResult, found: &[wire::Mismatch]) -> serde_json::Value {
    let search = result.search.unwrap_or_default();
    serde_json::json!({
        "position": words::position(&search.position),
        "until_position": words::position(&search.until_position),
        "as_of": search.as_of_time.as_ref().and_then(proto_json::rfc3339),
        "total": result.total,
        "branch_unresolved": result.branch_unresolved,
        "mismatches": found.iter().map(Line::of).collect::<Vec<_>>(),
    })
}

fn cut(result: &wire::MismatchResult, shown: usize) -> String {
    format!("{shown} of {} mismatches; more with `--limit`, or ask for fewer days", result.total)
}

fn text(result: &wire::MismatchResult, found: &[wire::Mismatch]) -> String {
    let mut text = words::searched(&result.search.unwrap_or_default()) + "\n";
    if found.is_empty() {
        text.push_str("no mismatches: every branch is on the path from its creditor's unit to the top\n");
    } else {
        let columns = [
            ("POSITION", Align::Right),
            ("DATE", Align::Left),
            ("SOURCE", Align::Left),
            ("ID", Align::Left),
            ("TYPE", Align::Left),
            ("EMPLOYEE", Align::Left),
            ("BELONGS TO", Align::Left),
            ("BRANCH", Align::Left),
        ];
        let rows = found.iter().map(|one| {
            vec![
                words::position(&one.position).unwrap_or_default(),
                words::day(&one.business_date).unwrap_or_default(),
                one.source.clone(),
                one.id.clone(),
                one.r#type.clone(),
                one.employee.clone(),
                one.unit.clone(),
                one.branch.clone(),
            ]
        });
        text.push_str(&output::table(&columns, rows));
        text.push('\n');
        match (found.len() as u64) < result.total {
            true => text.push_str(&(cut(result, found.len()) + "\n")),
            false => text.push_str(&(count(result.total, "mismatch", "mismatches") + "\n")),
        }
        text.push_str(
            "\nnext:\n  If the membership is wrong, correct its dates with `longhu org apply FILE`; see them with \
             `longhu org history EMPLOYEE`.\n  If the branch is wrong, nothing needs to be done: units get the event by \
             the membership, unless a contest says otherwise.\n",
        );
    }
    if result.branch_unresolved > 0 {
        let parts = count(result.branch_unresolved, "event names", "events name");
        text.push_str(&format!(
            "\n{parts} a branch that is not known or not open on the day, so they cannot be checked\n"
        ));
    }
    text
}
