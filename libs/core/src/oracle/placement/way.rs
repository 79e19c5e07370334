//! Where somebody belonged on a day: the units from one upwards, each as it was on that day.

use jiff::civil::Date;

use crate::oracle::register::Organisation;
use crate::organisation::{Employee, Membership, Unit};

/// The most steps that are followed, including merged units.
const STEPS_MAX: usize = 32;

/// Why a path ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The last unit is at the top, or there was no unit to start with.
    #[default]
    Top,
    /// The next unit is not known.
    Unknown,
    /// The next unit was not yet open.
    NotYetOpen,
    /// The next unit was closed and not merged into another.
    Closed,
    /// The path is too long.
    TooLong,
}

/// A path upwards on a day.
#[derive(Clone, Debug, Default)]
pub struct Way<'a> {
    /// The open units on it, from the lowest up.
    pub standing: Vec<&'a Unit>,
    /// The merged units on it, which were replaced by others.
    pub merged: Vec<&'a Unit>,
    /// Why it ends.
    pub end: End,
}

/// The path from `start` upwards on a day.
pub(crate) fn way<'a>(organisation: &Organisation<'a>, start: &'a str, day: Date) -> Way<'a> {
    let mut way = Way::default();
    let mut next = start;
    for _ in 0..STEPS_MAX {
        let Some(unit) = organisation.units.get(next).copied() else {
            return Way { end: End::Unknown, ..way };
        };
        let is_begun = unit.start.is_none_or(|first| day >= first);
        let is_over = unit.end.is_some_and(|last| day > last);
        if is_begun && !is_over {
            way.standing.push(unit);
            match parent(unit, day) {
                Some(above) => next = above,
                None => return way,
            }
        } else if is_over && let Some(into) = &unit.merged_into {
            way.merged.push(unit);
            next = into;
        } else {
            return Way { end: if is_over { End::Closed } else { End::NotYetOpen }, ..way };
        }
    }
    Way { end: End::TooLong, ..way }
}

/// The parent unit on a day.
fn parent(unit: &Unit, day: Date) -> Option<&str> {
    let mut parent = &unit.parent;
    for change in &unit.changes {
        if let Some(above) = &change.parent
            && change.date <= day
        {
            parent = above;
        }
    }
    parent.as_deref()
}

/// The name on a day.
pub(crate) fn name(unit: &Unit, day: Date) -> &str {
    let mut name = &unit.name;
    for change in &unit.changes {
        if let Some(other) = &change.name
            && change.date <= day
        {
            name = other;
        }
    }
    name
}

/// The primary membership on a day, which credits follow.
pub(crate) fn membership(employee: &Employee, day: Date) -> Option<&Membership> {
    for membership in &employee.memberships {
        let is_begun = membership.start.is_none_or(|first| day >= first);
        let is_over = membership.end.is_some_and(|last| day > last);
        if !membership.is_secondary && is_begun && !is_over {
            return Some(membership);
        }
    }
    None
}

/// Whether two ranges of days have a day in common.
fn meet(start: Option<Date>, end: Option<Date>, first: Date, last: Date) -> bool {
    let ended_before = end.is_some_and(|end| end < first);
    let begins_after = start.is_some_and(|start| start > last);
    !ended_before && !begins_after
}

/// Whether a unit takes part in a period.
pub(crate) fn unit_takes_part(unit: &Unit, first: Date, last: Date) -> bool {
    meet(unit.start, unit.end, first, last)
}

/// Whether an employee takes part in a period. An employee who never belonged to a unit always does.
pub(crate) fn employee_takes_part(employee: &Employee, first: Date, last: Date) -> bool {
    let mut memberships = employee.memberships.iter();
    employee.memberships.is_empty() || memberships.any(|one| meet(one.start, one.end, first, last))
}

/// The number of employees in a unit or below it on a day.
pub(crate) fn heads(organisation: &Organisation, id: &str, day: Date) -> u64 {
    let mut heads = 0;
    for employee in organisation.employees.values() {
        let Some(membership) = membership(employee, day) else { continue };
        let way = way(organisation, &membership.unit, day);
        if way.standing.iter().any(|unit| unit.id == id) {
            heads += 1;
        }
    }
    heads
}
