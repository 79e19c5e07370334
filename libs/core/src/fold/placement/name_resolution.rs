//! Which participant and unit a name in an event means on a day, and the reason if it leads to no unit. The
//! searches for unresolved names and for mismatches resolve names only through this file.

use serde::{Deserialize, Serialize};

use crate::fold::placement::context::Context;
use crate::fold::placement::places::{Named, Places, Stop};
use crate::organisation::Role;
use crate::types::ids::{HolderId, PlaceId};

/// Why a name leads to no unit on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// No employee of that id is known.
    UnknownEmployee,
    /// A unit of that id is named as a branch, and no such unit is known.
    UnknownBranch,
    /// The employee's unit is not known, or not open.
    UnitNotOpen,
    /// The branch is not open, and no other unit took it over.
    BranchNotOpen,
    /// A unit is named as an employee.
    UnitAsEmployee,
    /// An employee is named as a branch.
    EmployeeAsBranch,
    /// The employee belongs to no unit.
    InNoUnit,
    /// The source uses the name as a code that means nobody on the day.
    CodeMeansNobody,
}

impl Reason {
    /// Whether credits wait until the organisation can resolve the name. An employee who belongs to no unit
    /// gets the credits at once.
    pub fn waits(self) -> bool {
        self != Reason::InNoUnit
    }
}

/// What is needed to resolve a name to a participant and a place.
pub(crate) struct NameResolution<'a> {
    pub context: Context<'a>,
    pub places: &'a mut Places,
}

impl NameResolution<'_> {
    /// Whether the organisation knows a name as an employee or as a unit.
    pub fn is_known(&self, holder: HolderId, role: Role) -> bool {
        let Context { organisation, participants, .. } = self.context;
        match role {
            _ if holder == HolderId::UNKNOWN => false,
            Role::Employee => organisation.employee(participants.text(holder)).is_some(),
            Role::Unit => organisation.unit(participants.text(holder)).is_some(),
        }
    }

    /// Whether the name can mean another participant for some source or customer.
    pub fn is_ambiguous(&self, holder: HolderId) -> bool {
        self.context.organisation.is_ambiguous(self.context.participants.text(holder))
    }

    /// The participant that a name means, and its place on the day.
    ///
    /// # Errors
    /// The reason why the name leads to no unit.
    pub fn place(&mut self, named: Named) -> Result<(HolderId, PlaceId), Reason> {
        let (meant, place) = self.places.of(named, self.context);
        let (employee, unit) = (self.is_known(meant, Role::Employee), self.is_known(meant, Role::Unit));
        match (place, named.role) {
            (PlaceId::NOWHERE, _) => Err(Reason::InNoUnit),
            (PlaceId::HELD, _) if meant == HolderId::UNKNOWN => Err(Reason::CodeMeansNobody),
            (PlaceId::HELD, Role::Employee) if employee => Err(Reason::UnitNotOpen),
            (PlaceId::HELD, Role::Employee) if unit => Err(Reason::UnitAsEmployee),
            (PlaceId::HELD, Role::Employee) => Err(Reason::UnknownEmployee),
            (PlaceId::HELD, Role::Unit) if unit => Err(Reason::BranchNotOpen),
            (PlaceId::HELD, Role::Unit) if employee => Err(Reason::EmployeeAsBranch),
            (PlaceId::HELD, Role::Unit) => Err(Reason::UnknownBranch),
            (place, _) => Ok((meant, place)),
        }
    }

    /// The open units on the path of a place, from the lowest up.
    pub fn units(&self, place: PlaceId) -> impl Iterator<Item = HolderId> + '_ {
        self.places.stops(place).iter().filter_map(|stop| match stop {
            Stop::Unit(unit) => Some(*unit),
            Stop::Passed(_) => None,
        })
    }
}
