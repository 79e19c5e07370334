//! The query service: what dashboards ask. It authorises, hands the question to the projector that owns the contest,
//! and passes the answer on. It has no store and no state of its own.

use bytes::Bytes;
use longhu_proto::wire::ops::v1 as ops;
use longhu_proto::wire::ops::v1::log_service_client::LogServiceClient;
use longhu_proto::wire::ops::v1::log_service_server::LogService;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorService;
use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::standings_service_client::StandingsServiceClient;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsService;
use longhu_runtime::{Role, require_any};
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::codegen::StdError;
use tonic::{Request, Response, Status, Streaming};

/// Who may look at standings and at how far sources have been counted: everybody whom the bank gave any part in it.
const MAY_LOOK: [Role; 3] = [Role::Viewer, Role::Admin, Role::Adapter];
/// Who may look at the log and at what contradicts in it, and have it folded again.
const MAY_OPERATE: [Role; 1] = [Role::Admin];

/// Answers for standings, through a projector that is reached over `T`: a channel, or a service in this process.
#[derive(Clone)]
pub struct Query<T> {
    standings: StandingsServiceClient<T>,
    log: LogServiceClient<T>,
    projector: ProjectorServiceClient<T>,
}

impl<T> Query<T>
where
    T: GrpcService<Body> + Clone,
    T::Error: Into<StdError>,
    T::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <T::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
    /// Asks the projector behind `projector`.
    pub fn new(projector: T) -> Query<T> {
        Query {
            standings: StandingsServiceClient::new(projector.clone()),
            log: LogServiceClient::new(projector.clone()),
            projector: ProjectorServiceClient::new(projector),
        }
    }
}

#[tonic::async_trait]
impl<T> StandingsService for Query<T>
where
    T: GrpcService<Body, Future: Send> + Clone + Send + Sync + 'static,
    T::Error: Into<StdError>,
    T::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <T::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
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
}

#[tonic::async_trait]
impl<T> LogService for Query<T>
where
    T: GrpcService<Body, Future: Send> + Clone + Send + Sync + 'static,
    T::Error: Into<StdError>,
    T::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <T::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
    async fn get_log_status(
        &self,
        request: Request<ops::GetLogStatusRequest>,
    ) -> Result<Response<ops::GetLogStatusResponse>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.log.clone().get_log_status(request.into_inner()).await
    }

    async fn list_dead_letters(
        &self,
        request: Request<ops::ListDeadLettersRequest>,
    ) -> Result<Response<ops::ListDeadLettersResponse>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.log.clone().list_dead_letters(request.into_inner()).await
    }

    type TailLogStream = Streaming<ops::TailLogResponse>;

    async fn tail_log(
        &self,
        request: Request<ops::TailLogRequest>,
    ) -> Result<Response<Self::TailLogStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.log.clone().tail_log(request.into_inner()).await
    }
}

#[tonic::async_trait]
impl<T> ProjectorService for Query<T>
where
    T: GrpcService<Body, Future: Send> + Clone + Send + Sync + 'static,
    T::Error: Into<StdError>,
    T::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <T::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
    async fn read_source_status(
        &self,
        request: Request<ops::ReadSourceStatusRequest>,
    ) -> Result<Response<ops::ReadSourceStatusResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.projector.clone().read_source_status(request.into_inner()).await
    }

    async fn list_conflicts(
        &self,
        request: Request<ops::ListConflictsRequest>,
    ) -> Result<Response<ops::ListConflictsResponse>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.projector.clone().list_conflicts(request.into_inner()).await
    }

    type RebuildStream = Streaming<ops::RebuildResponse>;

    async fn rebuild(
        &self,
        request: Request<ops::RebuildRequest>,
    ) -> Result<Response<Self::RebuildStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.projector.clone().rebuild(request.into_inner()).await
    }

    type VerifyStream = Streaming<ops::VerifyResponse>;

    async fn verify(
        &self,
        request: Request<ops::VerifyRequest>,
    ) -> Result<Response<Self::VerifyStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.projector.clone().verify(request.into_inner()).await
    }

    async fn preview_organisation(
        &self,
        request: Request<Streaming<ops::PreviewOrganisationRequest>>,
    ) -> Result<Response<ops::PreviewOrganisationResponse>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        // A message that the caller breaks off ends the change: none of it may be looked at as if it were all.
        let mut requests = request.into_inner();
        let mut messages = Vec::new();
        while let Some(message) = requests.message().await? {
            messages.push(message);
        }
        self.projector.clone().preview_organisation(tokio_stream::iter(messages)).await
    }
}
