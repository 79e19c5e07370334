//! Sealing a contest: its result is the standings at the entry's position. A contest is sealed once. Before
//! its deadlines have passed, that must be forced, with a reason.

use std::sync::Arc;

use longhu_core::Time;
use longhu_core::contest::Contest;
use longhu_core::control::{Payload, Seal};
use longhu_core::register::Register;
use longhu_core::types::violation::{Violation, check_id, check_text};
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::control::v1 as wire;
use longhu_runtime::Principal;
use tonic::{Code, Status};

use super::contest::deadline;
use super::{ControlApi, Found, change_of};
use crate::clock::BankClock;
use crate::decider::Plan;

/// The longest reason, in bytes.
const REASON_BYTES_MAX: usize = 500;

impl ControlApi {
    pub(super) async fn seal(
        &self,
        principal: &Principal,
        request: wire::SealContestRequest,
    ) -> Result<wire::Change, Status> {
        check(&request).map_err(|violation| invalid(&[violation]))?;
        let clock = self.clock.clone();
        let plan = move |register: &Register| plan(register, &clock, request);
        Ok(change_of(self.decider.decide(&principal.name, plan).await?))
    }
}

fn check(request: &wire::SealContestRequest) -> Result<(), Violation> {
    check_id("contest", &request.contest)?;
    if request.force && request.reason.trim().is_empty() {
        let reason = "sealing early needs a reason, which is recorded in the log; give one";
        return Err(Violation::new("reason", "REASON_REQUIRED", reason));
    }
    check_text("reason", &request.reason, REASON_BYTES_MAX)
}

fn plan(
    register: &Register,
    clock: &Arc<BankClock>,
    request: wire::SealContestRequest,
) -> Result<Plan<Found>, Status> {
    let Some(contest) = register.contest(&request.contest) else {
        let message = format!("there is no contest `{}`; see `longhu contest list`", request.contest);
        return Err(refusal(Code::NotFound, "CONTEST_NOT_FOUND", message));
    };
    let mut found = Found { revision: 0, changed: false, warnings: Vec::new() };
    if let Some(sealed) = register.seal_of(&request.contest) {
        found.revision = sealed.revision;
        return Ok(Plan { entries: Vec::new(), is_change_set: false, found });
    }
    let settled = settled_at(&contest.value, clock)?;
    let is_early = clock.recorded() < settled;
    if is_early && !request.force {
        return Err(too_early(&contest.value, settled, clock));
    }
    found.changed = true;
    if is_early {
        let instant = clock.shown(settled);
        found
            .warnings
            .push(format!("it is sealed before {instant}: entries recorded until then will not count"));
    }
    if request.validate_only {
        return Ok(Plan { entries: Vec::new(), is_change_set: false, found });
    }
    // The clock never goes back, so the entry's recorded time is not before the one used for the check.
    let seal = Seal { contest: request.contest.clone(), forced: is_early, reason: request.reason };
    Ok(Plan { entries: vec![(request.contest, Payload::Seal(seal))], is_change_set: false, found })
}

/// The instant from which on no entry can change the contest: the end of the period's last day and of the
/// grace. Without grace, late events always count, so only the end of the period is waited for.
fn settled_at(contest: &Contest, clock: &BankClock) -> Result<Time, Status> {
    let found = deadline(clock, contest.end, contest.grace_days.unwrap_or(0));
    match found.map_err(|violation| invalid(&[violation]))? {
        Some(time) => Ok(time),
        None => Err(refusal(
            Code::Internal,
            "DECISION_FAILED",
            "the contest's end cannot be computed; please report it",
        )),
    }
}

fn too_early(contest: &Contest, settled: Time, clock: &BankClock) -> Status {
    let after = match contest.grace_days.unwrap_or(0) {
        0 => "its last day is over".to_owned(),
        1 => "its last day and 1 day of grace are over".to_owned(),
        days => format!("its last day and {days} days of grace are over"),
    };
    let message = format!(
        "`{}` can be sealed from {} on, when {after}; wait until then, or seal it now with `--force --reason TEXT`",
        contest.id,
        clock.shown(settled)
    );
    refusal(Code::FailedPrecondition, "SEAL_TOO_EARLY", message)
}
