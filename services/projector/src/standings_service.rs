//! The service that answers for standings. It reads the projection and never changes it.

use std::sync::Arc;

use longhu_core::types::ids::RowId;
use longhu_core::types::violation::Violation;
use longhu_proto::scalar::{position_from_wire, position_to_wire};
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::event::v1::Position;
use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsService;
use tonic::{Code, Request, Response, Status};

use crate::as_known::{Answered, AsKnown};
use crate::figures;
use crate::order::Orders;
use crate::pins::{Pinned, PinnedRow, Pins, keeps_figures, token};
use crate::projection::Projection;
use crate::render::{self, Neighbours, contest_not_found, neighbours, neighbours_wanted, summary};
use crate::seals::{late_entry, moves, seal_of};
use crate::view::{Asked, View};

const PAGE_DEFAULT: usize = 100;
const PAGE_MAX: usize = 5_000;
const PAGE_MAX_WITH_FIGURES: usize = 1_000;
const CONTESTS_MAX: usize = 1_000;
const BATCH_MAX: usize = 1_000;

/// Answers for standings from one projection.
#[derive(Clone)]
pub struct Standings {
    projection: Arc<Projection>,
    pins: Arc<Pins>,
    orders: Arc<Orders>,
    as_known: AsKnown,
}

impl Standings {
    /// Answers from a projection, and as then known from the log.
    pub(crate) fn new(projection: Arc<Projection>, as_known: AsKnown) -> Standings {
        Standings { projection, pins: Arc::default(), orders: Arc::default(), as_known }
    }

    async fn wait(&self, position: Option<Position>) -> Result<(), Status> {
        match position {
            Some(position) => self.projection.wait_for(position_from_wire(&position)).await,
            None => Ok(()),
        }
    }

    fn first_page(
        &self,
        request: &wire::GetStandingsRequest,
        size: usize,
    ) -> Result<wire::GetStandingsResponse, Status> {
        let shard = self.projection.read();
        let view = View::find(&shard, &board_asked(request), &self.orders)?;
        let total = view.board.len();
        let rows = view.rows(0).take(size).map(|(rank, row)| render::row(&view, rank, row, request.figures));
        Ok(wire::GetStandingsResponse {
            rows: rows.collect(),
            next_page_token: match total > size {
                false => String::new(),
                true => {
                    let with_figures = request.figures && keeps_figures(view.contest, total);
                    token(&self.pins.pin(&view.header, with_figures, || pinned(&view, with_figures)), size)
                }
            },
            total_size: total as u64,
            header: Some(view.header),
        })
    }

    fn next_page(
        &self,
        request: &wire::GetStandingsRequest,
        size: usize,
    ) -> Result<wire::GetStandingsResponse, Status> {
        let (pin, first) = self.pins.resume(&request.page_token, &board_asked(request))?;
        let Pinned { contest, rows, figures } = &pin.pinned;
        if request.figures && figures.is_none() {
            let message = format!(
                "figures of {} rows of {} indicators are not kept for later pages; ask for these rows without figures, or for \
                 the figures of participants",
                rows.len(),
                contest.indicators.len()
            );
            return Err(refusal(Code::FailedPrecondition, "FIGURES_NOT_KEPT", message));
        }
        let shard = self.projection.read();
        // Rows are as they were pinned, also when their round is gone meanwhile: the whole board tells names.
        let (contest_id, board, unsealed) = (&*request.contest, &*request.board, pin.header.seal.is_none());
        let whole = Asked { contest: contest_id, board, unsealed, ..Asked::default() };
        let view = View::find(&shard, &whole, &self.orders)?;
        let gone = figures::elapsed_from_wire(pin.header.elapsed.as_ref());
        let count = contest.indicators.len();
        let figures_of = |at: usize| match figures.as_ref().filter(|_| request.figures) {
            Some(all) => {
                let own = all.get(at * count..(at + 1) * count);
                figures::to_wire(contest, gone, own.unwrap_or_default())
            }
            None => Vec::new(),
        };
        let shown = rows.iter().enumerate().skip(first).take(size);
        let next = first + size;
        Ok(wire::GetStandingsResponse {
            rows: shown.map(|(at, row)| render::pinned_row(&view, row, figures_of(at))).collect(),
            next_page_token: if next < rows.len() { token(&pin, next) } else { String::new() },
            total_size: rows.len() as u64,
            header: Some(pin.header.clone()),
        })
    }
}

/// The table that a request is about.
fn board_asked(request: &wire::GetStandingsRequest) -> Asked<'_> {
    let wire::GetStandingsRequest { contest, board, round, indicator, unsealed, .. } = request;
    Asked { contest, board, round, indicator, unsealed: *unsealed }
}

/// All of a table, for later pages.
fn pinned(view: &View, with_figures: bool) -> Pinned {
    let row = |(rank, row): (u64, RowId)| PinnedRow {
        rank,
        participant: view.board.participant(row),
        score: view.board.score(row).0,
        key: if view.has_keys() { view.key(row).map(|key| key.to_e4()) } else { None },
    };
    let figures = with_figures.then(|| view.rows(0).flat_map(|(_, row)| view.figures(row)).collect());
    Pinned { contest: view.contest.clone(), rows: view.rows(0).map(row).collect(), figures }
}

#[tonic::async_trait]
impl StandingsService for Standings {
    async fn get_standings(
        &self,
        request: Request<wire::GetStandingsRequest>,
    ) -> Result<Response<wire::GetStandingsResponse>, Status> {
        let request = request.into_inner();
        let max = if request.figures { PAGE_MAX_WITH_FIGURES } else { PAGE_MAX };
        let size = page_size(request.page_size, PAGE_DEFAULT, max)?;
        if !request.page_token.is_empty() {
            return self.next_page(&request, size).map(Response::new);
        }
        self.wait(request.min_position).await?;
        self.first_page(&request, size).map(Response::new)
    }

    async fn get_participant(
        &self,
        request: Request<wire::GetParticipantRequest>,
    ) -> Result<Response<wire::GetParticipantResponse>, Status> {
        let request = request.into_inner();
        let around = neighbours_wanted(request.around)?;
        self.wait(request.min_position).await?;
        let shard = self.projection.read();
        let wire::GetParticipantRequest { contest, board, round, indicator, unsealed, .. } = &request;
        let asked = Asked { contest, board, round, indicator, unsealed: *unsealed };
        let view = View::find(&shard, &asked, &self.orders)?;
        let found = neighbours(&view, &request.participant, around, request.figures)?;
        let Neighbours { above, row, below, gap_to_next } = found;
        let (header, total_size) = (Some(view.header.clone()), view.board.len() as u64);
        let row = Some(row);
        Ok(Response::new(wire::GetParticipantResponse { header, row, above, below, gap_to_next, total_size }))
    }

    async fn batch_get_ranks(
        &self,
        request: Request<wire::BatchGetRanksRequest>,
    ) -> Result<Response<wire::BatchGetRanksResponse>, Status> {
        let request = request.into_inner();
        if request.participants.is_empty() || request.participants.len() > BATCH_MAX {
            let reason = format!(
                "{} participants were asked for; ask for 1 to {BATCH_MAX}",
                request.participants.len()
            );
            return Err(invalid(&[Violation::new("participants", "OUT_OF_RANGE", reason)]));
        }
        self.wait(request.min_position).await?;
        let shard = self.projection.read();
        let wire::BatchGetRanksRequest { contest, board, round, indicator, unsealed, .. } = &request;
        let asked = Asked { contest, board, round, indicator, unsealed: *unsealed };
        let view = View::find(&shard, &asked, &self.orders)?;
        let header = Some(view.header.clone());
        let mut response = wire::BatchGetRanksResponse { header, ..Default::default() };
        for participant in &request.participants {
            match view.listed(participant) {
                Some((rank, row)) => response.rows.push(render::row(&view, rank, row, request.figures)),
                None => response.unlisted.push(participant.clone()),
            }
        }
        Ok(Response::new(response))
    }

    async fn list_contests(
        &self,
        request: Request<wire::ListContestsRequest>,
    ) -> Result<Response<wire::ListContestsResponse>, Status> {
        let request = request.into_inner();
        let size = page_size(request.page_size, PAGE_DEFAULT, CONTESTS_MAX)?;
        let shard = self.projection.read();
        let after = request.page_token.as_str();
        let mut listed = shard.register().contests().filter(|(id, _)| after.is_empty() || *id > after);
        let contests: Vec<wire::ContestSummary> = listed
            .by_ref()
            .take(size)
            .map(|(id, in_force)| summary(&shard, in_force, shard.contest(id)))
            .collect();
        let last =
            contests.last().and_then(|contest| contest.definition.as_ref()).map(|contest| contest.id.clone());
        let next_page_token = if listed.next().is_some() { last.unwrap_or_default() } else { String::new() };
        let position = Some(position_to_wire(shard.head().position));
        Ok(Response::new(wire::ListContestsResponse { contests, next_page_token, position }))
    }

    async fn get_contest(
        &self,
        request: Request<wire::GetContestRequest>,
    ) -> Result<Response<wire::GetContestResponse>, Status> {
        let request = request.into_inner();
        self.wait(request.min_position).await?;
        let shard = self.projection.read();
        let in_force = shard.register().contest(&request.contest);
        let in_force = in_force.ok_or_else(|| contest_not_found(&request.contest))?;
        let contest = Some(summary(&shard, in_force, shard.contest(&request.contest)));
        let position = Some(position_to_wire(shard.head().position));
        Ok(Response::new(wire::GetContestResponse { contest, position }))
    }

    async fn list_late_entries(
        &self,
        request: Request<wire::ListLateEntriesRequest>,
    ) -> Result<Response<wire::ListLateEntriesResponse>, Status> {
        let request = request.into_inner();
        let size = page_size(request.page_size, PAGE_DEFAULT, CONTESTS_MAX)?;
        let first = late_page(&request.page_token)?;
        self.wait(request.min_position).await?;
        let shard = self.projection.read();
        let served = shard.contest(&request.contest).ok_or_else(|| contest_not_found(&request.contest))?;
        let Some(sealed) = &served.sealed else {
            let message = format!(
                "contest `{0}` is not sealed; `longhu contest seal {0}` seals it once its deadlines have passed",
                request.contest
            );
            return Err(refusal(Code::FailedPrecondition, "CONTEST_NOT_SEALED", message));
        };
        let entries = sealed
            .late_entries(self.projection.cold().as_ref(), first, size)
            .map_err(|error| refusal(Code::Internal, "READ_MODEL_UNREADABLE", error.to_string()))?;
        let next = first + entries.len() as u64;
        let (moves, total_moves) = if first == 0 { moves(&shard, sealed) } else { Default::default() };
        Ok(Response::new(wire::ListLateEntriesResponse {
            seal: Some(seal_of(&shard, sealed)),
            entries: entries.into_iter().map(|entry| late_entry(&shard, sealed, entry)).collect(),
            next_page_token: match next < sealed.result.late_entries {
                true => next.to_string(),
                false => String::new(),
            },
            moves,
            total_moves,
            position: Some(position_to_wire(shard.head().position)),
        }))
    }

    type GetStandingsAsKnownStream = Answered;

    async fn get_standings_as_known(
        &self,
        request: Request<wire::GetStandingsAsKnownRequest>,
    ) -> Result<Response<Answered>, Status> {
        self.as_known.begin(request.into_inner()).map(Response::new)
    }
}

/// Where the next page of late entries begins.
fn late_page(token: &str) -> Result<u64, Status> {
    if token.is_empty() {
        return Ok(0);
    }
    token.parse().map_err(|_| {
        let reason = "it is not from an answer of this call; begin again without one";
        invalid(&[Violation::new("page_token", "BAD_PAGE_TOKEN", reason)])
    })
}

/// 0 is the default, more than the most is the most, less than 0 is refused.
fn page_size(asked: i32, default: usize, max: usize) -> Result<usize, Status> {
    match usize::try_from(asked) {
        Ok(0) => Ok(default),
        Ok(asked) => Ok(asked.min(max)),
        Err(_) => {
            let reason = format!("{asked} is negative; use 0 for the default, or up to {max}");
            Err(invalid(&[Violation::new("page_size", "OUT_OF_RANGE", reason)]))
        }
    }
}
