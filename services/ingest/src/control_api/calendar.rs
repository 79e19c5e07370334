//! Adding or changing a working-day calendar. If it equals the calendar in force, nothing is appended. Its
//! lists are stored in ascending order, whatever their order in the request.

use longhu_core::control::Payload;
use longhu_core::plan::{Calendar, check};
use longhu_core::register::Register;
use longhu_core::types::violation::Violation;
use longhu_proto::plan::calendar_from_wire;
use longhu_proto::status::invalid;
use longhu_proto::wire::control::v1 as wire;
use longhu_runtime::Principal;
use tonic::Status;

use super::{ControlApi, Found, change_of};
use crate::decider::Plan;

impl ControlApi {
    pub(super) async fn calendar(
        &self,
        principal: &Principal,
        request: wire::ApplyCalendarRequest,
    ) -> Result<wire::Change, Status> {
        let calendar = read(&request).map_err(|violations| invalid(&violations))?;
        let plan = move |register: &Register| Ok(plan(register, calendar, request.validate_only));
        Ok(change_of(self.decider.decide(&principal.name, plan).await?))
    }
}

fn read(request: &wire::ApplyCalendarRequest) -> Result<Calendar, Vec<Violation>> {
    let Some(calendar) = &request.calendar else {
        let reason = "there is no calendar in the call; give one";
        return Err(vec![Violation::new("calendar", "MISSING_FIELD", reason)]);
    };
    let mut calendar = calendar_from_wire(calendar).map_err(|violation| vec![violation])?;
    let violations = check::calendar(&calendar);
    if !violations.is_empty() {
        return Err(violations);
    }
    calendar.weekend.sort_unstable();
    calendar.closed.sort_unstable();
    calendar.open.sort_unstable();
    Ok(calendar)
}

fn plan(register: &Register, calendar: Calendar, validate_only: bool) -> Plan<Found> {
    let in_force = register.calendar(&calendar.id);
    let revision = in_force.map_or(0, |in_force| in_force.revision);
    let changed = in_force.is_none_or(|in_force| in_force.value != calendar);
    let entries = match changed && !validate_only {
        true => vec![(calendar.id.clone(), Payload::Calendar(calendar))],
        false => Vec::new(),
    };
    Plan { entries, is_change_set: false, found: Found { revision, changed, warnings: Vec::new() } }
}
