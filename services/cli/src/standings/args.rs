//! What `longhu standings` can be asked.

use std::num::NonZeroU64;
use std::str::FromStr;

use longhu_core::Position;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::wire::standings::v1::get_standings_as_known_request::KnownAt as Asked;

/// Arguments of `longhu standings`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu standings cards-1998 --board branch
  longhu standings cards-1998 --board employee --top 3
  longhu standings cards-1998 --board employee --participant district-01/emp-2
  longhu standings cards-1998 --board team -o csv > team.csv
  longhu standings cards-1998 --board team -o json --min-position 42.7
  longhu standings plan-2026 --board branch --figures
  longhu standings plan-2026 --board branch --round q1
  longhu standings plan-2026 --board branch --indicator deposits --top 10
  longhu standings plan-2026 --board branch --participant B01 --round q1
  longhu standings cards-1998 --board branch --known-at 42.7
  longhu standings cards-1998 --board branch --known-at 2026-03-01T09:00:00+08:00

A contest in rounds has a table of its own for each round; without --round it is the whole. A
participant is shown with all figures: what was counted, what is to be reached, how much of it is
done, and how fast: a pace of 100 % is as fast as the time, which the second line tells. Forecast
is where a value ends if it goes on as it went. --indicator ranks the table by one indicator's
value (单项排名) instead; who has no value stands last.

With --known-at the server folds its log once more, up to there and apart from what is served:
exact, but it takes about as long as that part of a start with `--rebuild`, and as much memory
as `longhu verify`. One runs at a time, in turn with `longhu verify`; Ctrl-C ends it.")]
pub struct Args {
    /// The contest's id.
    pub(super) contest: String,
    /// The board: a kind of unit, or `employee`.
    #[arg(long)]
    pub(super) board: String,
    /// How many rows from the top. Without it: 20 in a table, all in JSON and CSV.
    #[arg(long, value_name = "ROWS", conflicts_with = "participant")]
    pub(super) top: Option<NonZeroU64>,
    /// Show this participant and the neighbours.
    #[arg(long, value_name = "ID")]
    pub(super) participant: Option<String>,
    /// The table of this round, instead of the whole.
    #[arg(long, value_name = "ID")]
    pub(super) round: Option<String>,
    /// Rank by the value of this indicator, instead of what the contest says.
    #[arg(long, value_name = "ID")]
    pub(super) indicator: Option<String>,
    /// Show what each row has under each indicator: value, target, how much is done, and pace.
    #[arg(long)]
    pub(super) figures: bool,
    /// How many neighbours on each side, at most 50.
    #[arg(long, value_name = "ROWS", default_value_t = 3, requires = "participant",
          value_parser = clap::value_parser!(u32).range(0..=50))]
    pub(super) around: u32,
    /// Wait until the answer reflects at least this position, such as 42.0.
    #[arg(long, value_name = "POSITION")]
    pub(super) min_position: Option<Position>,
    /// Show it as it stood at an earlier point, as was known then: at a position such as 42.7, or when everything
    /// recorded by a time such as 2026-03-01T09:00:00+08:00 was known and nothing later.
    #[arg(long, value_name = "POSITION|TIME", conflicts_with = "min_position")]
    pub(super) known_at: Option<Point>,
    /// Of a sealed contest: show how it would stand if it had not been sealed.
    #[arg(long)]
    pub(super) unsealed: bool,
}

impl Args {
    pub(super) fn round(&self) -> String {
        self.round.clone().unwrap_or_default()
    }

    pub(super) fn indicator(&self) -> String {
        self.indicator.clone().unwrap_or_default()
    }

    /// A participant's own are always shown.
    pub(super) fn wants_figures(&self) -> bool {
        self.figures || self.participant.is_some()
    }
}

/// A point of the log: a position, or a time by which entries were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Everything up to and including it.
    Position(Position),
    /// Everything up to the last entry that was recorded by then.
    Time(jiff::Timestamp),
}

/// A text that is no point of the log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is neither a position such as 42.0 nor a time of day with its zone such as 2026-03-01T09:00:00+08:00"
)]
pub struct BadPoint(String);

impl FromStr for Point {
    type Err = BadPoint;

    fn from_str(text: &str) -> Result<Point, BadPoint> {
        if let Ok(position) = text.parse() {
            return Ok(Point::Position(position));
        }
        text.parse().map(Point::Time).map_err(|_| BadPoint(text.to_owned()))
    }
}

impl Point {
    pub(super) fn to_wire(self) -> Asked {
        match self {
            Point::Position(position) => Asked::Position(position_to_wire(position)),
            Point::Time(time) => Asked::Time(prost_types::Timestamp {
                seconds: time.as_second(),
                nanos: time.subsec_nanosecond(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_a_position_or_a_time_with_its_zone() {
        assert_eq!("42.7".parse(), Ok(Point::Position(Position::new(42, 7))));
        let time = "2026-03-01T09:00:00+08:00".parse::<Point>().unwrap();
        assert_eq!(time, "2026-03-01T01:00:00Z".parse().unwrap());
        assert!(matches!(time, Point::Time(_)));
        for text in ["", "yesterday", "2026-03-01", "2026-03-01T09:00:00", "42.x"] {
            let refusal = text.parse::<Point>().unwrap_err().to_string();
            assert!(refusal.contains("2026-03-01T09:00:00+08:00"), "{text}");
        }
    }
}
