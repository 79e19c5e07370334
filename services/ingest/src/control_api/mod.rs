//! ControlService: decisions of people, one file for each call. Who may decide was checked before; the
//! core checks the decisions, and the decider appends them.

mod calendar;
mod contest;
mod emptying;
mod event_type;
mod organisation;
mod seal;
mod source;
mod targets;

use std::sync::Arc;

use longhu_core::control::Bank;
use longhu_proto::wire::control::v1 as wire;
use longhu_proto::wire::control::v1::control_service_server::ControlService;
use longhu_runtime::caller;
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status, Streaming};

use crate::clock::BankClock;
use crate::decider::{Decided, Decider};
use crate::projector_link::ProjectorLink;
use crate::pseudonym::Keyring;

/// How many organisations may be received at once, because each may be large.
pub(crate) const ORGANISATIONS_MAX: usize = 2;
/// How many feeds of targets may be received at once, because each may be large.
pub(crate) const PLANS_MAX: usize = 2;

/// ControlService, using a decider.
pub struct ControlApi {
    pub(crate) bank: Bank,
    pub(crate) clock: Arc<BankClock>,
    pub(crate) decider: Arc<Decider>,
    pub(crate) organisations: Semaphore,
    pub(crate) plans: Semaphore,
    /// For the pseudonyms of customers who are handed over.
    pub(crate) keys: Arc<Keyring>,
    /// For asking how a change affects contests.
    pub(crate) projector: Option<Arc<dyn ProjectorLink>>,
}

#[tonic::async_trait]
impl ControlService for ControlApi {
    async fn apply_contest(
        &self,
        request: Request<wire::ApplyContestRequest>,
    ) -> Result<Response<wire::ApplyContestResponse>, Status> {
        let principal = caller(&request)?;
        let change = self.contest(&principal, request.into_inner()).await?;
        Ok(Response::new(wire::ApplyContestResponse { change: Some(change) }))
    }

    async fn seal_contest(
        &self,
        request: Request<wire::SealContestRequest>,
    ) -> Result<Response<wire::SealContestResponse>, Status> {
        let principal = caller(&request)?;
        let change = self.seal(&principal, request.into_inner()).await?;
        Ok(Response::new(wire::SealContestResponse { change: Some(change) }))
    }

    async fn apply_organisation(
        &self,
        request: Request<Streaming<wire::ApplyOrganisationRequest>>,
    ) -> Result<Response<wire::ApplyOrganisationResponse>, Status> {
        let principal = caller(&request)?;
        self.organisation(&principal, request.into_inner()).await.map(Response::new)
    }

    async fn apply_targets(
        &self,
        request: Request<Streaming<wire::ApplyTargetsRequest>>,
    ) -> Result<Response<wire::ApplyTargetsResponse>, Status> {
        let principal = caller(&request)?;
        self.targets(&principal, request.into_inner()).await.map(Response::new)
    }

    async fn apply_calendar(
        &self,
        request: Request<wire::ApplyCalendarRequest>,
    ) -> Result<Response<wire::ApplyCalendarResponse>, Status> {
        let principal = caller(&request)?;
        let change = self.calendar(&principal, request.into_inner()).await?;
        Ok(Response::new(wire::ApplyCalendarResponse { change: Some(change) }))
    }

    async fn apply_source(
        &self,
        request: Request<wire::ApplySourceRequest>,
    ) -> Result<Response<wire::ApplySourceResponse>, Status> {
        let principal = caller(&request)?;
        let change = self.source(&principal, request.into_inner()).await?;
        Ok(Response::new(wire::ApplySourceResponse { change: Some(change) }))
    }

    async fn apply_event_type(
        &self,
        request: Request<wire::ApplyEventTypeRequest>,
    ) -> Result<Response<wire::ApplyEventTypeResponse>, Status> {
        let principal = caller(&request)?;
        let change = self.event_type(&principal, request.into_inner()).await?;
        Ok(Response::new(wire::ApplyEventTypeResponse { change: Some(change) }))
    }
}

/// The result of a plan for one (kind, key).
struct Found {
    /// The revision in force before; 0 if there is none.
    revision: u64,
    /// Whether the decision differs from it.
    changed: bool,
    /// What is allowed but perhaps not intended.
    warnings: Vec<String>,
}

fn change_of(decided: Decided<Found>) -> wire::Change {
    let position = decided.token();
    let Found { revision, changed, warnings } = decided.found;
    wire::Change {
        // A check that writes nothing does not change the revision.
        revision: revision + u64::from(position.is_some()),
        position,
        changed,
        warnings,
    }
}
