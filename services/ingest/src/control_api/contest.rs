//! Publishing and amending a contest. If it equals the definition in force, nothing is appended. The deadline
//! and the zone's offsets are fixed here, so that the fold never needs a time-zone database.

use jiff::ToSpan;
use longhu_core::contest::{Contest, UtcOffset, check};
use longhu_core::control::Payload;
use longhu_core::register::Register;
use longhu_core::types::violation::Violation;
use longhu_proto::contest::from_wire;
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::control::v1 as wire;
use longhu_runtime::Principal;
use tonic::{Code, Status};

use super::{ControlApi, Found, change_of};
use crate::clock::BankClock;
use crate::decider::Plan;

/// For how many days after a contest's end the zone's offsets are stored.
const OFFSET_DAYS_AFTER: i64 = 400;

impl ControlApi {
    pub(super) async fn contest(
        &self,
        principal: &Principal,
        request: wire::ApplyContestRequest,
    ) -> Result<wire::Change, Status> {
        let contest = self.read_contest(&request).map_err(|violation| invalid(&[violation]))?;
        let validate_only = request.validate_only;
        let decided = self
            .decider
            .decide(&principal.name, move |register| plan(register, contest, validate_only))
            .await?;
        Ok(change_of(decided))
    }

    fn read_contest(&self, request: &wire::ApplyContestRequest) -> Result<Contest, Violation> {
        let Some(definition) = &request.contest else {
            return Err(Violation::new(
                "contest",
                "MISSING_FIELD",
                "there is no contest in the call; give one",
            ));
        };
        if definition.scoring_deadline_time.is_some() {
            let reason = "the deadline follows from the period and the grace; leave it out";
            return Err(Violation::new("scoring_deadline_time", "OUTPUT_ONLY", reason));
        }
        if !definition.utc_offsets.is_empty() {
            let reason = "the offsets follow from the period and the bank's zone; leave them out";
            return Err(Violation::new("utc_offsets", "OUTPUT_ONLY", reason));
        }
        let mut contest = from_wire(definition, self.bank.currency)?;
        contest.utc_offsets = offsets(&self.clock, &contest);
        contest.scoring_deadline = match contest.grace_days {
            None => None,
            Some(grace_days) => deadline(&self.clock, contest.end, grace_days)?,
        };
        Ok(contest)
    }
}

/// The instant from which on scoring events are too late.
pub(super) fn deadline(
    clock: &BankClock,
    end: jiff::civil::Date,
    grace_days: u32,
) -> Result<Option<longhu_core::Time>, Violation> {
    let last = end.checked_add(i64::from(grace_days).min(100_000).days()).ok();
    let found =
        last.and_then(|day| clock.end_of_day(day)).filter(|time| *time < longhu_core::types::time::LATEST);
    match found {
        Some(time) => Ok(Some(time)),
        None => Err(Violation::new("grace_days", "OUT_OF_RANGE", "grace is at most 3,650 days; shorten it")),
    }
}

/// The zone's offsets over the contest's period, and for a time after it, for late events.
fn offsets(clock: &BankClock, contest: &Contest) -> Vec<UtcOffset> {
    let first = contest.spans().map(|span| span.period.start).min().unwrap_or(contest.start);
    let (from, to) = (first.yesterday(), contest.end.checked_add(OFFSET_DAYS_AFTER.days()));
    match (from, to) {
        (Ok(from), Ok(to)) => clock.offsets(from, to),
        // Dates were checked to be in years that have both.
        _ => Vec::new(),
    }
}

fn plan(register: &Register, contest: Contest, validate_only: bool) -> Result<Plan<Found>, Status> {
    let kinds = register.organisation().kinds();
    // Before the first organisation, it is not known which kinds of units there will be.
    let known = (!kinds.is_empty()).then_some(&kinds);
    let violations = check::check(&contest, register.catalogue(), known);
    if !violations.is_empty() {
        return Err(invalid(&violations));
    }
    let in_force = register.contest(&contest.id);
    let revision = in_force.map_or(0, |in_force| in_force.revision);
    let changed = in_force.is_none_or(|in_force| !says_the_same(&in_force.value, &contest));
    if changed && register.seal_of(&contest.id).is_some() {
        let message = format!(
            "`{}` is sealed, so its definition cannot change; publish another contest with another id",
            contest.id
        );
        return Err(refusal(Code::FailedPrecondition, "CONTEST_SEALED", message));
    }
    let mut warnings = Vec::new();
    if known.is_none() {
        let warning =
            "the organisation is empty, so the boards' unit kinds could not be checked; apply it next";
        warnings.push(warning.to_owned());
    }
    warnings.extend(calendar_to_come(register, &contest));
    let entries = match changed && !validate_only {
        true => vec![(contest.id.clone(), Payload::Contest(Box::new(contest)))],
        false => Vec::new(),
    };
    Ok(Plan { entries, is_change_set: false, found: Found { revision, changed, warnings } })
}

/// A doubt about a calendar that does not exist. It is not refused, because a calendar may be added later,
/// for example for a new year, and no rank depends on it.
fn calendar_to_come(register: &Register, contest: &Contest) -> Option<String> {
    let id = contest.calendar.as_deref().filter(|id| register.calendar(id).is_none())?;
    let known: Vec<&str> = register.calendars().map(|calendar| calendar.value.id.as_str()).collect();
    let known = match known.is_empty() {
        true => "there are none".to_owned(),
        false => format!("there are {}", known.join(", ")),
    };
    Some(format!(
        "there is no calendar `{id}`, so pace goes by every day until there is: apply it with `longhu calendar apply \
         FILE`, or name another; {known} (UNKNOWN_CALENDAR)"
    ))
}

/// Whether two definitions are equal in everything that people decide. The deadline and the offsets follow
/// from that.
fn says_the_same(in_force: &Contest, contest: &Contest) -> bool {
    let mut in_force = in_force.clone();
    in_force.scoring_deadline = contest.scoring_deadline;
    in_force.utc_offsets.clone_from(&contest.utc_offsets);
    in_force == *contest
}
