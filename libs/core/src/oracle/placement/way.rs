//! Where somebody belonged on a day: from a unit upwards, one unit after the other, as each was on that day.

use jiff::civil::Date;

use crate::oracle::register::Organisation;
use crate::organisation::{Employee, Membership, Unit};

/// After so many units, those that were merged among them, nobody looks further.
const STEPS_MAX: usize = 32;

/// Why a way leads no further.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The last unit stands at the top, or there was no unit to begin with.
    #[default]
    Top,
    /// Nobody knows the next unit.
    Unknown,
    /// The next unit was not yet open.
    NotYetOpen,
    /// The next unit was closed and is merged into none.
    Closed,
    /// It is too long.
    TooLong,
}

/// The way upwards on a day.
#[derive(Clone, Debug, Default)]
pub struct Way<'a> {
    /// The units that stand on it, from below.
    pub standing: Vec<&'a Unit>,
    /// The units that it passes by, since another one stands for them.
    pub merged: Vec<&'a Unit>,
    /// Why it leads no further.
    pub end: End,
}

/// The way from `start` upwards on a day.
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

/// The unit above on a day.
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

/// The membership that a credit of a day follows.
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

/// Whether two times have a day in common.
fn meet(start: Option<Date>, end: Option<Date>, first: Date, last: Date) -> bool {
    let ended_before = end.is_some_and(|end| end < first);
    let begins_after = start.is_some_and(|start| start > last);
    !ended_before && !begins_after
}

/// Whether a unit takes part in a period.
pub(crate) fn unit_takes_part(unit: &Unit, first: Date, last: Date) -> bool {
    meet(unit.start, unit.end, first, last)
}

/// Whether an employee takes part in a period: who never belonged anywhere always does.
pub(crate) fn employee_takes_part(employee: &Employee, first: Date, last: Date) -> bool {
    let mut memberships = employee.memberships.iter();
    employee.memberships.is_empty() || memberships.any(|one| meet(one.start, one.end, first, last))
}

/// How many employees stand under a unit, or in it, on a day.
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
