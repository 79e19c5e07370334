//! Participants whose placement may have changed when the organisation did. Every id in the changed entries
//! gets a number here, so that places with these ids can be stored.

use rustc_hash::FxHashSet;

use crate::fold::placement::places::{Places, Stop};
use crate::organisation::{Organisation, Unit};
use crate::register::OrganisationChange;
use crate::types::ids::{HolderId, PlaceId};
use crate::types::names::Names;

/// Participants whose placement may have changed.
#[derive(Default)]
pub struct Moved {
    /// Units whose own entry changed, or that a changed code means.
    pub units: FxHashSet<HolderId>,
    /// Employees whose own entry changed.
    pub employees: FxHashSet<HolderId>,
    /// Names that may mean somebody else than before.
    pub names: FxHashSet<HolderId>,
    /// For each place: whether one of these units is on its path.
    places: Vec<bool>,
}

impl Moved {
    /// The participants that some changes affect. `organisation` is the one in force after the changes.
    pub fn of_changes(
        changes: &[OrganisationChange],
        organisation: &Organisation,
        participants: &mut Names<HolderId>,
    ) -> Moved {
        let mut moved = Moved::default();
        let mut givers: Vec<&str> = Vec::new();
        for change in changes {
            match change {
                OrganisationChange::Unit(id) => {
                    moved.units.insert(participants.intern(id));
                    for other in organisation.unit(id).into_iter().flat_map(Unit::named_units) {
                        participants.intern(other);
                    }
                }
                OrganisationChange::Employee(id, _) => {
                    moved.employees.insert(participants.intern(id));
                    for membership in organisation.employee(id).into_iter().flat_map(|e| &e.memberships) {
                        participants.intern(&membership.unit);
                    }
                }
                OrganisationChange::HandOver(id, before) => {
                    for one in organisation.hand_over(id).into_iter().chain(before) {
                        participants.intern(&one.to);
                        givers.push(&one.from);
                    }
                }
                OrganisationChange::Code(code, before) => {
                    moved.names.insert(participants.intern(&code.code));
                    // If units come from the event's branch, the leaf does not record which code was used.
                    moved.units.insert(participants.intern(&code.code));
                    for meaning in before.iter().chain([code]).flat_map(|code| &code.meanings) {
                        moved.units.insert(participants.intern(&meaning.id));
                    }
                }
            }
        }
        let names = organisation.names_that_may_mean(givers);
        moved.names.extend(names.into_iter().map(|name| participants.intern(name)));
        moved
    }

    /// The names whose place must be looked up again. If units moved as well, all names must be.
    pub fn people(&self) -> FxHashSet<HolderId> {
        self.employees.union(&self.names).copied().collect()
    }

    /// Finds the places whose path contains a changed unit.
    pub fn find_places(&mut self, places: &Places) {
        let meets = |stop: &Stop| self.units.contains(&stop.unit());
        self.places =
            (0..places.len()).map(|place| places.stops(PlaceId::at(place)).iter().any(meets)).collect();
    }

    /// Whether the path of a place contains a changed unit. Valid only for places that existed when
    /// [`Moved::find_places`] was called.
    pub fn meets(&self, place: PlaceId) -> bool {
        self.places[place.index()]
    }
}
