//! The subscribers of a shard: those who make something of counted events, such as contests. The shard counts each event
//! once, keeps it, and tells all subscribers; it knows none of them by name.
//!
//! A subscriber is told of groups (an event with what takes it back) and of dossiers (the events of an account or a
//! customer together), always as they were and as they are, so that it can apply the difference. What it must rely on:
//! entries come in the order of the log, each once; and it may be told of an original that one of its backfills has not
//! read yet, which it must leave alone until the backfill brings it.

use std::collections::BTreeSet;

use crate::Position;
use crate::control::Decision;
use crate::fold::backfill::{Backfill, PendingBackfill};
use crate::fold::credit::group::Group;
use crate::fold::entity::dossier_change::DossierChange;
use crate::fold::entity::dossiers::id::DossierId;
use crate::fold::entity::dossiers::reading::Reading;
use crate::fold::entity::dossiers::store::Dossiers;
use crate::fold::entity::gathered_kinds::GatheredKinds;
use crate::fold::head::Head;
use crate::fold::journal::Journal;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::fold::placement::moved::Moved;
use crate::fold::placement::places::Places;
use crate::register::{Effect, OrganisationChange, Register};
use crate::types::entry::Entry;
use crate::types::ids::{Generation, HolderId};
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{DirtyPages, PageError, Pages};

/// The parts of a shard that its subscribers work with.
pub struct Parts<'a> {
    /// Decisions in force, and who has which number.
    pub context: Context<'a>,
    /// Where names stand.
    pub places: &'a mut Places,
    /// What is kept of counted events.
    pub journal: &'a mut Journal,
    /// Counted events by account and by customer.
    pub dossiers: &'a mut Dossiers,
    /// Where the shard stands.
    pub head: &'a mut Head,
    /// Which types of events are in dossiers.
    pub gathered: &'a GatheredKinds,
}

/// What subscribers ask the shard to keep.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Numbers of customers and products.
    pub customers: bool,
    /// Events of these types in dossiers.
    pub gathered: GatheredKinds,
}

/// A group as it was and as it is.
#[derive(Clone, Copy)]
pub struct GroupChange<'a> {
    /// Where the original is.
    pub original: Position,
    /// What changed the group: the original itself, or a reversal.
    pub entry: Entry,
    /// Whom the original names.
    pub holders: Holders<'a>,
    /// The group before; none when the original has come just now.
    pub was: Option<Group<'a>>,
    /// The group now.
    pub is: Group<'a>,
}

/// Makes something of counted events.
pub trait Subscriber {
    /// Adds what the shard must keep for it.
    fn ask(&self, asked: &mut Asked);

    /// Reads what credits to these holders will touch; nothing depends on it but speed.
    fn warm(&self, holders: &[HolderId]);

    /// An event came or was taken back.
    fn group_changed(&mut self, change: &GroupChange, context: Context, places: &mut Places);

    /// An event of a dossier came or was taken back.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    fn dossier_changed(
        &mut self,
        change: DossierChange,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError>;

    /// Something has been taken back. What only the journal can tell must be asked of it now.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    fn reversed(&mut self, parts: &mut Parts, pages: &dyn Pages) -> Result<(), PageError>;

    /// The id of the backfill that must be done before a decision may be folded.
    fn must_wait_for<'d>(&self, decision: &'d Decision, register: &Register) -> Option<&'d str>;

    /// A decision came into force. Answers whether what it asks the shard to keep may have changed.
    fn decided(&mut self, effect: &Effect, entry: Entry, parts: &mut Parts) -> bool;

    /// The organisation has changed, and nothing has followed from it yet.
    fn reorganising(&mut self, context: Context);

    /// Adds the holders who must give back what they hold because placements changed.
    fn find_moved(&self, moved: &Moved, holders: &mut BTreeSet<HolderId>);

    /// Takes everything away from these holders.
    fn take_back(&mut self, holders: &BTreeSet<HolderId>);

    /// Gives a holder again what it has of a group.
    fn give_group_again(
        &mut self,
        holder: HolderId,
        original: Position,
        group: (Holders, Group),
        context: Context,
        places: &mut Places,
    );

    /// Gives a holder again what it has of a dossier.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    fn give_dossier_again(
        &mut self,
        holder: HolderId,
        dossier: (DossierId, &Reading),
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError>;

    /// Everything has been given again after a change of the organisation.
    fn reorganised(&mut self, changes: &[OrganisationChange], entry: Entry, parts: &mut Parts);

    /// The backfills that wait for more of the log, by id.
    fn backfills(&self) -> Vec<PendingBackfill>;

    /// How far a backfill is; none when it has ended or was given up.
    fn backfill(&self, id: &str, generation: Generation) -> Option<Backfill>;

    /// Begins to compute something again from the log beside what is served. False when there is no such thing, or it is
    /// being computed already.
    fn begin_backfill(&mut self, id: &str, parts: &mut Parts) -> bool;

    /// Whether a backfill has yet to read an event of a type at a position.
    fn wants(&self, id: &str, original: Position, kind: &str) -> bool;

    /// A backfill has read a group.
    fn backfill_group(&mut self, id: &str, group: (Holders, Group), context: Context, places: &mut Places);

    /// A backfill has read an event of a dossier.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    fn backfill_dossier(
        &mut self,
        id: &str,
        change: DossierChange,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError>;

    /// A backfill has read the log through a sequence. When it has read all, it takes the place of what is served, and the
    /// answer is true.
    fn backfilled_through(
        &mut self,
        id: &str,
        generation: Generation,
        sequence: u64,
        journal: &mut Journal,
    ) -> bool;

    /// Brings what is shown up to date with what was folded.
    fn settle(&mut self, context: Context);

    /// Adds what changed to the pages of a checkpoint.
    fn take_dirty(&mut self, bounds: &PageBounds, pages: &mut DirtyPages);
}
