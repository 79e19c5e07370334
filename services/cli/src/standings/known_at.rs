//! `longhu standings --known-at`: a board as it stood at an earlier point of the log, as it was known then. The server
//! folds its log once more up to there; nothing is computed here.

use std::str::FromStr;

use longhu_client::bar::Bar;
use longhu_client::server::Server;
use longhu_core::Position;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::wire::event::v1::Position as WirePosition;
use longhu_proto::wire::standings::v1::get_standings_as_known_request::KnownAt as Asked;
use longhu_proto::wire::standings::v1::get_standings_as_known_response::Step;
use longhu_proto::wire::standings::v1::{AsKnownBoard, AsKnownProgress, GetStandingsAsKnownRequest};
use tonic::Status;

use super::Args;
use super::render::{Focus, KnownAt, View};

/// A point of the log: a position, or a time by which entries were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Everything up to and including it.
    Position(Position),
    /// Everything up to the last entry that was recorded by then.
    Time(jiff::Timestamp),
}

impl FromStr for Point {
    type Err = String;

    fn from_str(text: &str) -> Result<Point, String> {
        if let Ok(position) = text.parse() {
            return Ok(Point::Position(position));
        }
        text.parse().map(Point::Time).map_err(|_| {
            format!(
                "`{text}` is neither a position such as 42.0 nor a time of day with its zone such as \
                 2026-03-01T09:00:00+08:00"
            )
        })
    }
}

impl Point {
    fn to_wire(self) -> Asked {
        match self {
            Point::Position(position) => Asked::Position(position_to_wire(position)),
            Point::Time(time) => Asked::Time(prost_types::Timestamp {
                seconds: time.as_second(),
                nanos: time.subsec_nanosecond(),
            }),
        }
    }
}

/// The first `rows` rows, or the participant and the neighbours, as they were known at a point.
pub async fn board(server: &Server, args: &Args, point: Point, rows: u64) -> Result<View, Status> {
    let request = GetStandingsAsKnownRequest {
        contest: args.contest.clone(),
        boards: vec![args.board.clone()],
        known_at: Some(point.to_wire()),
        participant: args.participant.clone().unwrap_or_default(),
        around: if args.participant.is_some() { args.around } else { 0 },
        rows_max: if rows == u64::MAX { 0 } else { rows },
        unsealed: args.unsealed,
        round: args.round(),
        indicator: args.indicator(),
        figures: args.wants_figures(),
    };
    let mut stream = server.ask(server.standings().get_standings_as_known(request)).await?;
    let (mut bar, mut view): (Bar, Option<View>) = (Bar::begin(), None);
    while let Some(told) = stream.message().await? {
        match (told.step, &mut view) {
            (Some(Step::Progress(progress)), _) => show(&mut bar, &progress),
            (Some(Step::Board(board)), None) => view = Some(begun(board, args)),
            (Some(Step::Rows(more)), Some(view)) => view.rows.extend(more.rows),
            (Some(Step::Board(_) | Step::Rows(_)) | None, _) => {}
        }
    }
    view.ok_or_else(|| Status::internal("the server ended without a board"))
}

/// A board before its rows.
fn begun(board: AsKnownBoard, args: &Args) -> View {
    let AsKnownBoard { header, known_at_position, known_at_time, total_size, gap_to_next } = board;
    let focus = args.participant.clone().map(|participant| Focus { participant, gap_to_next });
    View {
        header: header.unwrap_or_default(),
        rows: Vec::new(),
        total: total_size,
        focus,
        known_at: Some(KnownAt { position: known_at_position.unwrap_or_default(), time: known_at_time }),
        figures: args.figures,
    }
}

fn show(bar: &mut Bar, progress: &AsKnownProgress) {
    let sequence = |position: &Option<WirePosition>| position.as_ref().map_or(0, |at| at.sequence);
    let (at, until) = (sequence(&progress.position), sequence(&progress.until).max(1));
    let done_ppm = at.saturating_mul(1_000_000) / until;
    match (progress.finding_time, progress.reading_again.as_str()) {
        (true, _) => bar.show(done_ppm, "looking for the time in the log"),
        (false, "") => bar.show(done_ppm, &format!("{} events", progress.events)),
        (false, contest) => {
            let told = format!("{} events, reading again for {contest}", progress.events);
            bar.show(u64::from(progress.reading_again_ppm), &told);
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
            assert!(text.parse::<Point>().unwrap_err().contains("2026-03-01T09:00:00+08:00"), "{text}");
        }
    }
}
