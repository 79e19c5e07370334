//! Applying an organisation: one stream, one change set, whole or not at all. What is so already is not appended, and
//! what would empty the bank is refused unless it is said to be meant.

use jiff::civil::Date;
use longhu_core::control::Payload;
use longhu_core::organisation::{Employee, Unit};
use longhu_core::register::Register;
use longhu_core::violation::Violation;
use longhu_proto::organisation::{employee_from_wire, unit_from_wire};
use longhu_proto::scalar::position_to_wire;
use longhu_proto::status::{invalid, retry_later};
use longhu_proto::wire::control::v1 as wire;
use longhu_runtime::{Principal, wire_errors};
use tonic::{Code, Status, Streaming};

use super::{ControlApi, emptying};
use crate::decider::Plan;

/// The most units and employees of one call.
pub(crate) const ENTRIES_MAX: usize = 1_000_000;

/// An organisation as it came in.
#[derive(Default)]
struct Feed {
    units: Vec<Unit>,
    employees: Vec<Employee>,
    validate_only: bool,
    allow_empty: bool,
}

/// How many entries are new, different, and so already.
#[derive(Clone, Copy, Default)]
struct Counts {
    added: u32,
    changed: u32,
    unchanged: u32,
}

impl ControlApi {
    pub(super) async fn organisation(
        &self,
        principal: &Principal,
        mut requests: Streaming<wire::ApplyOrganisationRequest>,
    ) -> Result<wire::ApplyOrganisationResponse, Status> {
        let _permit = self.organisations.try_acquire().map_err(|_| busy())?;
        let mut feed = Feed::default();
        while let Some(request) = requests.message().await.map_err(wire_errors::rewrite)? {
            feed.add(request).map_err(|violation| invalid(&[violation]))?;
        }
        if feed.units.is_empty() && feed.employees.is_empty() {
            let reason = "the call names no unit and no employee; give some";
            return Err(invalid(&[Violation::new("units", "NO_ENTRIES", reason)]));
        }
        let today = self.clock.day_of(self.clock.recorded());
        let plan = move |register: &Register| plan(register, feed, today);
        let decided = self.decider.decide(&principal.name, plan).await?;
        let Counts { added, changed, unchanged } = decided.found;
        let position = decided.position.map(position_to_wire);
        Ok(wire::ApplyOrganisationResponse { added, changed, unchanged, position })
    }
}

impl Feed {
    fn add(&mut self, request: wire::ApplyOrganisationRequest) -> Result<(), Violation> {
        self.validate_only |= request.validate_only;
        self.allow_empty |= request.allow_empty;
        let at = |list: &str, index: usize, violation: Violation| Violation {
            field: format!("{list}[{index}].{}", violation.field),
            ..violation
        };
        for unit in &request.units {
            let index = self.units.len();
            self.units.push(unit_from_wire(unit).map_err(|violation| at("units", index, violation))?);
        }
        for employee in &request.employees {
            let index = self.employees.len();
            let read = employee_from_wire(employee);
            self.employees.push(read.map_err(|violation| at("employees", index, violation))?);
        }
        if self.units.len() + self.employees.len() > ENTRIES_MAX {
            let reason =
                format!("more than {ENTRIES_MAX} units and employees in one call; apply them in parts");
            return Err(Violation::new("employees", "TOO_MANY", reason));
        }
        Ok(())
    }
}

fn plan(register: &Register, feed: Feed, today: Date) -> Result<Plan<Counts>, Status> {
    let organisation = register.organisation();
    organisation.check(&feed.units, &feed.employees).map_err(|violation| invalid(&[violation]))?;
    if !feed.allow_empty {
        emptying::refuse(organisation, &feed.units, &feed.employees, today)?;
    }
    let mut counts = Counts::default();
    let mut entries = Vec::new();
    for unit in feed.units {
        if counts.differs(organisation.unit(&unit.id), &unit) {
            entries.push((unit.id.clone(), Payload::Unit(unit)));
        }
    }
    for employee in feed.employees {
        if counts.differs(organisation.employee(&employee.id), &employee) {
            entries.push((employee.id.clone(), Payload::Employee(employee)));
        }
    }
    if feed.validate_only {
        entries.clear();
    }
    Ok(Plan { entries, is_change_set: true, found: counts })
}

impl Counts {
    fn differs<T: PartialEq>(&mut self, in_force: Option<&T>, wanted: &T) -> bool {
        let count = match in_force {
            None => &mut self.added,
            Some(in_force) if in_force != wanted => &mut self.changed,
            Some(_) => {
                self.unchanged += 1;
                return false;
            }
        };
        *count += 1;
        true
    }
}

fn busy() -> Status {
    let message = "other organisations are on their way in; try again when they are through";
    retry_later(Code::ResourceExhausted, "ORGANISATION_BUSY", message, std::time::Duration::from_secs(2))
}
