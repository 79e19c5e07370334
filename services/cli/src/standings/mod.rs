//! `longhu standings`: asks for a board, or for one participant and the neighbours, now or as known at an earlier point.
//! All rows of an answer reflect one position; nothing is computed or reordered here.

mod figures;
pub mod json;
mod known_at;
pub mod render;

use std::num::NonZeroU64;

use longhu_core::Position;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::wire::standings::v1::{GetParticipantRequest, GetStandingsRequest};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use longhu_client::failure::{Exit, Failure};
use longhu_client::output::{self, Format};
use longhu_client::server::{Global, Server};
use render::{Focus, View};

/// Rows in a table when nobody says how many.
const TABLE_ROWS: u64 = 20;
/// Rows in one answer, the most that a server gives.
const PAGE_ROWS_MAX: u64 = 5_000;
/// How often a board is read from its top when it moves on faster than it is read.
const ATTEMPTS_MAX: u32 = 5;

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
    contest: String,
    /// The board: a kind of unit, or `employee`.
    #[arg(long)]
    board: String,
    /// How many rows from the top. Without it: 20 in a table, all in JSON and CSV.
    #[arg(long, value_name = "ROWS", conflicts_with = "participant")]
    top: Option<NonZeroU64>,
    /// Show this participant and the neighbours.
    #[arg(long, value_name = "ID")]
    participant: Option<String>,
    /// The table of this round, instead of the whole.
    #[arg(long, value_name = "ID")]
    round: Option<String>,
    /// Rank by the value of this indicator, instead of what the contest says.
    #[arg(long, value_name = "ID")]
    indicator: Option<String>,
    /// Show what each row has under each indicator: value, target, how much is done, and pace.
    #[arg(long)]
    figures: bool,
    /// How many neighbours on each side, at most 50.
    #[arg(long, value_name = "ROWS", default_value_t = 3, requires = "participant",
          value_parser = clap::value_parser!(u32).range(0..=50))]
    around: u32,
    /// Wait until the answer reflects at least this position, such as 42.0.
    #[arg(long, value_name = "POSITION")]
    min_position: Option<Position>,
    /// Show it as it stood at an earlier point, as was known then: at a position such as 42.7, or when everything
    /// recorded by a time such as 2026-03-01T09:00:00+08:00 was known and nothing later.
    #[arg(long, value_name = "POSITION|TIME", conflicts_with = "min_position")]
    known_at: Option<known_at::Point>,
    /// Of a sealed contest: show how it would stand if it had not been sealed.
    #[arg(long)]
    unsealed: bool,
}

impl Args {
    fn round(&self) -> String {
        self.round.clone().unwrap_or_default()
    }

    fn indicator(&self) -> String {
        self.indicator.clone().unwrap_or_default()
    }

    /// A participant's own are always shown.
    fn wants_figures(&self) -> bool {
        self.figures || self.participant.is_some()
    }
}

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
    let view = answer.map_err(|status| failure(&server, &status, &args))?;
    output::print(&match format {
        Format::Json => json::json(&view)?,
        Format::Csv => {
            // Its first line is that of the columns' names.
            view.known_at.iter().for_each(|known_at| output::note(&known_at.to_string()));
            let missing = figures::missing_calendar(&view.header).filter(|_| view.figures);
            missing.iter().for_each(|note| output::note(note));
            render::csv(&view)?
        }
        _ => render::table(&view),
    })
}

fn failure(server: &Server, status: &Status, args: &Args) -> Failure {
    let failure = server.failure(status);
    let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    match (status.code(), reason.as_str()) {
        (Code::NotFound, "PARTICIPANT_NOT_LISTED") => failure.next(format!(
            "see who is listed with `longhu standings {} --board {}`, and whose credits wait with `longhu org unresolved`",
            args.contest, args.board
        )),
        // They say themselves from when on the contest is there, or what it has.
        (Code::NotFound, "CONTEST_NOT_YET_DEFINED" | "ROUND_NOT_FOUND" | "INDICATOR_NOT_FOUND") => failure,
        (_, "FIGURES_NOT_KEPT") => failure
            .next("ask for at most 1,000 rows with `--top`, for one with `--participant`, or without `--figures`"),
        (Code::NotFound, _) => failure.next("see `longhu contest list` for contests and their boards"),
        (Code::Aborted, _) => failure
            .exit(Exit::Failed)
            .next("the board moves on faster than it is read; ask for fewer rows with `--top`"),
        _ => failure,
    }
}

/// The first `rows` rows; from the top again when the version being read has expired.
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
        min_position: args.min_position.map(position_to_wire),
        unsealed: args.unsealed,
        round: args.round(),
        indicator: args.indicator(),
        figures: args.figures,
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
            figures: args.figures,
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
        min_position: args.min_position.map(position_to_wire),
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
        figures: args.figures,
    })
}
