//! Queries about the organisation: who was where, who decided it, and which events disagree with it.

use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::organisation_service_server::OrganisationService;
use longhu_runtime::pass_on;
use tonic::{Request, Response, Status, Streaming};

use crate::Query;

#[tonic::async_trait]
impl OrganisationService for Query {
    async fn describe(
        &self,
        request: Request<wire::DescribeRequest>,
    ) -> Result<Response<wire::DescribeResponse>, Status> {
        self.organisation.clone().describe(pass_on(request)?).await
    }

    type TreeStream = Streaming<wire::TreeResponse>;

    async fn tree(&self, request: Request<wire::TreeRequest>) -> Result<Response<Self::TreeStream>, Status> {
        self.organisation.clone().tree(pass_on(request)?).await
    }

    type ListRevisionsStream = Streaming<wire::ListRevisionsResponse>;

    async fn list_revisions(
        &self,
        request: Request<wire::ListRevisionsRequest>,
    ) -> Result<Response<Self::ListRevisionsStream>, Status> {
        self.organisation.clone().list_revisions(pass_on(request)?).await
    }

    type ListUnresolvedStream = Streaming<wire::ListUnresolvedResponse>;

    async fn list_unresolved(
        &self,
        request: Request<wire::ListUnresolvedRequest>,
    ) -> Result<Response<Self::ListUnresolvedStream>, Status> {
        self.organisation.clone().list_unresolved(pass_on(request)?).await
    }

    type ListMismatchesStream = Streaming<wire::ListMismatchesResponse>;

    async fn list_mismatches(
        &self,
        request: Request<wire::ListMismatchesRequest>,
    ) -> Result<Response<Self::ListMismatchesStream>, Status> {
        self.organisation.clone().list_mismatches(pass_on(request)?).await
    }
}
