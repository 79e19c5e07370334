//! Queries about contests: standings, ranks, figures, and the entries after a seal.

use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsService;
use longhu_runtime::pass_on;
use tonic::{Request, Response, Status, Streaming};

use crate::Query;

#[tonic::async_trait]
impl StandingsService for Query {
    async fn get_standings(
        &self,
        request: Request<wire::GetStandingsRequest>,
    ) -> Result<Response<wire::GetStandingsResponse>, Status> {
        self.standings.clone().get_standings(pass_on(request)?).await
    }

    async fn get_participant(
        &self,
        request: Request<wire::GetParticipantRequest>,
    ) -> Result<Response<wire::GetParticipantResponse>, Status> {
        self.standings.clone().get_participant(pass_on(request)?).await
    }

    async fn batch_get_ranks(
        &self,
        request: Request<wire::BatchGetRanksRequest>,
    ) -> Result<Response<wire::BatchGetRanksResponse>, Status> {
        self.standings.clone().batch_get_ranks(pass_on(request)?).await
    }

    async fn list_contests(
        &self,
        request: Request<wire::ListContestsRequest>,
    ) -> Result<Response<wire::ListContestsResponse>, Status> {
        self.standings.clone().list_contests(pass_on(request)?).await
    }

    async fn get_contest(
        &self,
        request: Request<wire::GetContestRequest>,
    ) -> Result<Response<wire::GetContestResponse>, Status> {
        self.standings.clone().get_contest(pass_on(request)?).await
    }

    async fn list_late_entries(
        &self,
        request: Request<wire::ListLateEntriesRequest>,
    ) -> Result<Response<wire::ListLateEntriesResponse>, Status> {
        self.standings.clone().list_late_entries(pass_on(request)?).await
    }

    type GetStandingsAsKnownStream = Streaming<wire::GetStandingsAsKnownResponse>;

    async fn get_standings_as_known(
        &self,
        request: Request<wire::GetStandingsAsKnownRequest>,
    ) -> Result<Response<Self::GetStandingsAsKnownStream>, Status> {
        self.standings.clone().get_standings_as_known(pass_on(request)?).await
    }
}
