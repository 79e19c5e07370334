//! Queries about the organisation: who was where, who decided it, and which events disagree with it.

use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::organisation_service_server::OrganisationService;
use longhu_runtime::require_any;
use tonic::{Request, Response, Status, Streaming};

use crate::{MAY_LOOK, MAY_OPERATE, Query};

#[tonic::async_trait]
impl OrganisationService for Query {
    async fn describe(
        &self,
        request: Request<wire::DescribeRequest>,
    ) -> Result<Response<wire::DescribeResponse>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.organisation.clone().describe(request.into_inner()).await
    }

    type TreeStream = Streaming<wire::TreeResponse>;

    async fn tree(&self, request: Request<wire::TreeRequest>) -> Result<Response<Self::TreeStream>, Status> {
        require_any(&request, &MAY_LOOK)?;
        self.organisation.clone().tree(request.into_inner()).await
    }

    type ListRevisionsStream = Streaming<wire::ListRevisionsResponse>;

    async fn list_revisions(
        &self,
        request: Request<wire::ListRevisionsRequest>,
    ) -> Result<Response<Self::ListRevisionsStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.organisation.clone().list_revisions(request.into_inner()).await
    }

    type ListUnresolvedStream = Streaming<wire::ListUnresolvedResponse>;

    async fn list_unresolved(
        &self,
        request: Request<wire::ListUnresolvedRequest>,
    ) -> Result<Response<Self::ListUnresolvedStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.organisation.clone().list_unresolved(request.into_inner()).await
    }

    type ListMismatchesStream = Streaming<wire::ListMismatchesResponse>;

    async fn list_mismatches(
        &self,
        request: Request<wire::ListMismatchesRequest>,
    ) -> Result<Response<Self::ListMismatchesStream>, Status> {
        require_any(&request, &MAY_OPERATE)?;
        self.organisation.clone().list_mismatches(request.into_inner()).await
    }
}
