//! How far a source has been counted and which copies contradict, from the projection: what an adapter needs to resume
//! and operations to clear up. It judges no copy again.

use longhu_core::control::Source;
use longhu_core::fold::shard::Shard;
use longhu_core::identity::{Conflict, SourceStatus};
use longhu_core::register::InForce;
use longhu_core::types::pages::PageError;
use longhu_proto::scalar::{date_to_wire, position_from_wire, position_to_wire};
use longhu_proto::status::refusal;
use longhu_proto::wire::ingest::v1 as wire;
use longhu_proto::wire::ops::v1 as ops;
use tonic::{Code, Status};

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
    let shard = projection.read_counts();
    let source = registered(&shard, &request.source)?;
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

/// Answers `ListConflicts`.
///
/// # Errors
/// As [`source_status`].
pub async fn list_conflicts(
    projection: &Projection,
    request: ops::ListConflictsRequest,
) -> Result<ops::ListConflictsResponse, Status> {
    if let Some(position) = request.min_position {
        projection.wait_for(position_from_wire(&position)).await?;
    }
    let shard = projection.read_counts();
    registered(&shard, &request.source)?;
    let (mut conflicts, mut total) = (Vec::new(), 0);
    if let Some(number) = shard.source_number(&request.source) {
        let pages = projection.cold().as_ref();
        total = shard.identities().status(pages, number).map_err(unreadable)?.conflicts;
        conflicts = shard.identities().conflicts(pages, number).map_err(unreadable)?;
    }
    Ok(ops::ListConflictsResponse {
        conflicts: conflicts.into_iter().map(conflict_to_wire).collect(),
        total,
        position: Some(position_to_wire(shard.head().position)),
    })
}

fn registered<'a>(shard: &'a Shard, source: &str) -> Result<&'a InForce<Source>, Status> {
    shard.register().source(source).ok_or_else(|| {
        let message = format!("source `{source}` is not registered; its first event registers it");
        refusal(Code::NotFound, "SOURCE_NOT_FOUND", message)
    })
}

fn conflict_to_wire(conflict: Conflict) -> ops::Conflict {
    ops::Conflict {
        id: conflict.id,
        source_sequence: conflict.source_sequence,
        position: Some(position_to_wire(conflict.position)),
        business_date: Some(date_to_wire(conflict.business_date)),
        first_position: Some(position_to_wire(conflict.first)),
        first_business_date: conflict.first_business_date.map(date_to_wire),
    }
}

/// The refusal when a page of the read model cannot be read.
pub(crate) fn unreadable(error: PageError) -> Status {
    refusal(Code::Internal, "READ_MODEL_UNREADABLE", error.to_string())
}
