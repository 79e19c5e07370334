//! Events whose branch disagrees with the creditor's membership: the scope of a request, and the answers for
//! the wire.

use jiff::civil::Date;
use longhu_core::fold::query::journal_scan::{JournalScan, Slice};
use longhu_core::fold::query::mismatches::{Mismatch, MismatchSearch, Scope};
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::{PageError, Pages};
use longhu_core::types::violation::Violation;
use longhu_proto::scalar::{date_to_wire, position_to_wire};
use longhu_proto::status::invalid;
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::list_mismatches_response::Step;
use tonic::Status;

use crate::query::organisation::day::asked_date;
use crate::query::organisation::search::{Answers, Search, Searches};
use crate::query::refusals::contest_not_found;

/// How many are listed by default.
const LIMIT_DEFAULT: u64 = 1_000;
const LIMIT_MAX: u64 = 100_000;

/// The scope of a request: the days that are both in its contest and in its range.
///
/// # Errors
/// NOT_FOUND for an unknown contest, INVALID_ARGUMENT for invalid days, a reversed range, or a limit that is
/// too high.
pub fn scope(shard: &Shard, request: &wire::ListMismatchesRequest) -> Result<Scope, Status> {
    let mut from = asked_date("from_date", &request.from_date)?.unwrap_or(Date::MIN);
    let mut until = asked_date("until_date", &request.until_date)?.unwrap_or(Date::MAX);
    if until < from {
        let reason = format!("{until} is before {from}; swap or correct them");
        return Err(invalid(&[Violation::new("until_date", "RANGE_REVERSED", reason)]));
    }
    let limit = if request.limit == 0 { LIMIT_DEFAULT } else { u64::from(request.limit) };
    if limit > LIMIT_MAX {
        let reason = format!("at most {LIMIT_MAX} are listed; ask for a contest or for fewer days");
        return Err(invalid(&[Violation::new("limit", "OUT_OF_RANGE", reason)]));
    }
    let mut kinds = None;
    if !request.contest.is_empty() {
        let contest = shard.register().contest(&request.contest);
        let contest = &contest.ok_or_else(|| contest_not_found(&request.contest))?.value;
        (from, until) = (from.max(contest.start), until.min(contest.end));
        kinds = Some(contest.kinds().map(str::to_owned).collect());
    }
    Ok(Scope { from, until, kinds, limit })
}

/// Answers `ListMismatches`.
pub async fn list(
    searches: Searches,
    scope: Scope,
    answers: Answers<wire::ListMismatchesResponse>,
) -> Result<(), Status> {
    searches.run(MismatchSearch::new(scope), answers).await
}

impl Search for MismatchSearch {
    type Found = Mismatch;
    type Told = wire::ListMismatchesResponse;

    fn slice(
        &mut self,
        shard: &mut Shard,
        pages: &dyn Pages,
        slice: Slice,
    ) -> Result<Vec<Mismatch>, PageError> {
        self.go_on(shard, pages, slice)
    }

    fn scan(&self) -> (&JournalScan, bool) {
        (MismatchSearch::scan(self), self.is_done())
    }

    fn progress(progress: wire::SearchProgress) -> Self::Told {
        told(Step::Progress(progress))
    }

    fn page(found: Vec<Mismatch>) -> Self::Told {
        told(Step::Page(wire::MismatchPage { mismatches: found.into_iter().map(to_wire).collect() }))
    }

    fn result(&self, result: wire::SearchResult) -> Self::Told {
        let (total, branch_unresolved) = (self.total(), self.branch_unresolved());
        told(Step::Result(wire::MismatchResult { search: Some(result), total, branch_unresolved }))
    }
}

fn told(step: Step) -> wire::ListMismatchesResponse {
    wire::ListMismatchesResponse { step: Some(step) }
}

fn to_wire(mismatch: Mismatch) -> wire::Mismatch {
    wire::Mismatch {
        position: Some(position_to_wire(mismatch.position)),
        source: mismatch.source,
        id: mismatch.id,
        r#type: mismatch.kind,
        business_date: Some(date_to_wire(mismatch.date)),
        employee: mismatch.employee,
        unit: mismatch.unit,
        branch: mismatch.branch,
    }
}
