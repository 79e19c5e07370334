//! The query service for dashboards. It passes each request on to the projector that has the contest, says for whom,
//! and passes the answer back. Who may call was checked before. It has no store and no state.

mod log;
mod operations;
mod organisation;
mod plans;
mod standings;

use bytes::Bytes;
use longhu_proto::wire::ops::v1::log_service_client::LogServiceClient;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use longhu_proto::wire::organisation::v1::organisation_service_client::OrganisationServiceClient;
use longhu_proto::wire::plan::v1::plan_service_client::PlanServiceClient;
use longhu_proto::wire::standings::v1::standings_service_client::StandingsServiceClient;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{StdError, http};
use tower::util::{BoxCloneSyncService, ServiceExt};

/// A projector, however it is reached. Channels and services in this process have one type, so that the calls
/// are compiled once, in this crate.
type Projector = BoxCloneSyncService<http::Request<Body>, http::Response<Body>, Status>;

/// Answers dashboards and operators through a projector.
#[derive(Clone)]
pub struct Query {
    standings: StandingsServiceClient<Projector>,
    organisation: OrganisationServiceClient<Projector>,
    plans: PlanServiceClient<Projector>,
    log: LogServiceClient<Projector>,
    projector: ProjectorServiceClient<Projector>,
}

impl Query {
    /// Asks the projector behind `projector`: a channel, or a service in this process.
    pub fn new<T, B>(projector: T) -> Query
    where
        T: tower::Service<http::Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        T::Error: Into<StdError>,
        T::Future: Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<StdError>,
    {
        let projector = projector.map_response(|response| response.map(Body::new));
        let projector = Projector::new(projector.map_err(|error| Status::from_error(error.into())));
        Query {
            standings: StandingsServiceClient::new(projector.clone()),
            organisation: OrganisationServiceClient::new(projector.clone()),
            plans: PlanServiceClient::new(projector.clone()),
            log: LogServiceClient::new(projector.clone()),
            projector: ProjectorServiceClient::new(projector),
        }
    }
}
