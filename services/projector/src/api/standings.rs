//! The service for standings.

use std::sync::Arc;

use longhu_core::fold::shard::Shard;
use longhu_core::types::violation::Violation;
use longhu_proto::status::invalid;
use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::get_standings_as_known_request::KnownAt;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsService;
use tonic::{Request, Response, Status};

use crate::query::contest_summary::summary;
use crate::query::position_tokens::reflected;
use crate::query::reader::{Needs, Reader};
use crate::query::refusals::contest_not_found;
use crate::query::standings::{StandingsQueries, late_entries};
use crate::query::table_rows::neighbours_wanted;
use crate::replay::as_known::{Answered, AsKnown};

const PAGE_DEFAULT: usize = 100;
const PAGE_MAX: usize = 5_000;
const PAGE_MAX_WITH_FIGURES: usize = 1_000;
const CONTESTS_MAX: usize = 1_000;
const BATCH_MAX: usize = 1_000;

/// The service.
#[derive(Clone)]
pub struct Standings {
    reader: Reader,
    queries: Arc<StandingsQueries>,
    as_known: AsKnown,
}

impl Standings {
    /// Answers from the present shard, and for earlier positions from the log.
    pub(crate) fn new(reader: Reader, as_known: AsKnown) -> Standings {
        Standings { reader, queries: Arc::default(), as_known }
    }

    /// Reads one table. If it is ranked by an indicator, it may have to be sorted first, which takes long.
    async fn look_at_table<T: Send + 'static>(
        &self,
        indicator: &str,
        look: impl FnOnce(&Shard, &StandingsQueries) -> Result<T, Status> + Send + 'static,
    ) -> Result<Response<T>, Status> {
        let queries = self.queries.clone();
        let looked = match indicator {
            "" => self.reader.look(Needs::Ranks, move |shard| look(shard, &queries)).await?,
            _ => self.reader.work_out(Needs::Ranks, move |shard, _| look(shard, &queries)).await?,
        };
        looked.map(Response::new)
    }
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
        let queries = self.queries.clone();
        if request.page_token.is_empty() {
            self.reader.reaches(request.min_position).await?;
        }
        // A page has up to thousands of rows, and for the first page the whole table may have to be copied.
        let page = move |shard: &Shard| match request.page_token.is_empty() {
            true => queries.first_page(shard, &request, size),
            false => queries.next_page(shard, &request, size),
        };
        self.reader.work_out(Needs::Ranks, move |shard, _| page(shard)).await?.map(Response::new)
    }

    async fn get_participant(
        &self,
        request: Request<wire::GetParticipantRequest>,
    ) -> Result<Response<wire::GetParticipantResponse>, Status> {
        let request = request.into_inner();
        let around = neighbours_wanted(request.around)?;
        self.reader.reaches(request.min_position).await?;
        let indicator = request.indicator.clone();
        self.look_at_table(&indicator, move |shard, queries| queries.participant(shard, &request, around))
            .await
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
        self.reader.reaches(request.min_position).await?;
        let indicator = request.indicator.clone();
        self.look_at_table(&indicator, move |shard, queries| queries.ranks(shard, &request)).await
    }

    async fn list_contests(
        &self,
        request: Request<wire::ListContestsRequest>,
    ) -> Result<Response<wire::ListContestsResponse>, Status> {
        let request = request.into_inner();
        let size = page_size(request.page_size, PAGE_DEFAULT, CONTESTS_MAX)?;
        self.reader
            .work_out(Needs::Ranks, move |shard, _| contests_after(shard, &request.page_token, size))
            .await
            .map(Response::new)
    }

    async fn get_contest(
        &self,
        request: Request<wire::GetContestRequest>,
    ) -> Result<Response<wire::GetContestResponse>, Status> {
        let request = request.into_inner();
        self.reader.reaches(request.min_position).await?;
        let look = move |shard: &Shard| {
            let in_force = shard.register().contest(&request.contest);
            let in_force = in_force.ok_or_else(|| contest_not_found(&request.contest))?;
            let contest = Some(summary(shard, in_force, shard.subscribers().contest(&request.contest)));
            let position = Some(reflected(shard));
            Ok(wire::GetContestResponse { contest, position })
        };
        self.reader.look(Needs::Ranks, look).await?.map(Response::new)
    }

    async fn list_late_entries(
        &self,
        request: Request<wire::ListLateEntriesRequest>,
    ) -> Result<Response<wire::ListLateEntriesResponse>, Status> {
        let request = request.into_inner();
        let size = page_size(request.page_size, PAGE_DEFAULT, CONTESTS_MAX)?;
        let first = late_page(&request.page_token)?;
        self.reader.reaches(request.min_position).await?;
        self.reader
            .work_out(Needs::Ranks, move |shard, pages| {
                late_entries(shard, pages, &request.contest, first, size)
            })
            .await?
            .map(Response::new)
    }

    type GetStandingsAsKnownStream = Answered;

    async fn get_standings_as_known(
        &self,
        request: Request<wire::GetStandingsAsKnownRequest>,
    ) -> Result<Response<Answered>, Status> {
        let request = request.into_inner();
        if let Some(KnownAt::Position(position)) = &request.known_at {
            self.reader.has_kept(position).await?;
        }
        self.as_known.begin(request).map(Response::new)
    }
}

/// A page of contests by id, after the last one of the previous page.
fn contests_after(shard: &Shard, after: &str, size: usize) -> wire::ListContestsResponse {
    let mut listed = shard.register().contests().filter(|(id, _)| after.is_empty() || *id > after);
    let contests: Vec<wire::ContestSummary> = listed
        .by_ref()
        .take(size)
        .map(|(id, in_force)| summary(shard, in_force, shard.subscribers().contest(id)))
        .collect();
    let last =
        contests.last().and_then(|contest| contest.definition.as_ref()).map(|contest| contest.id.clone());
    let next_page_token = if listed.next().is_some() { last.unwrap_or_default() } else { String::new() };
    let position = Some(reflected(shard));
    wire::ListContestsResponse { contests, next_page_token, position }
}

/// The number of the entry with which a page of late entries begins.
fn late_page(token: &str) -> Result<u64, Status> {
    if token.is_empty() {
        return Ok(0);
    }
    token.parse().map_err(|_| {
        let reason = "it is not from an answer of this call; start again without one";
        invalid(&[Violation::new("page_token", "BAD_PAGE_TOKEN", reason)])
    })
}

/// 0 means the default, more than the maximum means the maximum, and less than 0 is refused.
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
