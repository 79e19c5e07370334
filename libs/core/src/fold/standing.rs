//! Where a name in an event leads on a day, and if it leads to no unit, why. Searches ask nowhere else what a name means.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fold::places::{HELD, NOWHERE, PlaceId, Places, Role, Stop};
use crate::names::Names;
use crate::organisation::Organisation;

/// Why a name leads to no unit on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// No employee of that id is known.
    UnknownEmployee,
    /// No unit of that id is known, named as a branch.
    UnknownBranch,
    /// The employee's unit is not known, or not open.
    UnitNotOpen,
    /// The branch is not open, and no other unit goes on for it.
    BranchNotOpen,
    /// A unit is named as an employee.
    UnitAsEmployee,
    /// An employee is named as a branch.
    EmployeeAsBranch,
    /// The employee belongs to no unit.
    InNoUnit,
}

impl Reason {
    /// Whether credits wait for the organisation to know better. Those of an employee in no unit count for him.
    pub fn waits(self) -> bool {
        self != Reason::InNoUnit
    }
}

/// What tells the meaning of names.
pub(crate) struct Standing<'a> {
    pub organisation: &'a Organisation,
    pub participants: &'a Names,
    pub places: &'a mut Places,
}

impl Standing<'_> {
    /// Whether the organisation knows a name as an employee or as a unit.
    pub fn is_known(&self, holder: u32, role: Role) -> bool {
        let name = self.participants.text(holder);
        match role {
            Role::Employee => self.organisation.employee(name).is_some(),
            Role::Unit => self.organisation.unit(name).is_some(),
        }
    }

    /// The place of a creditor or a branch on a day.
    ///
    /// # Errors
    /// Why there is none.
    pub fn place(&mut self, holder: u32, role: Role, date: Date) -> Result<PlaceId, Reason> {
        let place = self.places.of(holder, role, date, self.organisation, self.participants);
        let (employee, unit) = (self.is_known(holder, Role::Employee), self.is_known(holder, Role::Unit));
        match (place, role) {
            (NOWHERE, _) => Err(Reason::InNoUnit),
            (HELD, Role::Employee) if employee => Err(Reason::UnitNotOpen),
            (HELD, Role::Employee) if unit => Err(Reason::UnitAsEmployee),
            (HELD, Role::Employee) => Err(Reason::UnknownEmployee),
            (HELD, Role::Unit) if unit => Err(Reason::BranchNotOpen),
            (HELD, Role::Unit) if employee => Err(Reason::EmployeeAsBranch),
            (HELD, Role::Unit) => Err(Reason::UnknownBranch),
            (place, _) => Ok(place),
        }
    }

    /// The units that stand on a place's way, from below.
    pub fn units(&self, place: PlaceId) -> impl Iterator<Item = u32> + '_ {
        self.places.stops(place).iter().filter_map(|stop| match stop {
            Stop::Unit(unit) => Some(*unit),
            Stop::Passed(_) => None,
        })
    }
}
