//! `longhu standings`: shows a board, or one participant with neighbours, now or as known at an earlier
//! point. All rows of an answer reflect one position. Nothing is computed or reordered here.

mod args;
mod figures;
pub mod json;
mod known_at;
mod language;
pub mod render;
mod words;

use std::num::NonZeroU64;

use longhu_proto::wire::standings::v1::{GetParticipantRequest, GetStandingsRequest};
use tonic::{Code, Status};
use tonic_types::StatusExt;

pub use args::Args;
use longhu_client::failure::{Exit, Failure};
use longhu_client::instant::BankClock;
use longhu_client::output::{self, Format};
use longhu_client::server::{Global, Server};
use longhu_client::token::Token;
use render::{Focus, View};

use crate::contest::unknown;

/// The default number of rows in a table.
const TABLE_ROWS: u64 = 20;
/// The most rows in one answer of a server.
const PAGE_ROWS_MAX: u64 = 5_000;
/// How often to start reading a board again from its top, if it changes faster than it can be read.
const ATTEMPTS_MAX: u32 = 5;

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json, Format::Csv])?;
    let server = global.query_server()?;
    let default = if format == Format::Table { TABLE_ROWS } else { u64::MAX };
    let rows = args.top.map_or(default, NonZeroU64::get);
    let answer = match (args.known_at, &args.participant) {
        (Some(point), _) => known_at::board(&server, &args, point, rows).await,
        (None, Some(participant)) => neighbours(&server, &args, participant).await,
        (None, None) => board(&server, &args, rows).await,
    };
    let mut view = match answer {
        Ok(view) => view,
        Err(status) => return Err(failure(&server, &status, &args).await),
    };
    figures::choose(&mut view.rows, &args.chosen())?;
    if format != Format::Json {
        view.clock = BankClock::of_contest(&server, &args.contest).await;
    }
    output::print(&match format {
        Format::Json => json::json(&view)?,
        Format::Csv => {
            // The first line of a CSV is the header, so the note goes to stderr.
            view.known_at.iter().for_each(|known_at| output::note(&known_at.told(&view.clock, view.lang)));
            let missing = figures::missing_calendar(&view.header).filter(|_| view.figures);
            missing.iter().for_each(|note| output::note(note));
            render::csv(&view)?
        }
        _ => render::table(&view, output::columns()),
    })
}

async fn failure(server: &Server, status: &Status, args: &Args) -> Failure {
    let failure = server.failure(status);
    let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    match (status.code(), reason.as_str()) {
        (Code::NotFound, "PARTICIPANT_NOT_LISTED") => failure.next(format!(
            "see who is listed with `longhu standings {} --board {}`, and whose credits wait with `longhu org unresolved`",
            args.contest, args.board
        )),
        // These messages already say since when the contest exists, or what it has.
        (Code::NotFound, "CONTEST_NOT_YET_DEFINED" | "ROUND_NOT_FOUND" | "INDICATOR_NOT_FOUND") => failure,
        (_, "FIGURES_NOT_KEPT") => failure
            .next("ask for at most 1,000 rows with `--top`, for one with `--participant`, or without `--figures`"),
        (Code::NotFound, "CONTEST_NOT_FOUND") => unknown(server, &args.contest, failure).await,
        (Code::NotFound, _) => failure.next("see `longhu contest list` for contests and their boards"),
        (Code::Aborted, _) => failure
            .exit(Exit::Failed)
            .next("the board changes faster than it can be read; ask for fewer rows with `--top`"),
        _ => failure,
    }
}

/// The first `rows` rows. Starts again from the top if the version being read has expired.
async fn board(server: &Server, args: &Args, rows: u64) -> Result<View, Status> {
    let mut attempts = 1;
    loop {
        match board_once(server, args, rows).await {
            Err(status) if status.code() == Code::Aborted && attempts < ATTEMPTS_MAX => attempts += 1,
            result => return result,
        }
    }
}

async fn board_once(server: &Server, args: &Args, wanted: u64) -> Result<View, Status> {
    let page_size = i32::try_from(wanted.min(PAGE_ROWS_MAX)).unwrap_or(i32::MAX);
    let mut request = GetStandingsRequest {
        contest: args.contest.clone(),
        board: args.board.clone(),
        page_size,
        page_token: String::new(),
        min_position: args.min_position.map(Token::to_wire),
        unsealed: args.unsealed,
        round: args.round(),
        indicator: args.indicator(),
        figures: args.figures.is_some(),
    };
    let mut view: Option<View> = None;
    loop {
        let page = server.ask(server.standings().get_standings(request.clone())).await?;
        let view_so_far = view.get_or_insert_with(|| View {
            header: page.header.unwrap_or_default(),
            rows: Vec::new(),
            total: page.total_size,
            focus: None,
            known_at: None,
            figures: args.figures.is_some(),
            lang: args.lang,
            clock: BankClock::default(),
        });
        let progressed = !page.rows.is_empty();
        view_so_far.rows.extend(page.rows);
        let enough = view_so_far.rows.len() as u64 >= wanted;
        if enough || page.next_page_token.is_empty() || !progressed {
            view_so_far.rows.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
            return view.ok_or_else(|| Status::internal("the server gave no page"));
        }
        request.page_token = page.next_page_token;
    }
}

async fn neighbours(server: &Server, args: &Args, participant: &str) -> Result<View, Status> {
    let request = GetParticipantRequest {
        contest: args.contest.clone(),
        board: args.board.clone(),
        participant: participant.to_owned(),
        around: args.around,
        min_position: args.min_position.map(Token::to_wire),
        unsealed: args.unsealed,
        round: args.round(),
        indicator: args.indicator(),
        figures: true,
    };
    let answer = server.ask(server.standings().get_participant(request)).await?;
    let mut rows = answer.above;
    rows.extend(answer.row);
    rows.extend(answer.below);
    let focus = Focus { participant: participant.to_owned(), gap_to_next: answer.gap_to_next };
    Ok(View {
        header: answer.header.unwrap_or_default(),
        rows,
        total: answer.total_size,
        focus: Some(focus),
        known_at: None,
        figures: args.figures.is_some(),
        lang: args.lang,
        clock: BankClock::default(),
    })
}
