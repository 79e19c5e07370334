//! Queries about the log itself.

use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::ops::v1::log_service_server::LogService;
use longhu_runtime::pass_on;
use tonic::{Request, Response, Status, Streaming};

use crate::Query;

#[tonic::async_trait]
impl LogService for Query {
    async fn get_log_status(
        &self,
        request: Request<wire::GetLogStatusRequest>,
    ) -> Result<Response<wire::GetLogStatusResponse>, Status> {
        self.log.clone().get_log_status(pass_on(request)?).await
    }

    async fn list_dead_letters(
        &self,
        request: Request<wire::ListDeadLettersRequest>,
    ) -> Result<Response<wire::ListDeadLettersResponse>, Status> {
        self.log.clone().list_dead_letters(pass_on(request)?).await
    }

    type TailLogStream = Streaming<wire::TailLogResponse>;

    async fn tail_log(
        &self,
        request: Request<wire::TailLogRequest>,
    ) -> Result<Response<Self::TailLogStream>, Status> {
        self.log.clone().tail_log(pass_on(request)?).await
    }
}
