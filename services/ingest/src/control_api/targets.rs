//! Applying targets: one stream about one contest is one change, applied as a whole or not at all.
//! Participants whose targets do not change are not appended. Refused for a contest that is sealed, and for
//! an indicator or round that it does not have.

use std::collections::HashSet;

use longhu_core::control::Payload;
use longhu_core::plan::{Target, Targets, check};
use longhu_core::register::Register;
use longhu_core::types::violation::Violation;
use longhu_proto::plan::aims_from_wire;
use longhu_proto::status::{invalid, refusal, retry_later};
use longhu_proto::wire::control::v1 as wire;
use longhu_runtime::{Principal, wire_errors};
use tonic::{Code, Status, Streaming};

use super::ControlApi;
use crate::decider::Plan;

/// The most participants of one call.
const PARTICIPANTS_MAX: usize = 1_000_000;
/// The most targets of one call, which use about 500 MB while they are received.
const TARGETS_MAX: usize = 4_000_000;
/// The most problems in one answer, because the size of its header is limited.
const PROBLEMS_MAX: usize = 10;

/// Targets as received.
#[derive(Default)]
struct Call {
    contest: String,
    participants: Vec<Targets>,
    /// The number of targets.
    size: usize,
    validate_only: bool,
}

/// The result of a plan.
#[derive(Clone, Copy, Default)]
struct Counts {
    added: u32,
    changed: u32,
    unchanged: u32,
    removed: u32,
}

impl ControlApi {
    pub(super) async fn targets(
        &self,
        principal: &Principal,
        mut requests: Streaming<wire::ApplyTargetsRequest>,
    ) -> Result<wire::ApplyTargetsResponse, Status> {
        let _permit = self.plans.try_acquire().map_err(|_| busy())?;
        let mut call = Call::default();
        while let Some(request) = requests.message().await.map_err(wire_errors::rewrite)? {
            call.add(request).map_err(|violation| invalid(&[violation]))?;
        }
        if call.participants.is_empty() {
            let reason = "the call names no participant; give some";
            return Err(invalid(&[Violation::new("participants", "NO_ENTRIES", reason)]));
        }
        let decided = self.decider.decide(&principal.name, move |register| plan(register, call)).await?;
        let position = decided.token();
        let Counts { added, changed, unchanged, removed } = decided.found;
        Ok(wire::ApplyTargetsResponse { added, changed, unchanged, removed, position })
    }
}

impl Call {
    fn add(&mut self, request: wire::ApplyTargetsRequest) -> Result<(), Violation> {
        self.validate_only |= request.validate_only;
        if self.contest.is_empty() {
            if request.contest.is_empty() {
                let reason = "it does not name its contest; give its id";
                return Err(Violation::new("contest", "MISSING_FIELD", reason));
            }
            self.contest = request.contest;
        } else if !request.contest.is_empty() && request.contest != self.contest {
            let reason = format!(
                "one call is about one contest, `{}` or `{}`; apply them separately",
                self.contest, request.contest
            );
            return Err(Violation::new("contest", "CONTRADICTION", reason));
        }
        for one in request.participants {
            let index = self.participants.len();
            let mut targets = aims_from_wire(&one.targets).map_err(|violation| at(index, violation))?;
            self.size += targets.len();
            targets.shrink_to_fit();
            let contest = self.contest.clone();
            self.participants.push(Targets { contest, participant: one.participant, targets });
        }
        if self.participants.len() > PARTICIPANTS_MAX || self.size > TARGETS_MAX {
            let reason = format!(
                "more than {PARTICIPANTS_MAX} participants or {TARGETS_MAX} targets in one call; apply them in parts"
            );
            return Err(Violation::new("participants", "TOO_MANY", reason));
        }
        Ok(())
    }
}

fn plan(register: &Register, call: Call) -> Result<Plan<Counts>, Status> {
    check_call(register, &call).map_err(|violations| invalid(&violations))?;
    let (mut found, mut entries) = (Counts::default(), Vec::new());
    for mut wanted in call.participants {
        // The order of targets does not matter.
        wanted.targets.sort_unstable_by(|a, b| (&a.indicator, &a.round).cmp(&(&b.indicator, &b.round)));
        if found.differs(register.targets(&wanted.contest, &wanted.participant), &wanted.targets) {
            entries.push((wanted.key(), Payload::Targets(wanted)));
        }
    }
    if !entries.is_empty() && register.seal_of(&call.contest).is_some() {
        let message = format!("`{}` is sealed, so its targets cannot change", call.contest);
        return Err(refusal(Code::FailedPrecondition, "CONTEST_SEALED", message));
    }
    if call.validate_only {
        entries.clear();
    }
    // The targets of one participant take effect together without a closing entry.
    let is_change_set = entries.len() > 1;
    Ok(Plan { entries, is_change_set, found })
}

/// Everything that is wrong with a call, limited: the first problems, and the number of others.
fn check_call(register: &Register, call: &Call) -> Result<(), Vec<Violation>> {
    let Some(contest) = register.contest(&call.contest) else {
        let reason = format!(
            "there is no contest `{}`; see `longhu contest list`, or publish it with `longhu contest apply FILE`",
            call.contest
        );
        return Err(vec![Violation::new("contest", "UNKNOWN_CONTEST", reason)]);
    };
    let mut problems = Problems::default();
    let mut seen = HashSet::with_capacity(call.participants.len());
    for (index, targets) in call.participants.iter().enumerate() {
        if !seen.insert(targets.participant.as_str()) {
            let reason = format!(
                "`{}` is named twice, but an entry replaces all of its targets; put them together",
                targets.participant
            );
            problems.add(index, Violation::new("participant", "DUPLICATE_PARTICIPANT", reason));
        }
        for violation in check::targets(targets, &contest.value, register.organisation()) {
            problems.add(index, violation);
        }
    }
    problems.end()
}

#[derive(Default)]
struct Problems {
    first: Vec<Violation>,
    more: usize,
    /// Names that the contest does not have. A wrong column is one problem, not one for each participant.
    told: HashSet<String>,
}

impl Problems {
    fn add(&mut self, index: usize, violation: Violation) {
        let is_name = matches!(violation.code, "UNKNOWN_INDICATOR" | "UNKNOWN_ROUND");
        if is_name && !self.told.insert(violation.reason.clone()) {
            return;
        }
        match self.first.len() < PROBLEMS_MAX {
            true => self.first.push(at(index, violation)),
            false => self.more += 1,
        }
    }

    fn end(mut self) -> Result<(), Vec<Violation>> {
        if self.more > 0 {
            let reason = format!("{} more problems are not shown; correct these first", self.more);
            self.first.push(Violation::new("participants", "MORE_PROBLEMS", reason));
        }
        if self.first.is_empty() { Ok(()) } else { Err(self.first) }
    }
}

fn at(index: usize, violation: Violation) -> Violation {
    Violation { field: format!("participants[{index}].{}", violation.field), ..violation }
}

impl Counts {
    fn differs(&mut self, in_force: &[Target], wanted: &[Target]) -> bool {
        let count = match (in_force, wanted) {
            (before, after) if before == after => &mut self.unchanged,
            ([], _) => &mut self.added,
            (_, []) => &mut self.removed,
            _ => &mut self.changed,
        };
        *count += 1;
        in_force != wanted
    }
}

fn busy() -> Status {
    let message = "other targets are being received; try again when they are done";
    retry_later(Code::ResourceExhausted, "TARGETS_BUSY", message, std::time::Duration::from_secs(2))
}
