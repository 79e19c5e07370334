//! The query service: what dashboards ask. It authorises, hands the question to the projector that owns the contest,
//! and passes the answer on. It has no store and no state of its own.

use bytes::Bytes;
use longhu_proto::wire::ops::v1 as ops;
use longhu_proto::wire::ops::v1::log_service_client::LogServiceClient;
use longhu_proto::wire::ops::v1::log_service_server::LogService;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorService;
use longhu_proto::wire::organisation::v1 as organisation;
use longhu_proto::wire::organisation::v1::organisation_service_client::OrganisationServiceClient;
use longhu_proto::wire::organisation::v1::organisation_service_server::OrganisationService;
use longhu_proto::wire::plan::v1 as plan;
use longhu_proto::wire::plan::v1::plan_service_client::PlanServiceClient;
use longhu_proto::wire::plan::v1::plan_service_server::PlanService;
use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::standings_service_client::StandingsServiceClient;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsService;
use longhu_runtime::{Role, require_any};
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::codegen::StdError;
use tonic::{Request, Response, Status, Streaming};

/// Who may look at standings, at plans, at the organisation and at how far sources have been counted: everybody whom the bank gave
/// any part in it.
const MAY_LOOK: [Role; 3] = [Role::Viewer, Role::Admin, Role::Adapter];
/// Who may look at the log, at who decided what and at what contradicts in it, and have it folded again.
const MAY_OPERATE: [Role; 1] = [Role::Admin];

/// Answers for standings, through a projector that is reached over `T`: a channel, or a service in this process.
#[derive(Clone)]
pub struct Query<T> {
    standings: StandingsServiceClient<T>,
    organisation: OrganisationServiceClient<T>,
    plans: PlanServiceClient<T>,
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
            organisation: OrganisationServiceClient::new(projector.clone()),
            plans: PlanServiceClient::new(projector.clone()),
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

    type GetStandingsAsKnownStream = Streaming<wire::GetStandingsAsKnownResponse>;

    async fn get_standings_as_known(
        &self,
        request: Request<wire::GetStandingsAsKnownRequest>,
    ) -> Result<Response<Self::GetStandingsAsKnownStream>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.standings.clone().get_standings_as_known(request.into_inner()).await
    }
}

#[tonic::async_trait]
impl<T> OrganisationService for Query<T>
where
    T: GrpcService<Body, Future: Send> + Clone + Send + Sync + 'static,
    T::Error: Into<StdError>,
    T::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <T::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
    async fn describe(
        &self,
        request: Request<organisation::DescribeRequest>,
    ) -> Result<Response<organisation::DescribeResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.organisation.clone().describe(request.into_inner()).await
    }

    type TreeStream = Streaming<organisation::TreeResponse>;

    async fn tree(
        &self,
        request: Request<organisation::TreeRequest>,
    ) -> Result<Response<Self::TreeStream>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.organisation.clone().tree(request.into_inner()).await
    }

    type ListRevisionsStream = Streaming<organisation::ListRevisionsResponse>;

    async fn list_revisions(
        &self,
        request: Request<organisation::ListRevisionsRequest>,
    ) -> Result<Response<Self::ListRevisionsStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.organisation.clone().list_revisions(request.into_inner()).await
    }

    type ListUnresolvedStream = Streaming<organisation::ListUnresolvedResponse>;

    async fn list_unresolved(
        &self,
        request: Request<organisation::ListUnresolvedRequest>,
    ) -> Result<Response<Self::ListUnresolvedStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.organisation.clone().list_unresolved(request.into_inner()).await
    }

    type ListMismatchesStream = Streaming<organisation::ListMismatchesResponse>;

    async fn list_mismatches(
        &self,
        request: Request<organisation::ListMismatchesRequest>,
    ) -> Result<Response<Self::ListMismatchesStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.organisation.clone().list_mismatches(request.into_inner()).await
    }
}

#[tonic::async_trait]
impl<T> PlanService for Query<T>
where
    T: GrpcService<Body, Future: Send> + Clone + Send + Sync + 'static,
    T::Error: Into<StdError>,
    T::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <T::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
    async fn list_targets(
        &self,
        request: Request<plan::ListTargetsRequest>,
    ) -> Result<Response<plan::ListTargetsResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.plans.clone().list_targets(request.into_inner()).await
    }

    async fn get_calendar(
        &self,
        request: Request<plan::GetCalendarRequest>,
    ) -> Result<Response<plan::GetCalendarResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.plans.clone().get_calendar(request.into_inner()).await
    }

    async fn list_calendars(
        &self,
        request: Request<plan::ListCalendarsRequest>,
    ) -> Result<Response<plan::ListCalendarsResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.plans.clone().list_calendars(request.into_inner()).await
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
