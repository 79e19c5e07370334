//! Adding an event type, or changing an added one. Built-in types cannot be changed.

use longhu_core::catalogue::BUILT_IN;
use longhu_core::control::{EventType, Payload};
use longhu_core::register::Register;
use longhu_core::types::violation::Violation;
use longhu_proto::control::event_type_from_wire;
use longhu_proto::status::invalid;
use longhu_proto::wire::control::v1 as wire;
use longhu_runtime::Principal;
use tonic::Status;

use super::{ControlApi, Found, change_of};
use crate::decider::Plan;

impl ControlApi {
    pub(super) async fn event_type(
        &self,
        principal: &Principal,
        request: wire::ApplyEventTypeRequest,
    ) -> Result<wire::Change, Status> {
        let kind = read(&request).map_err(|violation| invalid(&[violation]))?;
        let decided = self.decider.decide(&principal.name, move |register| Ok(plan(register, kind))).await?;
        Ok(change_of(decided))
    }
}

fn read(request: &wire::ApplyEventTypeRequest) -> Result<EventType, Violation> {
    let Some(kind) = &request.event_type else {
        let reason = "there is no event type in the call; give one";
        return Err(Violation::new("event_type", "MISSING_FIELD", reason));
    };
    let within =
        |violation: Violation| Violation { field: format!("event_type.{}", violation.field), ..violation };
    let kind = event_type_from_wire(kind).map_err(within)?;
    if BUILT_IN.iter().any(|(name, _)| *name == kind.name) {
        let reason = format!("`{}` is built in and cannot change; choose another name", kind.name);
        return Err(Violation::new("event_type.name", "BUILT_IN_TYPE", reason));
    }
    Ok(kind)
}

fn plan(register: &Register, kind: EventType) -> Plan<Found> {
    let in_force = register.event_type(&kind.name);
    let revision = in_force.map_or(0, |in_force| in_force.revision);
    let changed = in_force.is_none_or(|in_force| in_force.value != kind);
    let entries = match changed {
        true => vec![(kind.name.clone(), Payload::EventType(kind))],
        false => Vec::new(),
    };
    Plan { entries, is_change_set: false, found: Found { revision, changed, warnings: Vec::new() } }
}
