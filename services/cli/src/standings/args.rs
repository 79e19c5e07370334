//! The arguments of `longhu standings`.

use std::num::NonZeroU64;
use std::str::FromStr;

use longhu_client::token::Token;
use longhu_proto::wire::standings::v1::get_standings_as_known_request::KnownAt as Asked;

use crate::contest::explain::Lang;

/// Arguments of `longhu standings`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu standings cards-1998 --board branch
  longhu standings cards-1998 --board employee --top 3
  longhu standings cards-1998 --board employee --participant district-01/emp-2
  longhu standings cards-1998 --board team -o csv > team.csv
  longhu standings cards-1998 --board team -o json --min-position 42.7
  longhu standings plan-2026 --board branch --figures
  longhu standings plan-2026 --board branch --figures=mobile,income
  longhu standings plan-2026 --board branch --lang zh
  longhu standings plan-2026 --board branch --round q1
  longhu standings plan-2026 --board branch --indicator deposits --top 10
  longhu standings plan-2026 --board branch --participant B01 --round q1
  longhu standings cards-1998 --board branch --known-at 42.7
  longhu standings cards-1998 --board branch --known-at 2026-03-01T09:00:00+08:00

A contest with rounds has a table for each round; without --round the whole contest is shown. With
--participant all figures are shown: value, target, completion and pace. Pace compares completion
with the time that has passed (shown in the second line): at 100 % both are equal. Forecast is the
value at the end if it keeps growing at the same rate. --indicator ranks the table by the value of
one indicator (单项排名) instead; rows without a value are last.

With --known-at the server folds its log once more up to that point. The answer is exact, but takes
about as long as that part of a start with `--rebuild`, and as much memory as `longhu verify`. It
takes turns with other runs and with `longhu verify`; Ctrl-C ends it.")]
pub struct Args {
    /// The contest's id.
    pub(super) contest: String,
    /// The board: a kind of unit, or `employee`.
    #[arg(long)]
    pub(super) board: String,
    /// How many rows to show. Default: 20 in a table, all in JSON and CSV.
    #[arg(long, value_name = "ROWS", conflicts_with = "participant", value_parser = at_least_one)]
    pub(super) top: Option<NonZeroU64>,
    /// Show this participant with the neighbours.
    #[arg(long, value_name = "ID")]
    pub(super) participant: Option<String>,
    /// Show the table of this round instead of the whole contest.
    #[arg(long, value_name = "ID")]
    pub(super) round: Option<String>,
    /// Rank by the value of this indicator, instead of the contest's own ranking.
    #[arg(long, value_name = "ID")]
    pub(super) indicator: Option<String>,
    /// Show the figures of each row: value, target, completion and pace, for each indicator, or for those named,
    /// such as --figures=mobile,income.
    #[arg(long, value_name = "INDICATORS", require_equals = true, num_args = 0..=1)]
    pub(super) figures: Option<Option<String>>,
    /// The language of a table's words.
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub(super) lang: Lang,
    /// How many neighbours on each side, at most 50.
    #[arg(long, value_name = "ROWS", default_value_t = 3, requires = "participant",
          value_parser = clap::value_parser!(u32).range(0..=50))]
    pub(super) around: u32,
    /// Wait until the answer reflects at least this position, such as 42.0.
    #[arg(long, value_name = "POSITION")]
    pub(super) min_position: Option<Token>,
    /// Show the board as it was known at an earlier point: at a position such as 42.7, or with everything
    /// recorded by a time such as 2026-03-01T09:00:00+08:00 and nothing later.
    #[arg(long, value_name = "POSITION|TIME", conflicts_with = "min_position")]
    pub(super) known_at: Option<Point>,
    /// For a sealed contest: show how it would stand if it had not been sealed.
    #[arg(long)]
    pub(super) unsealed: bool,
}

/// A number of rows that is not above zero.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("give a number of rows from 1 on")]
struct NoRows;

fn at_least_one(text: &str) -> Result<NonZeroU64, NoRows> {
    text.parse().map_err(|_| NoRows)
}

impl Args {
    pub(super) fn round(&self) -> String {
        self.round.clone().unwrap_or_default()
    }

    pub(super) fn indicator(&self) -> String {
        self.indicator.clone().unwrap_or_default()
    }

    /// The figures of a requested participant are always shown.
    pub(super) fn wants_figures(&self) -> bool {
        self.figures.is_some() || self.participant.is_some()
    }

    /// The indicators whose figures are shown; empty: all.
    pub(super) fn chosen(&self) -> Vec<&str> {
        let ids = self.figures.iter().flatten().flat_map(|ids| ids.split(','));
        ids.map(str::trim).filter(|id| !id.is_empty()).collect()
    }
}

/// A point of the log: a position, or a time by which entries were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Everything up to and including this position.
    Position(Token),
    /// Everything up to the last entry that was recorded by this time.
    Time(jiff::Timestamp),
}

/// A text that is not a point of the log.
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
            Point::Position(position) => Asked::Position(position.to_wire()),
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
    fn a_board_of_no_rows_is_refused_in_words() {
        assert_eq!(at_least_one("0").unwrap_err().to_string(), "give a number of rows from 1 on");
        assert_eq!(at_least_one("3").ok().map(NonZeroU64::get), Some(3));
    }

    #[test]
    fn a_point_is_a_position_or_a_time_with_its_zone() {
        assert_eq!("42.7".parse(), Ok(Point::Position("42.7".parse().unwrap())));
        let time = "2026-03-01T09:00:00+08:00".parse::<Point>().unwrap();
        assert_eq!(time, "2026-03-01T01:00:00Z".parse().unwrap());
        assert!(matches!(time, Point::Time(_)));
        for text in ["", "yesterday", "2026-03-01", "2026-03-01T09:00:00", "42.x"] {
            let refusal = text.parse::<Point>().unwrap_err().to_string();
            assert!(refusal.contains("2026-03-01T09:00:00+08:00"), "{text}");
        }
    }
}
