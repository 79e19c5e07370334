//! Where a name in an event leads on a day, and why, if it leads to no unit. The searches for unresolved names and for
//! mismatches ask here and nowhere else.

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
    /// The source uses the name as a code, and it means nobody on the day.
    CodeMeansNobody,
}

impl Reason {
    /// Whether credits wait for the organisation to know better. Those of an employee in no unit count for him.
    pub fn waits(self) -> bool {
        self != Reason::InNoUnit
    }
}

/// What it takes to say whom a name means and where that one stands.
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

    /// Whether a name may mean another, in some source or for some customer.
    pub fn is_ambiguous(&self, holder: HolderId) -> bool {
        self.context.organisation.is_ambiguous(self.context.participants.text(holder))
    }

    /// Who is meant by a name, and the place of that one on the day.
    ///
    /// # Errors
    /// Why there is none.
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

    /// The units that stand on a place's way, from below.
    pub fn units(&self, place: PlaceId) -> impl Iterator<Item = HolderId> + '_ {
        self.places.stops(place).iter().filter_map(|stop| match stop {
            Stop::Unit(unit) => Some(*unit),
            Stop::Passed(_) => None,
        })
    }
}
