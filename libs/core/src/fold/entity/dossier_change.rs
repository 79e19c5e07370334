//! A change of a dossier: one of its events arrived or was reversed. It is handled as the change of a single
//! event's group is; here the group is the dossier.

use crate::Position;
use crate::fold::entity::balance_reports::Before;
use crate::fold::entity::dossiers::id::DossierId;
use crate::fold::entity::dossiers::reading::{Member, Reading};
use crate::fold::entity::dossiers::store::Dossier;
use crate::fold::journal::record::Fact;
use crate::fold::journal::reversal_part::ReversalPart;
use crate::fold::placement::context::Context;
use crate::types::entry::Entry;
use crate::types::ids::CodeId;
use crate::types::names::Names;
use crate::types::pages::PageError;

/// An event that is being added to its dossiers, or has been reversed.
pub(crate) struct GatheredEvent<'e> {
    /// The dossiers it belongs to.
    pub dossiers: Vec<DossierId>,
    /// Its position.
    pub original: Position,
    /// What changed its group: the event itself, or a reversal.
    pub entry: Entry,
    /// Its record.
    pub fact: &'e Fact<'e>,
    /// Its reversals.
    pub reversal_parts: &'e [ReversalPart],
}

/// A dossier after a change, and which of its events arrived or changed.
#[derive(Clone, Copy)]
pub struct DossierChange<'c, 'v> {
    /// Which dossier.
    pub id: DossierId,
    /// The event.
    pub(crate) event: &'c GatheredEvent<'c>,
    /// The dossier after the change.
    pub reading: &'c Reading<'v>,
    /// Where the event is in it, and what it was before.
    pub before: Before<'c, 'v>,
    /// All events if it is a customer's dossier; empty for an account's.
    pub members: &'c [Member<'v>],
}

/// Reads a dossier around a change of one of its events. `before` are the bytes of the event before the
/// change.
pub(crate) fn read_change(
    id: DossierId,
    event: &GatheredEvent,
    before: Option<&[u8]>,
    dossier: &Dossier,
    codes: &Names<CodeId>,
    context: Context,
    work: impl FnOnce(DossierChange) -> Result<(), PageError>,
) -> Result<(), PageError> {
    let reading = Reading::new(dossier, codes, context);
    let date = crate::types::date::pack(event.fact.business_date());
    let at = reading.find(date, event.original)?;
    let was = before.map(|bytes| reading.decode(event.original, bytes)).transpose()?;
    let members = match id {
        DossierId::Account(_) => Vec::new(),
        DossierId::Customer(_) => reading.members()?,
    };
    let before = Before { at, member: was.as_ref() };
    work(DossierChange { id, event, reading: &reading, before, members: &members })
}
