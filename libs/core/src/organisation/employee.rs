//! An employee, with the full history of memberships. The units themselves are not known here.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An employee.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Employee {
    /// Stable id, shared with no unit.
    pub id: String,
    /// The name for display.
    pub name: String,
    /// The units to which the employee belongs, and when.
    pub memberships: Vec<Membership>,
}

/// A membership: a range of days in a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Membership {
    /// The unit's id.
    pub unit: String,
    /// The first day; `None`: since the beginning.
    pub start: Option<Date>,
    /// The last day; `None`: open end.
    pub end: Option<Date>,
    /// The employee's role there, such as `teller`; may be empty.
    pub role: String,
    /// A secondary membership, which credits do not follow.
    pub is_secondary: bool,
}

impl Employee {
    /// An employee with one membership without dates, or with none.
    pub fn new(id: &str, name: &str, unit: Option<&str>) -> Employee {
        let memberships = unit.map(|unit| Membership { unit: unit.to_owned(), ..Membership::default() });
        Employee { id: id.to_owned(), name: name.to_owned(), memberships: memberships.into_iter().collect() }
    }

    /// The primary membership on a day, which credits follow.
    pub fn primary_on(&self, date: Date) -> Option<&Membership> {
        self.memberships.iter().find(|membership| !membership.is_secondary && membership.covers(date))
    }

    /// Whether the employee takes part in a period: belongs to a unit on any day of it, or has never belonged
    /// to one.
    pub fn is_active_within(&self, first: Date, last: Date) -> bool {
        let overlaps = |membership: &Membership| {
            membership.start.is_none_or(|start| start <= last)
                && membership.end.is_none_or(|end| first <= end)
        };
        self.memberships.is_empty() || self.memberships.iter().any(overlaps)
    }

    /// Every day on which a primary membership begins or has just ended, in order.
    pub fn turning_days(&self) -> Vec<Date> {
        let primary = self.memberships.iter().filter(|membership| !membership.is_secondary);
        let ended = |membership: &Membership| membership.end.and_then(|end| end.tomorrow().ok());
        let mut days: Vec<Date> =
            primary.flat_map(|membership| membership.start.into_iter().chain(ended(membership))).collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

impl Membership {
    /// Whether a day is within the membership.
    pub fn covers(&self, date: Date) -> bool {
        self.start.is_none_or(|start| start <= date) && self.end.is_none_or(|end| date <= end)
    }
}
