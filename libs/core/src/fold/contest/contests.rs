//! The contests of a shard, as one of its subscribers. This file passes each change on to every contest; what
//! it does to a single contest is in the other files of this folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::Position;
use crate::control::{Decision, Payload};
use crate::fold::backfill::{Backfill, PendingBackfill};
use crate::fold::board::digest::Digest;
use crate::fold::contest::late_difference::digests;
use crate::fold::contest::placement_change::{has_other_rows, is_affected, may_be_listed_otherwise};
use crate::fold::contest::slot::Slot;
use crate::fold::contest::state::ContestState;
use crate::fold::entity::dossier_change::DossierChange;
use crate::fold::entity::dossiers::id::DossierId;
use crate::fold::entity::dossiers::reading::Reading;
use crate::fold::journal::Journal;
use crate::fold::ledger::leaf::Leaves;
use crate::fold::placement::context::Context;
use crate::fold::placement::moved::Moved;
use crate::fold::placement::places::Places;
use crate::fold::result::late::{LateAbout, LateEntry};
use crate::fold::subscriber::{Asked, GroupChange, NamedGroup, Parts, Subscriber};
use crate::register::{Effect, OrganisationChange, Register};
use crate::types::entry::Entry;
use crate::types::ids::{Generation, HolderId, LeafId};
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{DirtyPages, PageError, Pages};

/// A computation whose pages are to be deleted at the next checkpoint.
pub(crate) struct Retired {
    pub contest: String,
    pub generation: Generation,
    pub leaves: Leaves,
}

/// All contests that were ever defined, by id.
#[derive(Default)]
pub struct Contests {
    pub(crate) slots: BTreeMap<String, Slot>,
    pub(crate) retired: Vec<Retired>,
    /// The digests of sealed contests' tables before the organisation changed.
    before_reorganisation: Vec<(String, Vec<Digest>)>,
}

impl Contests {
    /// The contest of that id, if it was ever defined.
    pub fn get(&self, id: &str) -> Option<&Slot> {
        self.slots.get(id)
    }

    /// All contests, by id.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Slot)> {
        self.slots.iter().map(|(id, slot)| (id.as_str(), slot))
    }

    /// The states that are served, and those that continue behind a seal.
    pub(crate) fn live(&self) -> impl Iterator<Item = &ContestState> {
        self.slots.values().filter_map(|slot| slot.live.as_ref())
    }

    /// Every state; for those that are being backfilled, also how far the log has been read.
    pub(crate) fn states(&mut self) -> impl Iterator<Item = (&mut ContestState, Option<Backfill>)> {
        self.slots.values_mut().flat_map(Slot::states)
    }

    /// Credits of all contests that wait for an unknown unit or employee.
    pub fn held(&self) -> u64 {
        self.live().map(ContestState::held).sum()
    }

    /// Copies of the contests that are served and not sealed.
    pub(crate) fn running_copies(&self) -> Contests {
        let running = self.slots.iter().filter(|(_, slot)| slot.sealed.is_none());
        let copies = running.filter_map(|(id, slot)| {
            let live = Some(slot.live.clone()?);
            Some((id.clone(), Slot { live, ..Slot::default() }))
        });
        Contests { slots: copies.collect(), ..Contests::default() }
    }

    /// Marks the pages of a computation as no longer needed.
    pub(crate) fn retire(&mut self, state: ContestState) {
        let (contest, generation, leaves) = (state.contest.id.clone(), state.generation, state.leaves);
        self.retired.push(Retired { contest, generation, leaves });
    }

    fn next(&self, id: &str) -> Option<&(ContestState, Backfill)> {
        self.slots.get(id)?.next.as_ref()
    }

    fn next_mut(&mut self, id: &str) -> Option<&mut (ContestState, Backfill)> {
        self.slots.get_mut(id)?.next.as_mut()
    }

    /// The digests that the tables of sealed contests would now have.
    fn sealed_digests(&mut self, context: Context) -> Vec<(String, Vec<Digest>)> {
        let sealed = self.slots.iter_mut().filter(|(_, slot)| slot.sealed.is_some());
        let live = sealed.filter_map(|(id, slot)| Some((id, slot.live.as_mut()?)));
        live.map(|(id, live)| (id.clone(), digests(live, context))).collect()
    }
}

impl Subscriber for Contests {
    fn ask(&self, asked: &mut Asked) {
        for slot in self.slots.values() {
            let next = slot.next.as_ref().map(|(state, _)| state);
            for state in slot.live.iter().chain(next) {
                asked.customers |= state.rules.asks_for_customers();
                state.note_gathered(&mut asked.gathered);
            }
        }
    }

    fn warm(&self, holders: &[HolderId]) {
        self.live().for_each(|state| state.warm(holders));
    }

    fn group_changed(&mut self, change: &GroupChange, context: Context, places: &mut Places) {
        self.slots.values_mut().for_each(|slot| slot.group_changed(change, context, places));
    }

    fn dossier_changed(
        &mut self,
        change: DossierChange,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError> {
        self.slots.values_mut().try_for_each(|slot| slot.dossier_changed(change, context, places))
    }

    fn reversed(&mut self, parts: &mut Parts, pages: &dyn Pages) -> Result<(), PageError> {
        for (state, backfill) in self.states() {
            state.renew_reach(parts, pages, backfill)?;
        }
        Ok(())
    }

    fn must_wait_for<'d>(&self, decision: &'d Decision, register: &Register) -> Option<&'d str> {
        let Payload::Seal(_) = decision.payload else { return None };
        self.next(&decision.key)?;
        // A seal must fix a complete state, so it waits for the backfill.
        register.seal_of(&decision.key).is_none().then_some(&decision.key)
    }

    fn decided(&mut self, effect: &Effect, entry: Entry, parts: &mut Parts) -> bool {
        match effect {
            Effect::Contest(id) => {
                self.define(id, entry, parts);
                return true;
            }
            Effect::Seal(id) => self.seal(id, entry.position, parts),
            Effect::Targets(about) => self.aim(about, entry, parts.context),
            Effect::None
            | Effect::Bank
            | Effect::Source(_)
            | Effect::EventType
            | Effect::Organisation(_)
            | Effect::Calendar
            | Effect::Adoption
            | Effect::Abandoned => {}
        }
        false
    }

    fn reorganising(&mut self, context: Context) {
        self.before_reorganisation = self.sealed_digests(context);
    }

    fn find_moved(&self, moved: &Moved, holders: &mut BTreeSet<HolderId>) {
        for slot in self.slots.values() {
            let next = slot.next.as_ref().map(|(state, _)| state);
            for state in slot.live.iter().chain(next) {
                let affected = state.leaves.keys().iter().filter(|key| is_affected(**key, moved));
                holders.extend(affected.map(|key| key.holder));
            }
        }
    }

    fn take_back(&mut self, holders: &BTreeSet<HolderId>) {
        for (state, _) in self.states() {
            for leaf in (0..state.leaves.keys().len()).map(LeafId::at) {
                if holders.contains(&state.leaves.keys()[leaf.index()].holder) {
                    state.clear_leaf(leaf);
                }
            }
        }
    }

    fn give_group_again(
        &mut self,
        holder: HolderId,
        original: Position,
        NamedGroup { holders, group }: NamedGroup,
        context: Context,
        places: &mut Places,
    ) {
        for (state, backfill) in self.states() {
            if backfill.is_none_or(|backfill| backfill.holds(original)) {
                state.give_again(holder, holders, group, context, places);
            }
        }
    }

    fn give_dossier_again(
        &mut self,
        holder: HolderId,
        id: DossierId,
        reading: &Reading,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError> {
        for (state, backfill) in self.states() {
            let has = |at: Position| backfill.is_none_or(|backfill| backfill.holds(at));
            state.give_all_again(holder, id, reading, Some(&has), context, places)?;
        }
        Ok(())
    }

    fn reorganised(&mut self, changes: &[OrganisationChange], entry: Entry, parts: &mut Parts) {
        let organisation = parts.context.organisation;
        let all = changes.iter().any(|change| has_other_rows(change, organisation));
        for (state, _) in self.states() {
            if all || changes.iter().any(|change| may_be_listed_otherwise(change, organisation, state)) {
                state.roll_up(parts.context, parts.places);
            }
        }
        for (id, before) in std::mem::take(&mut self.before_reorganisation) {
            let Some(slot) = self.slots.get_mut(&id) else { continue };
            let (Some(live), Some(sealed)) = (&mut slot.live, &mut slot.sealed) else { continue };
            if digests(live, parts.context) != before {
                sealed.note(LateEntry::new(entry, LateAbout::Organisation, Vec::new()));
            }
        }
    }

    fn backfills(&self) -> Vec<PendingBackfill> {
        let next = self.slots.iter().filter_map(|(id, slot)| Some((id, slot.next.as_ref()?)));
        next.map(|(id, (state, backfill))| PendingBackfill {
            id: id.clone(),
            revision: state.revision,
            generation: state.generation,
            backfill: *backfill,
        })
        .collect()
    }

    fn backfill(&self, id: &str, generation: Generation) -> Option<Backfill> {
        let (state, backfill) = self.next(id)?;
        (state.generation == generation).then_some(*backfill)
    }

    fn begin_backfill(&mut self, id: &str, parts: &mut Parts) -> bool {
        let Some(Slot { live: Some(live), next: None, .. }) = self.slots.get(id) else { return false };
        let (contest, revision) = (live.contest.clone(), live.revision);
        let state = Contests::fresh_state(&contest, revision, parts);
        if let Some(slot) = self.slots.get_mut(id) {
            slot.next = Some((state, Backfill::through(parts.head.position)));
        }
        true
    }

    fn wants(&self, id: &str, original: Position, kind: &str) -> bool {
        self.next(id).is_some_and(|(state, backfill)| original < backfill.until && state.counts(kind))
    }

    fn backfill_group(
        &mut self,
        id: &str,
        NamedGroup { holders, group }: NamedGroup,
        context: Context,
        places: &mut Places,
    ) {
        if let Some((state, _)) = self.next_mut(id) {
            state.change(holders, None, group, context, places);
        }
    }

    fn backfill_dossier(
        &mut self,
        id: &str,
        change: DossierChange,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError> {
        let Some((state, backfill)) = self.next_mut(id) else { return Ok(()) };
        // The backfill has already read the earlier ones, including those earlier in the current batch. The
        // event itself is new.
        let (at, until) = (change.event.original, backfill.until);
        let holds = |other: Position| other <= at || other >= until;
        state.recredit(change, Some(&holds), context, places)
    }

    fn backfilled_through(
        &mut self,
        id: &str,
        generation: Generation,
        sequence: u64,
        journal: &mut Journal,
    ) -> bool {
        let Some(slot) = self.slots.get_mut(id) else { return false };
        let next = slot.next.as_mut().filter(|(state, _)| state.generation == generation);
        let Some((_, backfill)) = next else { return false };
        backfill.next_sequence = backfill.next_sequence.max(sequence + 1);
        if !backfill.is_done() {
            return false;
        }
        if let Some((state, _)) = slot.next.take() {
            state.contest.kinds().for_each(|kind| journal.complete_kind(kind));
            if let Some(old) = slot.live.replace(state) {
                self.retire(old);
            }
        }
        true
    }

    fn settle(&mut self, context: Context) {
        self.states().for_each(|(state, _)| state.settle(context));
    }

    fn take_dirty(&mut self, bounds: &PageBounds, pages: &mut DirtyPages) {
        self.write(bounds, pages);
    }
}
