//! Registering a source or changing its horizon. Whether a source numbers its events can never change,
//! because its events would then have other identities.

use longhu_core::control::{Payload, Source};
use longhu_core::register::Register;
use longhu_core::types::violation::{Violation, check_id};
use longhu_proto::control::source_from_wire;
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::control::v1 as wire;
use longhu_runtime::{Principal, Role};
use tonic::{Code, Status};

use super::{ControlApi, Found, change_of};
use crate::decider::Plan;

impl ControlApi {
    pub(super) async fn source(
        &self,
        principal: &Principal,
        request: wire::ApplySourceRequest,
    ) -> Result<wire::Change, Status> {
        let Some(source) = &request.source else {
            let reason = "there is no source in the call; give one";
            return Err(invalid(&[Violation::new("source", "MISSING_FIELD", reason)]));
        };
        let source = source_from_wire(source);
        check_id("source.name", &source.name).map_err(|violation| invalid(&[violation]))?;
        let caller = principal.clone();
        let plan = move |register: &Register| plan(register, source, &caller);
        Ok(change_of(self.decider.decide(&principal.name, plan).await?))
    }
}

fn plan(register: &Register, mut source: Source, caller: &Principal) -> Result<Plan<Found>, Status> {
    let in_force = register.source(&source.name);
    source.principal = owner(in_force.map(|source| &source.value), &source, caller)?;
    if let Some(in_force) = in_force
        && in_force.value.numbered != source.numbered
    {
        let reason = format!(
            "source `{}` {} its events, and that cannot change; register another source",
            source.name,
            if in_force.value.numbered { "numbers" } else { "does not number" }
        );
        return Err(invalid(&[Violation::new("source.numbered", "SOURCE_NUMBERING_FIXED", reason)]));
    }
    let revision = in_force.map_or(0, |in_force| in_force.revision);
    let changed = in_force.is_none_or(|in_force| in_force.value != source);
    let entries = match changed {
        true => vec![(source.name.clone(), Payload::Source(source))],
        false => Vec::new(),
    };
    Ok(Plan { entries, is_change_set: false, found: Found { revision, changed, warnings: Vec::new() } })
}

/// The principal to whom the source will belong. Adapters register their own sources; admins and
/// operators may assign one to another principal.
fn owner(in_force: Option<&Source>, wanted: &Source, caller: &Principal) -> Result<String, Status> {
    if caller.has(Role::Admin) || caller.has(Role::Operator) {
        let named = Some(&wanted.principal).filter(|name| !name.is_empty());
        if let Some(name) = named {
            check_id("source.principal", name).map_err(|violation| invalid(&[violation]))?;
        }
        let kept = named.or(in_force.map(|source| &source.principal)).unwrap_or(&caller.name);
        return Ok(kept.clone());
    }
    let belongs_elsewhere = in_force.is_some_and(|source| source.principal != caller.name)
        || !(wanted.principal.is_empty() || wanted.principal == caller.name);
    if belongs_elsewhere {
        let message =
            format!("source `{}` does not belong to `{}`; ask an operator", wanted.name, caller.name);
        return Err(refusal(Code::PermissionDenied, "SOURCE_NOT_YOURS", message));
    }
    if in_force.is_none() && !caller.may_open(&wanted.name) {
        let message = format!(
            "`{}` may not open source `{}`; allow it in the principals file, or correct the name",
            caller.name, wanted.name
        );
        return Err(refusal(Code::PermissionDenied, "SOURCE_NOT_ALLOWED", message));
    }
    Ok(caller.name.clone())
}
