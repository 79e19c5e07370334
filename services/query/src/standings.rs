//! Queries about contests: standings, ranks, figures, and the entries after a seal.

use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsService;
use longhu_runtime::require_any;
use tonic::{Request, Response, Status, Streaming};

use crate::{MAY_LOOK, Query};

#[tonic::async_trait]
impl StandingsService for Query {
    async fn get_standings(
        &self,
        request: Request<wire::GetStandingsRequest>,
    ) -> Result<Response<wire::GetStandingsResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.standings.clone().get_standings(request.into_inner()).await
    }

    async fn get_participant(
        &self,
        request: Request<wire::GetParticipantRequest>,
    ) -> Result<Response<wire::GetParticipantResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.standings.clone().get_participant(request.into_inner()).await
    }

    async fn batch_get_ranks(
        &self,
        request: Request<wire::BatchGetRanksRequest>,
    ) -> Result<Response<wire::BatchGetRanksResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.standings.clone().batch_get_ranks(request.into_inner()).await
    }

    async fn list_contests(
        &self,
        request: Request<wire::ListContestsRequest>,
    ) -> Result<Response<wire::ListContestsResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.standings.clone().list_contests(request.into_inner()).await
    }

    async fn get_contest(
        &self,
        request: Request<wire::GetContestRequest>,
    ) -> Result<Response<wire::GetContestResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.standings.clone().get_contest(request.into_inner()).await
    }

    async fn list_late_entries(
        &self,
        request: Request<wire::ListLateEntriesRequest>,
    ) -> Result<Response<wire::ListLateEntriesResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.standings.clone().list_late_entries(request.into_inner()).await
    }

    type GetStandingsAsKnownStream = Streaming<wire::GetStandingsAsKnownResponse>;

    async fn get_standings_as_known(
        &self,
        request: Request<wire::GetStandingsAsKnownRequest>,
    ) -> Result<Response<Self::GetStandingsAsKnownStream>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.standings.clone().get_standings_as_known(request.into_inner()).await
    }
}
