//! `longhu standings --known-at`: a board as it was known at an earlier point of the log. The server folds
//! its log once more up to that point; nothing is computed here.

use longhu_client::bar::Bar;
use longhu_client::instant::BankClock;
use longhu_client::server::Server;
use longhu_proto::wire::event::v1::Position as WirePosition;
use longhu_proto::wire::standings::v1::get_standings_as_known_response::Step;
use longhu_proto::wire::standings::v1::{AsKnownBoard, AsKnownProgress, GetStandingsAsKnownRequest};
use tonic::Status;

use super::args::{Args, Point};
use super::render::{Focus, KnownAt, View};

/// The first `rows` rows, or the participant with neighbours, as known at a point.
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

/// A board without its rows yet.
fn begun(board: AsKnownBoard, args: &Args) -> View {
    let AsKnownBoard { header, known_at_position, known_at_time, total_size, gap_to_next } = board;
    let focus = args.participant.clone().map(|participant| Focus { participant, gap_to_next });
    View {
        header: header.unwrap_or_default(),
        rows: Vec::new(),
        total: total_size,
        focus,
        known_at: Some(KnownAt { position: known_at_position.unwrap_or_default(), time: known_at_time }),
        figures: args.figures.is_some(),
        lang: args.lang,
        clock: BankClock::default(),
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
