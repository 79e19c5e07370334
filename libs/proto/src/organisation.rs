//! Units and employees on the wire to and from the core's.

use longhu_core::organisation::{Employee, Unit};
use longhu_core::violation::Violation;

use crate::wire::organisation::v1 as wire;

/// A unit from the wire.
pub fn unit_from_wire(unit: &wire::Unit) -> Unit {
    Unit {
        id: unit.id.clone(),
        kind: unit.kind.clone(),
        parent: (!unit.parent.is_empty()).then(|| unit.parent.clone()),
        name: unit.name.clone(),
    }
}

/// A unit for the wire.
pub fn unit_to_wire(unit: &Unit) -> wire::Unit {
    wire::Unit {
        id: unit.id.clone(),
        kind: unit.kind.clone(),
        parent: unit.parent.clone().unwrap_or_default(),
        name: unit.name.clone(),
    }
}

/// An employee from the wire.
pub fn employee_from_wire(employee: &wire::Employee) -> Result<Employee, Violation> {
    let unit = match employee.memberships.as_slice() {
        [] => None,
        [membership] => Some(membership.unit.clone()),
        _ => {
            let reason = "an employee has at most one membership so far; keep the one that counts";
            return Err(Violation::new("memberships", "TOO_MANY", reason));
        }
    };
    Ok(Employee { id: employee.id.clone(), name: employee.name.clone(), unit })
}

/// An employee for the wire.
pub fn employee_to_wire(employee: &Employee) -> wire::Employee {
    let memberships = employee.unit.iter().map(|unit| wire::Membership { unit: unit.clone() }).collect();
    wire::Employee { id: employee.id.clone(), name: employee.name.clone(), memberships }
}
