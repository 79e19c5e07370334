//! Conversion of units, employees, hand-overs and sources' codes between the wire and the core.

use jiff::civil::Date;
use longhu_core::organisation::{
    Employee, HandOver, Meaning, Membership, PeerGroup, SourceCode, Unit, UnitChange,
};
use longhu_core::types::violation::Violation;

use crate::generated::google::r#type as google_type;
use crate::scalar::{date_from_wire, date_to_wire};
use crate::wire::organisation::v1 as wire;

type WireDate = Option<google_type::Date>;

/// Converts a message to a unit.
///
/// # Errors
/// An invalid date.
pub fn unit_from_wire(unit: &wire::Unit) -> Result<Unit, Violation> {
    let changes = unit.changes.iter().enumerate().map(|(index, change)| {
        let date = date(&format!("changes[{index}].date"), &change.date)?.ok_or_else(|| {
            let reason = "a change has its first day; give it";
            Violation::new(format!("changes[{index}].date"), "MISSING_FIELD", reason)
        })?;
        let parent = change.parent.as_ref().map(|parent| filled(parent));
        Ok(UnitChange { date, parent, name: change.name.clone() })
    });
    let groups = unit.peer_groups.iter().enumerate().map(|(index, group)| {
        let field = |name: &str| format!("peer_groups[{index}].{name}");
        Ok(PeerGroup {
            label: group.label.clone(),
            start: date(&field("start_date"), &group.start_date)?,
            end: date(&field("end_date"), &group.end_date)?,
        })
    });
    Ok(Unit {
        id: unit.id.clone(),
        kind: unit.kind.clone(),
        parent: filled(&unit.parent),
        name: unit.name.clone(),
        start: date("start_date", &unit.start_date)?,
        end: date("end_date", &unit.end_date)?,
        changes: changes.collect::<Result<_, Violation>>()?,
        merged_into: filled(&unit.merged_into),
        peer_groups: groups.collect::<Result<_, Violation>>()?,
    })
}

/// Converts a unit to its message.
pub fn unit_to_wire(unit: &Unit) -> wire::Unit {
    let change = |change: &UnitChange| wire::UnitChange {
        date: Some(date_to_wire(change.date)),
        parent: change.parent.clone().map(Option::unwrap_or_default),
        name: change.name.clone(),
    };
    let group = |group: &PeerGroup| wire::PeerGroup {
        label: group.label.clone(),
        start_date: group.start.map(date_to_wire),
        end_date: group.end.map(date_to_wire),
    };
    wire::Unit {
        id: unit.id.clone(),
        kind: unit.kind.clone(),
        parent: unit.parent.clone().unwrap_or_default(),
        name: unit.name.clone(),
        start_date: unit.start.map(date_to_wire),
        end_date: unit.end.map(date_to_wire),
        changes: unit.changes.iter().map(change).collect(),
        merged_into: unit.merged_into.clone().unwrap_or_default(),
        peer_groups: unit.peer_groups.iter().map(group).collect(),
    }
}

/// Converts a message to an employee.
///
/// # Errors
/// An invalid date.
pub fn employee_from_wire(employee: &wire::Employee) -> Result<Employee, Violation> {
    let memberships = employee.memberships.iter().enumerate().map(|(index, membership)| {
        let field = |name: &str| format!("memberships[{index}].{name}");
        Ok(Membership {
            unit: membership.unit.clone(),
            start: date(&field("start_date"), &membership.start_date)?,
            end: date(&field("end_date"), &membership.end_date)?,
            role: membership.role.clone(),
            is_secondary: membership.secondary,
        })
    });
    let memberships = memberships.collect::<Result<_, Violation>>()?;
    Ok(Employee { id: employee.id.clone(), name: employee.name.clone(), memberships })
}

/// Converts an employee to its message.
pub fn employee_to_wire(employee: &Employee) -> wire::Employee {
    let membership = |membership: &Membership| wire::Membership {
        unit: membership.unit.clone(),
        start_date: membership.start.map(date_to_wire),
        end_date: membership.end.map(date_to_wire),
        role: membership.role.clone(),
        secondary: membership.is_secondary,
    };
    let memberships = employee.memberships.iter().map(membership).collect();
    wire::Employee { id: employee.id.clone(), name: employee.name.clone(), memberships }
}

/// Converts a message to a hand-over, with its customers sorted and without duplicates.
///
/// # Errors
/// An invalid date, or a missing first day.
pub fn hand_over_from_wire(hand_over: &wire::HandOver) -> Result<HandOver, Violation> {
    let start = date("start_date", &hand_over.start_date)?.ok_or_else(|| {
        let reason = "a hand-over has its first day; give it";
        Violation::new("start_date", "MISSING_FIELD", reason)
    })?;
    let mut customers = hand_over.customers.clone();
    customers.sort_unstable();
    customers.dedup();
    Ok(HandOver {
        id: hand_over.id.clone(),
        from: hand_over.from_employee.clone(),
        to: hand_over.to_employee.clone(),
        start,
        end: date("end_date", &hand_over.end_date)?,
        is_for_all: hand_over.all_customers,
        customers,
    })
}

/// Converts a hand-over to its message.
pub fn hand_over_to_wire(hand_over: &HandOver) -> wire::HandOver {
    wire::HandOver {
        id: hand_over.id.clone(),
        from_employee: hand_over.from.clone(),
        to_employee: hand_over.to.clone(),
        start_date: Some(date_to_wire(hand_over.start)),
        end_date: hand_over.end.map(date_to_wire),
        all_customers: hand_over.is_for_all,
        customers: hand_over.customers.clone(),
    }
}

/// Converts a message to a source's code.
///
/// # Errors
/// An invalid date.
pub fn code_from_wire(code: &wire::SourceCode) -> Result<SourceCode, Violation> {
    let meanings = code.meanings.iter().enumerate().map(|(index, meaning)| {
        let field = |name: &str| format!("meanings[{index}].{name}");
        Ok(Meaning {
            id: meaning.id.clone(),
            start: date(&field("start_date"), &meaning.start_date)?,
            end: date(&field("end_date"), &meaning.end_date)?,
        })
    });
    let meanings = meanings.collect::<Result<_, Violation>>()?;
    Ok(SourceCode { source: code.source.clone(), code: code.code.clone(), meanings })
}

/// Converts a source's code to its message.
pub fn code_to_wire(code: &SourceCode) -> wire::SourceCode {
    let meaning = |meaning: &Meaning| wire::CodeMeaning {
        id: meaning.id.clone(),
        start_date: meaning.start.map(date_to_wire),
        end_date: meaning.end.map(date_to_wire),
    };
    let meanings = code.meanings.iter().map(meaning).collect();
    wire::SourceCode { source: code.source.clone(), code: code.code.clone(), meanings }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn date(field: &str, date: &WireDate) -> Result<Option<Date>, Violation> {
    date.as_ref().map(|date| date_from_wire(field, date)).transpose()
}
