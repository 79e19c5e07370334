//! One unit or one employee on a day. Everything in the answer reflects one position. Long lists are cut off,
//! with their full length given.

use jiff::civil::Date;
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::{Employee, Membership, Organisation, Step, Unit};
use longhu_core::register::InForce;
use longhu_proto::organisation::{employee_to_wire, unit_to_wire};
use longhu_proto::scalar::{date_to_wire, position_to_wire, time_to_wire};
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::describe_response::Subject;
use tonic::Status;

use crate::query::organisation::day::{default_date, not_found};
use crate::query::position_tokens::reflected;

/// The most children or members in one answer.
const LIST_MAX: usize = 1_000;

/// Answers `Describe`.
///
/// # Errors
/// NOT_FOUND with NOT_IN_ORGANISATION.
pub fn describe(shard: &Shard, id: &str, asked: Option<Date>) -> Result<wire::DescribeResponse, Status> {
    let (register, organisation) = (shard.register(), shard.register().organisation());
    let date = asked.unwrap_or_else(|| default_date(shard));
    let unit = organisation.unit(id).zip(register.unit(id));
    let employee = organisation.employee(id).zip(register.employee(id));
    let (decided, subject) = match (unit, employee) {
        (Some((unit, decided)), _) => (decided, Subject::Unit(unit_on(organisation, unit, date))),
        (None, Some((employee, decided))) => {
            (decided, Subject::Employee(employee_on(organisation, employee, date)))
        }
        (None, None) => return Err(not_found(id)),
    };
    let InForce { revision, principal, position, value: () } = decided;
    Ok(wire::DescribeResponse {
        position: Some(reflected(shard)),
        as_of_time: Some(time_to_wire(shard.head().as_of)),
        date: Some(date_to_wire(date)),
        revision: *revision,
        principal: principal.clone(),
        decided_position: Some(position_to_wire(*position)),
        subject: Some(subject),
    })
}

fn unit_on(organisation: &Organisation, unit: &Unit, date: Date) -> wire::UnitOnDay {
    let open = unit.is_open(date);
    let (counts, mut members) = organisation.head_counts_and_members(&unit.id, date);
    let children = match open {
        true => organisation.tree(Some(&unit.id), 2, date).split_off(1),
        false => Vec::new(),
    };
    let child = |child: &Unit| wire::ChildUnit {
        id: child.id.clone(),
        kind: child.kind.clone(),
        name: child.name_on(date).to_owned(),
        head_count: counts.of(&child.id),
    };
    members.sort_unstable_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    let member = |(employee, primary): &(&Employee, &Membership)| wire::Member {
        id: employee.id.clone(),
        name: employee.name.clone(),
        role: primary.role.clone(),
        unit: primary.unit.clone(),
    };
    let has_ended = unit.end.is_some_and(|end| end < date);
    wire::UnitOnDay {
        history: Some(unit_to_wire(unit)),
        name: unit.name_on(date).to_owned(),
        parent: unit.parent_on(date).unwrap_or_default().to_owned(),
        open,
        merged_into: unit.merged_into.clone().filter(|_| has_ended).unwrap_or_default(),
        way_up: way_up(organisation, &unit.id, date).split_off(1),
        peer_groups: unit.peer_groups_on(date).map(str::to_owned).collect(),
        head_count: counts.of(&unit.id),
        children: children.iter().take(LIST_MAX).map(|node| child(node.unit)).collect(),
        total_children: children.len() as u64,
        members: members.iter().take(LIST_MAX).map(member).collect(),
        total_members: members.len() as u64,
    }
}

fn employee_on(organisation: &Organisation, employee: &Employee, date: Date) -> wire::EmployeeOnDay {
    let history = employee_to_wire(employee);
    let on_day = |(membership, stored): (&Membership, &wire::Membership)| wire::MembershipOnDay {
        membership: Some(stored.clone()),
        unit_kind: organisation.unit(&membership.unit).map(|unit| unit.kind.clone()).unwrap_or_default(),
        unit_name: organisation.name(&membership.unit, date).unwrap_or_default().to_owned(),
    };
    let all = || employee.memberships.iter().zip(&history.memberships);
    let primary = employee.primary_on(date);
    let secondary = all().filter(|(membership, _)| membership.is_secondary && membership.covers(date));
    wire::EmployeeOnDay {
        primary: all().find(|(membership, _)| Some(*membership) == primary).map(on_day),
        way_up: primary.map(|primary| way_up(organisation, &primary.unit, date)).unwrap_or_default(),
        secondary: secondary.map(on_day).collect(),
        history: Some(history),
    }
}

/// The path from a unit to the top, including the unit itself.
fn way_up(organisation: &Organisation, unit: &str, date: Date) -> Vec<wire::Step> {
    let step = |step: &Step| {
        let (id, state) = match *step {
            Step::Unit(id) => (id, wire::StepState::Stands),
            Step::Merged(id) => (id, wire::StepState::Merged),
            Step::Missing(id) => (id, wire::StepState::Missing),
        };
        wire::Step {
            id: id.to_owned(),
            kind: organisation.unit(id).map(|unit| unit.kind.clone()).unwrap_or_default(),
            name: organisation.name(id, date).unwrap_or_default().to_owned(),
            state: state.into(),
        }
    };
    organisation.path(unit, date).0.iter().map(step).collect()
}
