//! How far a source has been counted, which an adapter needs to resume; and which copies of its events
//! contradict each other, which operations must resolve.

use longhu_core::control::{Adoption, Source};
use longhu_core::fold::shard::Shard;
use longhu_core::identity::{Conflict, SourceStatus};
use longhu_core::register::InForce;
use longhu_core::types::pages::Pages;
use longhu_proto::scalar::{date_to_wire, position_to_wire, time_to_wire};
use longhu_proto::status::refusal;
use longhu_proto::wire::ingest::v1 as wire;
use longhu_proto::wire::ops::v1 as ops;
use tonic::{Code, Status};

use crate::query::position_tokens::{of_entry, reflected};
use crate::query::reader::{Needs, Reader};
use crate::query::refusals::read_model_unreadable;

/// Answers `GetSourceStatus`.
///
/// # Errors
/// NOT_FOUND for a source that is not registered; UNAVAILABLE if `min_position` is not reached in time.
pub async fn source_status(
    reader: &Reader,
    request: wire::GetSourceStatusRequest,
) -> Result<wire::GetSourceStatusResponse, Status> {
    reader.reaches(request.min_position).await?;
    reader.work_out(Needs::Counts, move |shard, pages| status_of(shard, pages, request.source)).await?
}

fn status_of(
    shard: &Shard,
    pages: &dyn Pages,
    name: String,
) -> Result<wire::GetSourceStatusResponse, Status> {
    let source = registered(shard, &name)?;
    let status = match shard.source_number(&name) {
        None => SourceStatus::default(),
        Some(number) => {
            shard.identities().status(pages, number).map_err(|error| read_model_unreadable(&error))?
        }
    };
    Ok(wire::GetSourceStatusResponse {
        numbered: source.value.numbered,
        principal: source.value.principal.clone(),
        contiguous: status.contiguous,
        greatest: status.greatest,
        gaps: status.gaps.iter().map(|gap| wire::Gap { first: gap.0, last: gap.1 }).collect(),
        counted: status.counted,
        duplicates: status.duplicates,
        conflicts: status.conflicts,
        position: Some(reflected(shard)),
        losses: shard.register().adoptions().into_iter().rev().map(|loss| loss_of(shard, loss)).collect(),
        source: name,
    })
}

/// What the log lost and was adopted without.
fn loss_of(shard: &Shard, adoption: &InForce<Adoption>) -> wire::Loss {
    let Adoption { lost_after, recorded, reason, .. } = &adoption.value;
    wire::Loss {
        lost_after: Some(of_entry(shard, *lost_after)),
        lost_after_time: Some(time_to_wire(*recorded)),
        adopted_position: Some(of_entry(shard, adoption.position)),
        reason: reason.clone(),
    }
}

/// Answers `ListConflicts`.
///
/// # Errors
/// The same as [`source_status`].
pub async fn list_conflicts(
    reader: &Reader,
    request: ops::ListConflictsRequest,
) -> Result<ops::ListConflictsResponse, Status> {
    reader.reaches(request.min_position).await?;
    reader.work_out(Needs::Counts, move |shard, pages| conflicts_of(shard, pages, &request.source)).await?
}

fn conflicts_of(
    shard: &Shard,
    pages: &dyn Pages,
    source: &str,
) -> Result<ops::ListConflictsResponse, Status> {
    registered(shard, source)?;
    let (mut conflicts, mut total) = (Vec::new(), 0);
    if let Some(number) = shard.source_number(source) {
        let unreadable = |error| read_model_unreadable(&error);
        total = shard.identities().status(pages, number).map_err(unreadable)?.conflicts;
        conflicts = shard.identities().conflicts(pages, number).map_err(unreadable)?;
    }
    Ok(ops::ListConflictsResponse {
        conflicts: conflicts.into_iter().map(conflict_to_wire).collect(),
        total,
        position: Some(reflected(shard)),
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
