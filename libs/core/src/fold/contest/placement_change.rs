//! How a change of the organisation affects a contest: which leaves must be credited again, and whether its
//! boards may get other rows or list other participants.

use crate::contest::Listing;
use crate::fold::contest::state::ContestState;
use crate::fold::ledger::leaf::LeafKey;
use crate::fold::placement::moved::Moved;
use crate::organisation::{Employee, Organisation};
use crate::register::OrganisationChange;
use crate::types::ids::{HolderId, PlaceId};

/// Whether the credits of a leaf may now belong elsewhere.
pub(crate) fn is_affected(key: LeafKey, moved: &Moved) -> bool {
    let is_unassigned_there = key.person == HolderId::NOBODY && moved.units.contains(&key.holder);
    moved.employees.contains(&key.person)
        || moved.names.contains(&key.holder)
        || is_unassigned_there
        || key.place == PlaceId::HELD
        || moved.meets(key.place)
}

/// Whether rows appear, disappear or change their names.
pub(crate) fn has_other_rows(change: &OrganisationChange, organisation: &Organisation) -> bool {
    match change {
        OrganisationChange::Unit(_) => true,
        OrganisationChange::Employee(id, before) => {
            let after = organisation.employee(id);
            before.as_ref().map(|before| &before.name) != after.map(|after| &after.name)
        }
        OrganisationChange::HandOver(..) | OrganisationChange::Code(..) => false,
    }
}

/// Whether an employee may appear on or disappear from a list of everybody eligible, or the number of heads
/// may change.
pub(crate) fn may_be_listed_otherwise(
    change: &OrganisationChange,
    organisation: &Organisation,
    state: &ContestState,
) -> bool {
    let OrganisationChange::Employee(id, before) = change else { return false };
    let contest = &state.contest;
    let is_active = |employee: Option<&Employee>| {
        employee.is_some_and(|employee| employee.is_active_within(contest.start, contest.end))
    };
    let counts_heads = contest.ranked_by.counts_heads();
    counts_heads
        || contest.listing == Listing::Eligible
            && is_active(before.as_ref()) != is_active(organisation.employee(id))
}
