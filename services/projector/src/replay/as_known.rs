//! Standings as they were known at an earlier point of the log: a replay up to that point, and the boards of
//! the replay. It does not read what is served, and keeps nothing after the answer.

use std::pin::Pin;
use std::time::{Duration, Instant};

use longhu_core::fold::shard::Shard;
use longhu_core::types::violation::Violation;
use longhu_core::{Position, Time};
use longhu_log::Log;
use longhu_proto::scalar::{position_from_wire, position_to_wire, time_from_wire, time_to_wire};
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::get_standings_as_known_request::KnownAt;
use longhu_proto::wire::standings::v1::get_standings_as_known_response::Step;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

use crate::input::shard_tasks::ending;
use crate::query::indicator_ranking::IndicatorRankings;
use crate::query::position_tokens::reflected;
use crate::query::refusals::{contest_not_found, log_unavailable};
use crate::query::table_query::TableQuery;
use crate::query::table_rows::{self, Neighbours, neighbours, neighbours_wanted};
use crate::query::table_view::TableView;
use crate::replay::caller::{TELL_EVERY, refused, replay_through};
use crate::replay::log_replay::{LogReplay, Progress};
use crate::replay::permit::ReplayPermit;
use crate::replay::prefix::{RecordedEntry, end_of, first_defined, recorded_by};

/// Answers waiting to be sent to one caller.
const QUEUE: usize = 16;
/// The most rows in one answer.
const PAGE_ROWS: usize = 1_000;
/// The most boards in one request.
const BOARDS_MAX: usize = 100;
/// How long a caller may take to receive an answer. Until then the replay and its permit are kept for that
/// caller.
const TAKE_MAX: Duration = Duration::from_secs(60);

/// The answers of one call.
pub type Answered = Pin<Box<ReceiverStream<Result<wire::GetStandingsAsKnownResponse, Status>>>>;
type Answers = mpsc::Sender<Result<wire::GetStandingsAsKnownResponse, Status>>;

/// Answers from replays.
#[derive(Clone)]
pub struct AsKnown {
    pub log: Log,
    pub permit: ReplayPermit,
    /// Ends streams.
    pub shutdown: CancellationToken,
}

/// The prefix that is requested.
#[derive(Clone, Copy)]
enum Prefix {
    Through(Position),
    RecordedBy(Time),
}

/// A request that has been checked.
struct AsKnownQuery {
    contest: String,
    /// Empty for all boards.
    boards: Vec<String>,
    prefix: Prefix,
    /// The participant, and the number of neighbours on each side.
    participant: Option<(String, usize)>,
    rows_max: usize,
    unsealed: bool,
    /// A round's id; empty for the whole contest.
    round: String,
    /// An indicator to rank by; empty for the contest's own ranking.
    indicator: String,
    figures: bool,
}

impl AsKnown {
    /// Starts answering. Whatever depends on the log, including refusals, is sent in the stream.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for an invalid request; see [`ReplayPermit::take`] for the others.
    pub fn begin(&self, request: wire::GetStandingsAsKnownRequest) -> Result<Answered, Status> {
        let asked = AsKnownQuery::of(request)?;
        let permit = self.permit.take()?;
        let (answers, stream) = mpsc::channel(QUEUE);
        let this = self.clone();
        let runtime = tokio::runtime::Handle::current();
        // A replay takes long. In its own thread it does not block other calls.
        tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                let shutdown = this.shutdown.clone();
                tokio::select! {
                    () = this.run(asked, answers.clone(), permit) => {}
                    () = shutdown.cancelled() => drop(answers.try_send(Err(ending()))),
                }
            });
        });
        Ok(Box::pin(ReceiverStream::new(stream)))
    }

    async fn run(self, asked: AsKnownQuery, answers: Answers, permit: OwnedSemaphorePermit) {
        let answered = self.answer(&asked, &answers).await;
        // Given up before the last answer, so that the caller can ask again after receiving it.
        drop(permit);
        if let Err(status) = answered {
            // The caller may have gone.
            drop(answers.send(Err(status)).await);
        }
    }

    async fn answer(&self, asked: &AsKnownQuery, answers: &Answers) -> Result<(), Status> {
        let end = end_of(&self.log).await.map_err(|error| log_unavailable(&error))?;
        let end = end.ok_or_else(|| contest_not_found(&asked.contest))?;
        let until = match asked.prefix {
            Prefix::Through(position) if position > end.position => return Err(beyond(position, end)),
            Prefix::Through(position) => position,
            Prefix::RecordedBy(time) => self.recorded_by(time, end, answers).await?,
        };
        let since = first_defined(&self.log, &asked.contest, end.position).await.map_err(refused)?;
        let since = since.ok_or_else(|| contest_not_found(&asked.contest))?;
        if since.position > until {
            return Err(not_yet_defined(&asked.contest, until, since));
        }
        let mut replay = LogReplay::new(&self.log);
        replay_through(&mut replay, until, answers, progress_to_wire).await?;
        let shard = replay.shard();
        // All boards are looked up before the first is sent.
        let boards: Vec<TableView> = asked.boards(shard)?;
        for view in boards {
            tell(shard, view, asked, answers).await?;
        }
        Ok(())
    }

    /// The last entry of the prefix that was recorded by a time.
    async fn recorded_by(
        &self,
        time: Time,
        end: RecordedEntry,
        answers: &Answers,
    ) -> Result<Position, Status> {
        let mut told = Instant::now();
        let watch = |position| {
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                let progress = Progress { position, until: end.position, ..Progress::default() };
                let progress = wire::AsKnownProgress { finding_time: true, ..progress_of(progress) };
                drop(answers.try_send(Ok(step(Step::Progress(progress)))));
            }
            !answers.is_closed()
        };
        let found = recorded_by(&self.log, time, end.position, watch).await.map_err(refused)?;
        // Entries recorded between now and that time would still belong to the prefix.
        if found.greatest < time && time > now() {
            let message = format!(
                "{} is in the future; the log ends at {}, recorded at {}: ask for that or an earlier point",
                text(time),
                end.position,
                text(end.recorded)
            );
            return Err(refusal(Code::OutOfRange, "TIME_NOT_REACHED", message));
        }
        Ok(found.position)
    }
}

impl AsKnownQuery {
    fn of(request: wire::GetStandingsAsKnownRequest) -> Result<AsKnownQuery, Status> {
        let wrong = |field: &str, code, reason: String| Err(invalid(&[Violation::new(field, code, reason)]));
        let prefix = match &request.known_at {
            Some(KnownAt::Position(position)) => Prefix::Through(position_from_wire(position)),
            Some(KnownAt::Time(time)) => {
                Prefix::RecordedBy(time_from_wire("time", time).map_err(|violation| invalid(&[violation]))?)
            }
            None => {
                let reason = "the earlier point is missing: give a position of the log, or a time";
                return wrong("known_at", "MISSING_FIELD", reason.to_owned());
            }
        };
        if request.boards.len() > BOARDS_MAX {
            let reason =
                format!("{} boards were asked for; ask for at most {BOARDS_MAX}", request.boards.len());
            return wrong("boards", "OUT_OF_RANGE", reason);
        }
        let participant = match request.participant.is_empty() {
            true => None,
            false if request.boards.len() == 1 => {
                Some((request.participant, neighbours_wanted(request.around)?))
            }
            false => {
                let reason = "a participant is on one board: name exactly that one";
                return wrong("boards", "OUT_OF_RANGE", reason.to_owned());
            }
        };
        let mut seen = std::collections::BTreeSet::new();
        let boards = request.boards.into_iter().filter(|board| seen.insert(board.clone())).collect();
        let rows_max = match request.rows_max {
            0 => usize::MAX,
            some => usize::try_from(some).unwrap_or(usize::MAX),
        };
        Ok(AsKnownQuery {
            contest: request.contest,
            boards,
            prefix,
            participant,
            rows_max,
            unsealed: request.unsealed,
            round: request.round,
            indicator: request.indicator,
            figures: request.figures,
        })
    }

    fn boards<'a>(&self, shard: &'a Shard) -> Result<Vec<TableView<'a>>, Status> {
        let rankings = IndicatorRankings::default();
        let find = |board: &String| {
            let AsKnownQuery { contest, round, indicator, unsealed, .. } = self;
            let asked = TableQuery { contest, board, round, indicator, unsealed: *unsealed };
            TableView::find(shard, &asked, &rankings)
        };
        if !self.boards.is_empty() {
            return self.boards.iter().map(find).collect();
        }
        let live = shard.subscribers().contest(&self.contest).and_then(|served| served.live.as_ref());
        let kinds = live.ok_or_else(|| contest_not_found(&self.contest))?;
        kinds.boards().map(|board| find(&board.kind)).collect()
    }
}

/// Sends one board: its description, then its rows page by page.
async fn tell(
    shard: &Shard,
    view: TableView<'_>,
    asked: &AsKnownQuery,
    answers: &Answers,
) -> Result<(), Status> {
    let neighbours = match &asked.participant {
        Some((participant, around)) => Some(neighbours(&view, participant, *around, asked.figures)?),
        None => None,
    };
    let gap = neighbours.as_ref().map(|neighbours| neighbours.gap_to_next.clone());
    let head = shard.head();
    let board = wire::AsKnownBoard {
        header: Some(view.header.clone()),
        known_at_position: Some(reflected(shard)),
        known_at_time: Some(time_to_wire(head.as_of)),
        total_size: view.board.len() as u64,
        gap_to_next: gap.unwrap_or_default(),
    };
    send(answers, Step::Board(board)).await?;
    if let Some(Neighbours { mut above, row, below, .. }) = neighbours {
        above.push(row);
        above.extend(below);
        return send(answers, Step::Rows(wire::AsKnownRows { rows: above })).await;
    }
    let mut rows =
        view.rows(0).take(asked.rows_max).map(|(rank, row)| table_rows::row(&view, rank, row, asked.figures));
    loop {
        let page: Vec<wire::Row> = rows.by_ref().take(PAGE_ROWS).collect();
        if page.is_empty() {
            return Ok(());
        }
        send(answers, Step::Rows(wire::AsKnownRows { rows: page })).await?;
    }
}

async fn send(answers: &Answers, told: Step) -> Result<(), Status> {
    match tokio::time::timeout(TAKE_MAX, answers.send(Ok(step(told)))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => {
            let message = "the answers were not taken in time; ask again, for fewer rows if need be";
            Err(refusal(Code::Cancelled, "ANSWER_NOT_TAKEN", message))
        }
    }
}

fn step(step: Step) -> wire::GetStandingsAsKnownResponse {
    wire::GetStandingsAsKnownResponse { step: Some(step) }
}

fn progress_to_wire(progress: Progress) -> wire::GetStandingsAsKnownResponse {
    step(Step::Progress(progress_of(progress)))
}

fn progress_of(progress: Progress) -> wire::AsKnownProgress {
    let (reading_again, reading_again_ppm) = progress.backfill.unwrap_or_default();
    wire::AsKnownProgress {
        position: Some(position_to_wire(progress.position)),
        until: Some(position_to_wire(progress.until)),
        finding_time: false,
        events: progress.events,
        reading_again,
        reading_again_ppm,
    }
}

fn beyond(position: Position, end: RecordedEntry) -> Status {
    let message = format!(
        "position {position} is not in the log yet, which ends at {}, recorded at {}; ask for that or an earlier one",
        end.position,
        text(end.recorded)
    );
    refusal(Code::OutOfRange, "POSITION_BEYOND_END", message)
}

fn not_yet_defined(contest: &str, until: Position, since: RecordedEntry) -> Status {
    let message = format!(
        "contest `{contest}` was not defined yet at {until}; it has been defined since {}, recorded at {}: ask for that or later",
        since.position,
        text(since.recorded)
    );
    refusal(Code::NotFound, "CONTEST_NOT_YET_DEFINED", message)
}

fn text(time: Time) -> String {
    let (seconds, nanos) = time.parts();
    jiff::Timestamp::new(seconds, nanos).map(|time| time.to_string()).unwrap_or_default()
}

fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
