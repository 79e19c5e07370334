//! The query service for dashboards. It checks who calls, passes the request on to the projector that has the
//! contest, and passes the answer back. It has no store and no state.

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
use longhu_runtime::Role;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{StdError, http};
use tower::util::{BoxCloneSyncService, ServiceExt};

/// Who may read standings, plans, the organisation, and how far sources have been counted: everybody to whom
/// the bank gave a role.
const MAY_LOOK: [Role; 3] = [Role::Viewer, Role::Admin, Role::Adapter];
/// Who may read the log, who decided what, and which events contradict each other, and may have the log
/// folded again.
const MAY_OPERATE: [Role; 1] = [Role::Admin];

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
