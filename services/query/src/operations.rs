//! Queries for operating a projector: sources, backfills, verification, previews.

use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorService;
use longhu_runtime::{caller, on_behalf_of, pass_on};
use tonic::{Request, Response, Status, Streaming};

use crate::Query;

#[tonic::async_trait]
impl ProjectorService for Query {
    async fn read_source_status(
        &self,
        request: Request<wire::ReadSourceStatusRequest>,
    ) -> Result<Response<wire::ReadSourceStatusResponse>, Status> {
        self.projector.clone().read_source_status(pass_on(request)?).await
    }

    async fn list_conflicts(
        &self,
        request: Request<wire::ListConflictsRequest>,
    ) -> Result<Response<wire::ListConflictsResponse>, Status> {
        self.projector.clone().list_conflicts(pass_on(request)?).await
    }

    type RebuildStream = Streaming<wire::RebuildResponse>;

    async fn rebuild(
        &self,
        request: Request<wire::RebuildRequest>,
    ) -> Result<Response<Self::RebuildStream>, Status> {
        self.projector.clone().rebuild(pass_on(request)?).await
    }

    type VerifyStream = Streaming<wire::VerifyResponse>;

    async fn verify(
        &self,
        request: Request<wire::VerifyRequest>,
    ) -> Result<Response<Self::VerifyStream>, Status> {
        self.projector.clone().verify(pass_on(request)?).await
    }

    async fn preview_organisation(
        &self,
        request: Request<Streaming<wire::PreviewOrganisationRequest>>,
    ) -> Result<Response<wire::PreviewOrganisationResponse>, Status> {
        let caller = caller(&request)?;
        // If the caller breaks off, the change is dropped: a part of it must not be previewed as if it were
        // all.
        let mut requests = request.into_inner();
        let mut messages = Vec::new();
        while let Some(message) = requests.message().await? {
            messages.push(message);
        }
        self.projector.clone().preview_organisation(on_behalf_of(&caller, tokio_stream::iter(messages))).await
    }

    async fn get_checkpoint(
        &self,
        request: Request<wire::GetCheckpointRequest>,
    ) -> Result<Response<wire::GetCheckpointResponse>, Status> {
        self.projector.clone().get_checkpoint(pass_on(request)?).await
    }
}
