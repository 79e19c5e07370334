//! Queries about the log itself.

use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::ops::v1::log_service_server::LogService;
use longhu_runtime::require_any;
use tonic::{Request, Response, Status, Streaming};

use crate::{MAY_OPERATE, Query};

#[tonic::async_trait]
impl LogService for Query {
    async fn get_log_status(
        &self,
        request: Request<wire::GetLogStatusRequest>,
    ) -> Result<Response<wire::GetLogStatusResponse>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.log.clone().get_log_status(request.into_inner()).await
    }

    async fn list_dead_letters(
        &self,
        request: Request<wire::ListDeadLettersRequest>,
    ) -> Result<Response<wire::ListDeadLettersResponse>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.log.clone().list_dead_letters(request.into_inner()).await
    }

    type TailLogStream = Streaming<wire::TailLogResponse>;

    async fn tail_log(
        &self,
        request: Request<wire::TailLogRequest>,
    ) -> Result<Response<Self::TailLogStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.log.clone().tail_log(request.into_inner()).await
    }
}
