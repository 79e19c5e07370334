//! The subscribers of a shard: parts that derive something from counted events, such as contests. The shard
//! counts each event once, stores it, and tells all subscribers. It knows them only through this trait.
//!
//! A subscriber is told of groups (an event with its reversals) and of dossiers (the events of an account or
//! a customer together), always before and after a change, so that it can apply the difference. Entries come
//! in log order, each once. A reversal may change a group whose original a backfill of the subscriber has not
//! read yet. The backfill must ignore that change: it will read the original later, with all its reversals.

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
    /// Where names stand in the organisation.
    pub places: &'a mut Places,
    /// The records of counted events.
    pub journal: &'a mut Journal,
    /// Counted events by account and by customer.
    pub dossiers: &'a mut Dossiers,
    /// How far the shard has read the log.
    pub head: &'a mut Head,
    /// Which types of events are kept in dossiers.
    pub gathered: &'a GatheredKinds,
}

/// What subscribers ask the shard to keep.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Numbers of customers and products.
    pub customers: bool,
    /// Dossiers with events of these types.
    pub gathered: GatheredKinds,
}

/// A group before and after a change.
#[derive(Clone, Copy)]
pub struct GroupChange<'a> {
    /// Where the original is.
    pub original: Position,
    /// What changed the group: the original itself, or a reversal.
    pub entry: Entry,
    /// The participants that the original names.
    pub holders: Holders<'a>,
    /// The group before; `None` if the original has only just arrived.
    pub was: Option<Group<'a>>,
    /// The group now.
    pub is: Group<'a>,
}

/// An event with its reversals, and the participants that it names.
#[derive(Clone, Copy)]
pub struct NamedGroup<'a> {
    /// The participants.
    pub holders: Holders<'a>,
    /// The event with its reversals.
    pub group: Group<'a>,
}

/// Derives something from counted events.
pub trait Subscriber {
    /// Adds what the shard must keep for this subscriber.
    fn ask(&self, asked: &mut Asked);

    /// Prefetches what credits to these holders will touch. It affects only speed.
    fn warm(&self, holders: &[HolderId]);

    /// An event arrived or was reversed.
    fn group_changed(&mut self, change: &GroupChange, context: Context, places: &mut Places);

    /// An event of a dossier arrived or was reversed.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    fn dossier_changed(
        &mut self,
        change: DossierChange,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError>;

    /// A reversal was applied, and every group and dossier with it. The subscriber now looks up in the journal
    /// what it could not compute from the change, such as when a score was reached.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    fn reversed(&mut self, parts: &mut Parts, pages: &dyn Pages) -> Result<(), PageError>;

    /// The id of the backfill that must finish before this decision may be folded.
    fn must_wait_for<'d>(&self, decision: &'d Decision, register: &Register) -> Option<&'d str>;

    /// A decision came into force. Returns true if what the subscriber asks the shard to keep may have
    /// changed.
    fn decided(&mut self, effect: &Effect, entry: Entry, parts: &mut Parts) -> bool;

    /// The organisation has changed, and nothing has been recomputed yet.
    fn reorganising(&mut self, context: Context);

    /// Adds the holders whose credits must be taken back and given again because placements changed.
    fn find_moved(&self, moved: &Moved, holders: &mut BTreeSet<HolderId>);

    /// Takes all credits back from these holders.
    fn take_back(&mut self, holders: &BTreeSet<HolderId>);

    /// Gives a holder its credits from a group again.
    fn give_group_again(
        &mut self,
        holder: HolderId,
        original: Position,
        group: NamedGroup,
        context: Context,
        places: &mut Places,
    );

    /// Gives a holder its credits from a dossier again.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    fn give_dossier_again(
        &mut self,
        holder: HolderId,
        id: DossierId,
        reading: &Reading,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError>;

    /// Every holder has its credits again after a change of the organisation.
    fn reorganised(&mut self, changes: &[OrganisationChange], entry: Entry, parts: &mut Parts);

    /// The backfills that have not yet read everything, by id.
    fn backfills(&self) -> Vec<PendingBackfill>;

    /// The progress of a backfill; `None` when it has finished or was abandoned.
    fn backfill(&self, id: &str, generation: Generation) -> Option<Backfill>;

    /// Starts computing something again from the log beside what is served. Returns false when there is no
    /// such thing, or it is being computed already.
    fn begin_backfill(&mut self, id: &str, parts: &mut Parts) -> bool;

    /// Whether a backfill has yet to read an event of this type at this position.
    fn wants(&self, id: &str, original: Position, kind: &str) -> bool;

    /// A backfill has read an event with its reversals.
    fn backfill_group(&mut self, id: &str, group: NamedGroup, context: Context, places: &mut Places);

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

    /// A backfill has read the log up to and including a sequence. Once it has read everything, its result
    /// replaces what is served, and the return value is true.
    fn backfilled_through(
        &mut self,
        id: &str,
        generation: Generation,
        sequence: u64,
        journal: &mut Journal,
    ) -> bool;

    /// Updates boards with everything folded so far.
    fn settle(&mut self, context: Context);

    /// Adds what changed to the pages of a checkpoint.
    fn take_dirty(&mut self, bounds: &PageBounds, pages: &mut DirtyPages);
}
