//! What the questions about the organisation have in common: days, times, what an answer reflects, how far a search is.
//! It asks nothing itself.

use jiff::civil::Date;
use longhu_client::bar::Bar;
use longhu_client::failure::{Exit, Failure};
use longhu_client::proto_json;
use longhu_client::server::Server;
use longhu_core::Position;
use longhu_proto::google_type;
use longhu_proto::scalar::{date_from_wire, date_to_wire, position_to_wire};
use longhu_proto::wire::event::v1 as event;
use longhu_proto::wire::organisation::v1::{SearchProgress, SearchResult};

/// The day that is asked for, and how recent the answer must be.
#[derive(Debug, clap::Args)]
pub struct When {
    /// The day. Without it: the last business date counted so far.
    #[arg(long, value_name = "DAY")]
    on: Option<Date>,
    #[command(flatten)]
    recent: Recent,
}

impl When {
    /// The day for the wire.
    pub fn date(&self) -> Option<google_type::Date> {
        self.on.map(date_to_wire)
    }

    /// The position for the wire.
    pub fn min_position(&self) -> Option<event::Position> {
        self.recent.min_position()
    }
}

/// How recent the answer must be.
#[derive(Debug, clap::Args)]
pub struct Recent {
    /// Wait until the answer reflects at least this position, such as 42.0.
    #[arg(long, value_name = "POSITION")]
    min_position: Option<Position>,
}

impl Recent {
    /// The position for the wire.
    pub fn min_position(&self) -> Option<event::Position> {
        self.min_position.map(position_to_wire)
    }
}

/// A day as text; nothing for one that is absent.
pub fn day(date: &Option<google_type::Date>) -> Option<String> {
    Some(date_from_wire("date", date.as_ref()?).ok()?.to_string())
}

/// A position as text.
pub fn position(position: &Option<event::Position>) -> Option<String> {
    position.as_ref().map(proto_json::position)
}

/// From when to when, in words; nothing for ever.
pub fn time(start: &Option<google_type::Date>, end: &Option<google_type::Date>) -> String {
    match (day(start), day(end)) {
        (None, None) => String::new(),
        (Some(start), None) => format!("from {start} on"),
        (None, Some(end)) => format!("until {end}"),
        (Some(start), Some(end)) => format!("from {start} until {end}"),
    }
}

/// The line that says what an answer reflects.
pub fn reflected(
    date: &Option<google_type::Date>,
    at: &Option<event::Position>,
    as_of: &Option<prost_types::Timestamp>,
) -> String {
    let date = day(date).unwrap_or_default();
    let as_of = as_of.as_ref().and_then(proto_json::rfc3339).unwrap_or_else(|| "the beginning".into());
    format!("on {date} · position {} · as of {as_of}\n", position(at).unwrap_or_default())
}

/// The line that says what a search reflects.
pub fn searched(result: &SearchResult) -> String {
    let (from, until) = (position(&result.position), position(&result.until_position));
    match (from, until) {
        (Some(from), Some(until)) if from != until => {
            format!("position {from}; entries up to {until} came meanwhile and may be in it or not\n")
        }
        (from, _) => format!("position {}\n", from.unwrap_or_default()),
    }
}

/// Shows how far a search is.
pub fn show(bar: &mut Bar, progress: &SearchProgress) {
    let SearchProgress { names, total_names, entries } = *progress;
    bar.show_of(names, total_names, &format!("{names} names, {entries} entries"));
}

/// The failure that a status is, with the next step where an id is not known.
pub fn failure(server: &Server, status: &tonic::Status) -> Failure {
    let failure = server.failure(status);
    let next = "see units with `longhu org tree`, and names that nobody knows with `longhu org unresolved`";
    if failure.exit == Exit::NotFound { failure.next(next) } else { failure }
}

/// So many of something, in the singular where it is one.
pub fn count(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
