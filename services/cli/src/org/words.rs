//! Shared by the commands about the organisation: days, times, what an answer reflects, and the progress of a
//! search.

use jiff::civil::Date;
use longhu_client::bar::Bar;
use longhu_client::failure::{Exit, Failure};
use longhu_client::instant;
use longhu_client::proto_json;
use longhu_client::server::Server;
use longhu_client::token::Token;
use longhu_proto::google_type;
use longhu_proto::scalar::{date_from_wire, date_to_wire};
use longhu_proto::wire::event::v1 as event;
use longhu_proto::wire::organisation::v1::{SearchProgress, SearchResult};

/// The requested day, and how recent the answer must be.
#[derive(Debug, clap::Args)]
pub struct When {
    /// The day. Default: the last business date counted so far.
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
    min_position: Option<Token>,
}

impl Recent {
    /// The position for the wire.
    pub fn min_position(&self) -> Option<event::Position> {
        self.min_position.map(Token::to_wire)
    }
}

/// A day as text; `None` if there is none.
pub fn day(date: &Option<google_type::Date>) -> Option<String> {
    Some(date_from_wire("date", date.as_ref()?).ok()?.to_string())
}

/// A position as text.
pub fn position(position: &Option<event::Position>) -> Option<String> {
    position.as_ref().map(proto_json::position)
}

/// A range of days, in words; `None` if it has neither end.
pub fn time(start: &Option<google_type::Date>, end: &Option<google_type::Date>) -> String {
    match (day(start), day(end)) {
        (None, None) => String::new(),
        (Some(start), None) => format!("from {start} on"),
        (None, Some(end)) => format!("until {end}"),
        (Some(start), Some(end)) => format!("from {start} until {end}"),
    }
}

/// The line that says which position an answer reflects.
pub fn reflected(
    date: &Option<google_type::Date>,
    at: &Option<event::Position>,
    as_of: &Option<prost_types::Timestamp>,
) -> String {
    let date = day(date).unwrap_or_default();
    let as_of = as_of.as_ref().map(instant::utc).unwrap_or_else(|| "the beginning".into());
    format!("on {date} · position {} · as of {as_of}\n", position(at).unwrap_or_default())
}

/// The line that says which position a search reflects.
pub fn searched(result: &SearchResult) -> String {
    let (from, until) = (position(&result.position), position(&result.until_position));
    match (from, until) {
        (Some(from), Some(until)) if from != until => {
            format!("position {from}; later entries up to {until} may or may not be included\n")
        }
        (from, _) => format!("position {}\n", from.unwrap_or_default()),
    }
}

/// Shows the progress of a search.
pub fn show(bar: &mut Bar, progress: &SearchProgress) {
    let SearchProgress { names, total_names, entries } = *progress;
    bar.show_of(names, total_names, &format!("{names} names, {entries} entries"));
}

/// The failure for a status, with the next step if an id is not known.
pub fn failure(server: &Server, status: &tonic::Status) -> Failure {
    let failure = server.failure(status);
    let next = "see units with `longhu org tree`, and unknown names with `longhu org unresolved`";
    if failure.exit == Exit::NotFound { failure.next(next) } else { failure }
}

/// A number with its noun, in the singular for one.
pub fn count(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
