//! Names that sources credited and that lead to no unit, for the wire.

use longhu_core::fold::placement::name_resolution::Reason;
use longhu_core::fold::query::journal_scan::{JournalScan, Slice};
use longhu_core::fold::query::unresolved::{Unresolved, UnresolvedSearch};
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::{PageError, Pages};
use longhu_proto::scalar::{date_to_wire, position_to_wire};
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::list_unresolved_response::Step;
use tonic::Status;

use crate::query::organisation::search::{Answers, Search, Searches};

/// Answers `ListUnresolved`.
pub async fn list(searches: Searches, answers: Answers<wire::ListUnresolvedResponse>) -> Result<(), Status> {
    searches.run(UnresolvedSearch::default(), answers).await
}

impl Search for UnresolvedSearch {
    type Found = Unresolved;
    type Told = wire::ListUnresolvedResponse;

    fn slice(
        &mut self,
        shard: &mut Shard,
        pages: &dyn Pages,
        slice: Slice,
    ) -> Result<Vec<Unresolved>, PageError> {
        self.go_on(shard, pages, slice)
    }

    fn scan(&self) -> (&JournalScan, bool) {
        (UnresolvedSearch::scan(self), self.is_done())
    }

    fn progress(progress: wire::SearchProgress) -> Self::Told {
        told(Step::Progress(progress))
    }

    fn page(found: Vec<Unresolved>) -> Self::Told {
        told(Step::Page(wire::UnresolvedPage { unresolved: found.into_iter().map(to_wire).collect() }))
    }

    fn result(&self, result: wire::SearchResult) -> Self::Told {
        told(Step::Result(result))
    }
}

fn told(step: Step) -> wire::ListUnresolvedResponse {
    wire::ListUnresolvedResponse { step: Some(step) }
}

fn to_wire(unresolved: Unresolved) -> wire::Unresolved {
    let (position, id) = unresolved.example;
    wire::Unresolved {
        reason: reason(unresolved.reason).into(),
        waits: unresolved.reason.waits(),
        name: unresolved.name,
        source: unresolved.source,
        entries: unresolved.entries,
        first_date: Some(date_to_wire(unresolved.first)),
        last_date: Some(date_to_wire(unresolved.last)),
        example_id: id,
        example_position: Some(position_to_wire(position)),
    }
}

fn reason(reason: Reason) -> wire::UnresolvedReason {
    match reason {
        Reason::UnknownEmployee => wire::UnresolvedReason::UnknownEmployee,
        Reason::UnknownBranch => wire::UnresolvedReason::UnknownBranch,
        Reason::UnitNotOpen => wire::UnresolvedReason::UnitNotOpen,
        Reason::BranchNotOpen => wire::UnresolvedReason::BranchNotOpen,
        Reason::UnitAsEmployee => wire::UnresolvedReason::UnitAsEmployee,
        Reason::EmployeeAsBranch => wire::UnresolvedReason::EmployeeAsBranch,
        Reason::InNoUnit => wire::UnresolvedReason::InNoUnit,
        Reason::CodeMeansNobody => wire::UnresolvedReason::CodeMeansNobody,
    }
}
