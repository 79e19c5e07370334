//! Queries about plans: targets and calendars.

use longhu_proto::wire::plan::v1 as wire;
use longhu_proto::wire::plan::v1::plan_service_server::PlanService;
use longhu_runtime::require_any;
use tonic::{Request, Response, Status};

use crate::{MAY_LOOK, Query};

#[tonic::async_trait]
impl PlanService for Query {
    async fn list_targets(
        &self,
        request: Request<wire::ListTargetsRequest>,
    ) -> Result<Response<wire::ListTargetsResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.plans.clone().list_targets(request.into_inner()).await
    }

    async fn get_calendar(
        &self,
        request: Request<wire::GetCalendarRequest>,
    ) -> Result<Response<wire::GetCalendarResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.plans.clone().get_calendar(request.into_inner()).await
    }

    async fn list_calendars(
        &self,
        request: Request<wire::ListCalendarsRequest>,
    ) -> Result<Response<wire::ListCalendarsResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.plans.clone().list_calendars(request.into_inner()).await
    }
}
