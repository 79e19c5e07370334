//! Queries about plans: targets and calendars.

use longhu_proto::wire::plan::v1 as wire;
use longhu_proto::wire::plan::v1::plan_service_server::PlanService;
use longhu_runtime::pass_on;
use tonic::{Request, Response, Status};

use crate::Query;

#[tonic::async_trait]
impl PlanService for Query {
    async fn list_targets(
        &self,
        request: Request<wire::ListTargetsRequest>,
    ) -> Result<Response<wire::ListTargetsResponse>, Status> {
        self.plans.clone().list_targets(pass_on(request)?).await
    }

    async fn get_calendar(
        &self,
        request: Request<wire::GetCalendarRequest>,
    ) -> Result<Response<wire::GetCalendarResponse>, Status> {
        self.plans.clone().get_calendar(pass_on(request)?).await
    }

    async fn list_calendars(
        &self,
        request: Request<wire::ListCalendarsRequest>,
    ) -> Result<Response<wire::ListCalendarsResponse>, Status> {
        self.plans.clone().list_calendars(pass_on(request)?).await
    }
}
