//! `longhu calendar`: adds or changes the working-day calendar of a file, and shows calendars. Applying the
//! same file again appends nothing.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use longhu_client::failure::{Failure, is_unreachable, root_cause};
use longhu_client::output::{self, Align, Format};
use longhu_client::problems;
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_core::plan::Calendar;
use longhu_files::calendar as calendar_file;
use longhu_proto::plan::{calendar_from_wire, calendar_to_wire};
use longhu_proto::wire::control::v1::{ApplyCalendarRequest, Change};
use longhu_proto::wire::plan::v1::{CalendarInForce, GetCalendarRequest, ListCalendarsRequest};
use serde::Serialize;
use serde_json::{Value, json};

use crate::file_kind::{self, Kind};
use crate::org::words::{self, Recent};

/// The days of the week by their numbers.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Arguments of `longhu calendar apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu calendar apply cn-2026.toml --dry-run
  longhu calendar apply cn-2026.toml

A file:
  id = \"cn-2026\"
  weekend = [6, 7]                              # 1 is Monday, 7 is Sunday
  closed_dates = [2026-05-01, 2026-05-04]       # holidays
  open_dates = [2026-05-09]                     # working days on a weekend (调休)

The file replaces the whole calendar: a date that is left out is removed. The pace of a contest that names the
calendar is based on its working days.")]
pub struct ApplyArgs {
    /// The calendar's TOML file; `-` reads stdin.
    file: String,
    /// Check everything, including on the server, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Arguments of `longhu calendar show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu calendar show
  longhu calendar show cn-2026
  longhu calendar show cn-2026 -o json | jq .open_dates")]
pub struct ShowArgs {
    /// The calendar's id. Default: all calendars.
    id: Option<String>,
    #[command(flatten)]
    recent: Recent,
}

/// The outcome, as JSON.
#[derive(Debug, Serialize)]
struct Applied<'a> {
    calendar: &'a str,
    revision: u64,
    position: Option<String>,
    changed: bool,
    dry_run: bool,
}

/// Runs `longhu calendar apply`.
pub async fn apply(args: ApplyArgs, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.server()?;
    let source = file_kind::read(&args.file, Kind::Calendars)?;
    let document = source.parse().map_err(|report| report.into_failure())?;
    let (calendar, found) = calendar_file::read(document.root());
    if !found.is_empty() {
        return Err(document.report(found).into_failure());
    }
    let wire = Some(calendar_to_wire(&calendar));
    let request = ApplyCalendarRequest { calendar: wire, validate_only: args.dry_run };
    match server.ask(server.control().apply_calendar(request)).await {
        Ok(answer) => say(format, &calendar.id, &answer.change.unwrap_or_default(), args.dry_run),
        Err(status) if args.dry_run && is_unreachable(&status) => {
            output::note(&format!("not checked by the server: {} ({})", root_cause(&status), server.url));
            output::note("the local checks found no problem");
            Ok(())
        }
        Err(status) => {
            let theirs = problems::from_status(&status);
            let is_of_file = !theirs.is_empty();
            if is_of_file {
                Err(document.report(theirs).into_failure())
            } else {
                Err(server.failure(&status))
            }
        }
    }
}

fn say(format: Format, id: &str, change: &Change, dry_run: bool) -> Result<(), Failure> {
    let position = change.position.as_ref().map(proto_json::position);
    let (revision, changed) = (change.revision, change.changed);
    if format == Format::Json {
        return output::print_json(&Applied { calendar: id, revision, position, changed, dry_run });
    }
    let line = match (changed, dry_run, position) {
        (false, ..) => format!("unchanged {id} revision {revision}"),
        (true, true, _) => format!("valid {id}: would become revision {}", revision.saturating_add(1)),
        (true, false, position) => {
            format!("applied {id} revision {revision} at {}", position.unwrap_or_default())
        }
    };
    output::print(&(line + "\n"))
}

/// Runs `longhu calendar show`.
pub async fn show(args: ShowArgs, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let min_position = args.recent.min_position();
    if let Some(id) = args.id {
        let answer = server.ask(server.plans().get_calendar(GetCalendarRequest { id, min_position })).await;
        let answer = answer.map_err(|status| server.failure(&status))?;
        let one = One::of(answer.calendar.unwrap_or_default())?;
        return match format {
            Format::Json => output::print_json(&one.json()),
            _ => output::print(&one.text()),
        };
    }
    let answer = server.ask(server.plans().list_calendars(ListCalendarsRequest { min_position })).await;
    let answer = answer.map_err(|status| server.failure(&status))?;
    let all: Vec<One> = answer.calendars.into_iter().map(One::of).collect::<Result<_, _>>()?;
    match format {
        Format::Json => {
            let calendars: Vec<Value> = all.iter().map(One::json).collect();
            let position = words::position(&answer.position);
            output::print_json(&json!({"position": position, "calendars": calendars}))
        }
        _ => output::print(&list(&all)),
    }
}

/// A calendar and the decision on it.
struct One {
    calendar: Calendar,
    revision: u64,
    principal: String,
    position: Option<String>,
}

impl One {
    fn of(in_force: CalendarInForce) -> Result<One, Failure> {
        let CalendarInForce { calendar, revision, principal, position } = in_force;
        let calendar = calendar_from_wire(&calendar.unwrap_or_default())
            .map_err(|violation| Failure::new(format!("the server gave no calendar: {violation}")))?;
        Ok(One { calendar, revision, principal, position: words::position(&position) })
    }

    fn json(&self) -> Value {
        let texts = |dates: &[Date]| dates.iter().map(Date::to_string).collect::<Vec<_>>();
        json!({
            "id": self.calendar.id,
            "weekend": self.calendar.weekend,
            "closed_dates": texts(&self.calendar.closed),
            "open_dates": texts(&self.calendar.open),
            "working_days": self.years().iter().map(|(year, days)| json!({"year": year, "days": days})).collect::<Vec<_>>(),
            "revision": self.revision,
            "principal": self.principal,
            "position": self.position,
        })
    }

    fn text(&self) -> String {
        let dates = |dates: &[Date]| match dates {
            [] => "none".to_owned(),
            dates => dates.iter().map(Date::to_string).collect::<Vec<_>>().join(", "),
        };
        let since = self.position.clone().unwrap_or_default();
        let mut pairs = vec![
            ("weekend", self.weekend()),
            ("closed", dates(&self.calendar.closed)),
            ("open", dates(&self.calendar.open)),
        ];
        let years = self.years().into_iter().map(|(year, days)| format!("{days} in {year}"));
        let years: Vec<String> = years.collect();
        pairs.extend((!years.is_empty()).then(|| ("working days", years.join(", "))));
        pairs.push((
            "decided",
            format!("revision {} by {}, in effect since {since}", self.revision, self.principal),
        ));
        format!("{}\n{}", output::one_line(&self.calendar.id), output::pairs(pairs))
    }

    fn weekend(&self) -> String {
        let name = |day: &i8| usize::try_from(*day - 1).ok().and_then(|day| WEEKDAYS.get(day)).copied();
        let names: Vec<&str> = self.calendar.weekend.iter().filter_map(name).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }

    /// The number of working days in each year that has dates in the calendar.
    fn years(&self) -> Vec<(i16, u32)> {
        let dates = self.calendar.closed.iter().chain(&self.calendar.open);
        let years: BTreeSet<i16> = dates.map(|date| date.year()).collect();
        let count = |year| self.calendar.working_days(date(year, 1, 1), date(year, 12, 31));
        years.into_iter().map(|year| (year, count(year))).collect()
    }
}

fn list(all: &[One]) -> String {
    if all.is_empty() {
        return "there is no calendar; add one with `longhu calendar apply FILE`\n".to_owned();
    }
    let columns = [
        ("CALENDAR", Align::Left),
        ("WEEKEND", Align::Left),
        ("CLOSED", Align::Right),
        ("OPEN", Align::Right),
        ("REVISION", Align::Right),
        ("BY", Align::Left),
        ("SINCE", Align::Left),
    ];
    let row = |one: &One| {
        let Calendar { id, closed, open, .. } = &one.calendar;
        let (closed, open) = (closed.len().to_string(), open.len().to_string());
        let since = one.position.clone().unwrap_or_default();
        vec![id.clone(), one.weekend(), closed, open, one.revision.to_string(), one.principal.clone(), since]
    };
    output::table(&columns, all.iter().map(row))
}
