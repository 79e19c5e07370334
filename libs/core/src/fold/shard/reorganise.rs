//! What a change of the organisation does to contests that have counted already: those whose place in the tree may have
//! become otherwise give back what they hold, and get it again from the journal, entry by entry, each by its own business
//! date. Nothing is read from the log, and nobody else is touched.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::contest::{Listing, RankedBy};
use crate::fold::board::digest::Digest;
use crate::fold::contest::gather::find_dossiers;
use crate::fold::contest::slot::Served;
use crate::fold::contest::state::ContestState;
use crate::fold::credit::group::Group;
use crate::fold::entity::dossiers::{About, Reading};
use crate::fold::journal::chain::walk;
use crate::fold::ledger::leaf::LeafKey;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::fold::placement::places::{Places, Stop};
use crate::fold::result::late::{LateAbout, LateEntry, digests};
use crate::fold::shard::Shard;
use crate::organisation::{Employee, Organisation, Unit};
use crate::register::OrganisationChange;
use crate::types::ids::{HolderId, LeafId, PlaceId};
use crate::types::pages::{PageError, Pages};
use crate::{Position, Time};

/// Who became otherwise, by participant numbers.
#[derive(Default)]
struct Touched {
    units: FxHashSet<HolderId>,
    employees: FxHashSet<HolderId>,
    /// Names that may mean somebody else than before.
    names: FxHashSet<HolderId>,
}

impl Shard {
    /// Brings every contest in line with the organisation in force.
    pub(crate) fn reorganise(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        recorded: Time,
        changes: &[OrganisationChange],
    ) -> Result<(), PageError> {
        let touched = self.intern_touched(changes);
        let before = self.sealed_digests();
        let of_people: FxHashSet<HolderId> = touched.employees.union(&touched.names).copied().collect();
        let moves_units = changes.iter().any(|change| matches!(change, OrganisationChange::Unit(_)));
        self.places.forget((!moves_units).then_some(&of_people));
        let affected = affected_places(&self.places, &touched);
        let mut moved: BTreeSet<HolderId> = BTreeSet::new();
        for served in self.contests.values_mut() {
            for (state, _) in served.states() {
                let leaves = state.leaves.keys().iter();
                let own = leaves.filter(|key| is_affected(**key, &touched, &affected));
                moved.extend(own.map(|key| key.holder));
            }
        }
        self.take_back_from(&moved);
        for holder in moved {
            self.give_again(pages, holder)?;
        }
        self.reshape(changes);
        self.note_moved(before, position, recorded);
        Ok(())
    }

    /// Numbers every id that the changed entries name.
    fn intern_touched(&mut self, changes: &[OrganisationChange]) -> Touched {
        let mut touched = Touched::default();
        let mut givers: Vec<&str> = Vec::new();
        let organisation = self.register.organisation();
        for change in changes {
            match change {
                OrganisationChange::Unit(id) => {
                    touched.units.insert(self.participants.intern(id));
                    for other in organisation.unit(id).into_iter().flat_map(Unit::named_units) {
                        self.participants.intern(other);
                    }
                }
                OrganisationChange::Employee(id, _) => {
                    touched.employees.insert(self.participants.intern(id));
                    for membership in organisation.employee(id).into_iter().flat_map(|e| &e.memberships) {
                        self.participants.intern(&membership.unit);
                    }
                }
                OrganisationChange::HandOver(id, before) => {
                    for one in organisation.hand_over(id).into_iter().chain(before) {
                        self.participants.intern(&one.to);
                        givers.push(&one.from);
                    }
                }
                OrganisationChange::Code(code, before) => {
                    touched.names.insert(self.participants.intern(&code.code));
                    // Where the event's branch gives the units, the leaf does not say which code it was.
                    touched.units.insert(self.participants.intern(&code.code));
                    for meaning in before.iter().chain([code]).flat_map(|code| &code.meanings) {
                        touched.units.insert(self.participants.intern(&meaning.id));
                    }
                }
            }
        }
        let names = organisation.names_that_may_mean(givers);
        touched.names.extend(names.into_iter().map(|name| self.participants.intern(name)));
        touched
    }

    fn take_back_from(&mut self, holders: &BTreeSet<HolderId>) {
        for served in self.contests.values_mut() {
            for (state, _) in served.states() {
                for leaf in (0..state.leaves.keys().len()).map(LeafId::at) {
                    if holders.contains(&state.leaves.keys()[leaf.index()].holder) {
                        state.clear_leaf(leaf);
                    }
                }
            }
        }
    }

    fn give_again(&mut self, pages: &dyn Pages, holder: HolderId) -> Result<(), PageError> {
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        let (contests, places) = (&mut self.contests, &mut self.places);
        let mut seen: FxHashSet<Position> = FxHashSet::default();
        let (mut about, gathered) = (BTreeSet::new(), &self.gathered);
        walk(&mut self.journal, pages, holder, &mut |journal, met| {
            if !seen.insert(met.position) {
                return None;
            }
            let event = met.fact.event(journal.codes(), context.participants, context.sources);
            let creditors = met.fact.creditors();
            let (source, recorded) = (met.fact.source, met.fact.recorded);
            let holders = Holders::of(&event, met.fact.branch, &creditors, source, context.keys);
            let group = Group { event: &event, source, recorded, takings: met.takings };
            for served in contests.values_mut() {
                for (state, backfill) in served.states() {
                    if backfill.is_none_or(|backfill| backfill.holds(met.position)) {
                        state.give_again(holder, holders, group, context, places);
                    }
                }
            }
            about.extend(find_dossiers(&event, context.keys, gathered));
            None
        })?;
        for about in about {
            self.give_gathered_again(pages, holder, about)?;
        }
        Ok(())
    }

    /// Gives again what one holder has of a dossier.
    fn give_gathered_again(
        &mut self,
        pages: &dyn Pages,
        holder: HolderId,
        about: About,
    ) -> Result<(), PageError> {
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        let (codes, contests, places) = (self.journal.codes(), &mut self.contests, &mut self.places);
        self.dossiers.read(pages, about, |dossier| {
            let reading = Reading::new(dossier, codes, context);
            for (state, backfill) in contests.values_mut().flat_map(Served::states) {
                let has = |at: Position| backfill.is_none_or(|backfill| backfill.holds(at));
                state.give_all_again(holder, about, &reading, Some(&has), context, places)?;
            }
            Ok(())
        })
    }

    /// Derives boards afresh whose participants, names or kinds may have changed.
    fn reshape(&mut self, changes: &[OrganisationChange]) {
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        let organisation = context.organisation;
        let all = changes.iter().any(|change| is_reshaping(change, organisation));
        for served in self.contests.values_mut() {
            for (state, _) in served.states() {
                if all || changes.iter().any(|change| takes_part_otherwise(change, organisation, state)) {
                    state.roll_up(context, &self.places);
                }
            }
        }
    }

    /// The tables of sealed contests as they would stand.
    fn sealed_digests(&mut self) -> Vec<(String, Vec<Digest>)> {
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        let sealed = self.contests.iter_mut().filter(|(_, served)| served.sealed.is_some());
        let live = sealed.filter_map(|(id, served)| Some((id, served.live.as_mut()?)));
        live.map(|(id, live)| (id.clone(), digests(live, context))).collect()
    }

    fn note_moved(&mut self, before: Vec<(String, Vec<Digest>)>, position: Position, recorded: Time) {
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        for (id, before) in before {
            let Some(served) = self.contests.get_mut(&id) else { continue };
            let (Some(live), Some(sealed)) = (&mut served.live, &mut served.sealed) else { continue };
            if digests(live, context) != before {
                let (about, changes) = (LateAbout::Organisation, Vec::new());
                sealed.note(LateEntry { position, recorded, about, changes });
            }
        }
    }
}

/// Whether each place's way meets a unit that changed.
fn affected_places(places: &Places, touched: &Touched) -> Vec<bool> {
    let meets = |stop: &Stop| touched.units.contains(&stop.unit());
    (0..places.len()).map(|place| places.stops(PlaceId::at(place)).iter().any(meets)).collect()
}

fn is_affected(key: LeafKey, touched: &Touched, affected: &[bool]) -> bool {
    let is_unassigned_there = key.person == HolderId::NOBODY && touched.units.contains(&key.holder);
    touched.employees.contains(&key.person)
        || touched.names.contains(&key.holder)
        || is_unassigned_there
        || key.place == PlaceId::HELD
        || affected[key.place.index()]
}

/// Whether rows come, go, or are called otherwise.
fn is_reshaping(change: &OrganisationChange, organisation: &Organisation) -> bool {
    match change {
        OrganisationChange::Unit(_) => true,
        OrganisationChange::Employee(id, before) => {
            let after = organisation.employee(id);
            before.as_ref().map(|before| &before.name) != after.map(|after| &after.name)
        }
        OrganisationChange::HandOver(..) | OrganisationChange::Code(..) => false,
    }
}

/// Whether an employee begins or ceases to be listed where everybody is who takes part, or heads are counted.
fn takes_part_otherwise(
    change: &OrganisationChange,
    organisation: &Organisation,
    state: &ContestState,
) -> bool {
    let OrganisationChange::Employee(id, before) = change else { return false };
    let contest = &state.contest;
    let is_active = |employee: Option<&Employee>| {
        employee.is_some_and(|employee| employee.is_active_within(contest.start, contest.end))
    };
    let counts_heads = contest.ranked_by == RankedBy::PerHead;
    counts_heads
        || contest.listing == Listing::Eligible
            && is_active(before.as_ref()) != is_active(organisation.employee(id))
}
