//! How far a source has been counted, from the projection: what an adapter needs to resume. Ingest asks for it.

use std::sync::Arc;

use longhu_core::identity::SourceStatus;
use longhu_core::pages::PageError;
use longhu_proto::scalar::{position_from_wire, position_to_wire};
use longhu_proto::status::refusal;
use longhu_proto::wire::ingest::v1 as wire;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorService;
use longhu_proto::wire::ops::v1::{ReadSourceStatusRequest, ReadSourceStatusResponse};
use tonic::{Code, Request, Response, Status};

use crate::projection::Projection;

/// Answers `GetSourceStatus`.
///
/// # Errors
/// NOT_FOUND for a source that is not registered; UNAVAILABLE when `min_position` is not reached in time.
pub async fn source_status(
    projection: &Projection,
    request: wire::GetSourceStatusRequest,
) -> Result<wire::GetSourceStatusResponse, Status> {
    if let Some(position) = request.min_position {
        projection.wait_for(position_from_wire(&position)).await?;
    }
    let shard = projection.read();
    let Some(source) = shard.register().source(&request.source) else {
        let message = format!("source `{}` is not registered; its first event registers it", request.source);
        return Err(refusal(Code::NotFound, "SOURCE_NOT_FOUND", message));
    };
    let status = match shard.source_number(&request.source) {
        None => SourceStatus::default(),
        Some(number) => shard.identities().status(projection.cold().as_ref(), number).map_err(unreadable)?,
    };
    Ok(wire::GetSourceStatusResponse {
        source: request.source,
        numbered: source.value.numbered,
        principal: source.value.principal.clone(),
        contiguous: status.contiguous,
        greatest: status.greatest,
        gaps: status.gaps.iter().map(|gap| wire::Gap { first: gap.0, last: gap.1 }).collect(),
        counted: status.counted,
        duplicates: status.duplicates,
        conflicts: status.conflicts,
        position: Some(position_to_wire(shard.head().position)),
    })
}

fn unreadable(error: PageError) -> Status {
    refusal(Code::Internal, "READ_MODEL_UNREADABLE", error.to_string())
}

/// The same for ingest processes on other machines.
#[derive(Clone)]
pub struct SourceReader(Arc<Projection>);

impl SourceReader {
    /// Answers from a projection.
    pub fn new(projection: Arc<Projection>) -> SourceReader {
        SourceReader(projection)
    }
}

#[tonic::async_trait]
impl ProjectorService for SourceReader {
    async fn read_source_status(
        &self,
        request: Request<ReadSourceStatusRequest>,
    ) -> Result<Response<ReadSourceStatusResponse>, Status> {
        let request = request.into_inner().request.unwrap_or_default();
        let response = source_status(&self.0, request).await?;
        Ok(Response::new(ReadSourceStatusResponse { response: Some(response) }))
    }
}
