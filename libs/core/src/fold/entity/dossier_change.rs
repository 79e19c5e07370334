//! What happened to a dossier: one of its events came, or something took it back. The mechanism is that of a single
//! event's group; the group is the dossier.

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

/// An event that comes into its dossiers, or has been taken back.
pub(crate) struct GatheredEvent<'e> {
    /// Its dossiers.
    pub dossiers: Vec<DossierId>,
    /// Where it is.
    pub original: Position,
    /// What changed its group: the event itself, or a reversal.
    pub entry: Entry,
    /// What is kept of it.
    pub fact: &'e Fact<'e>,
    /// What takes it back.
    pub reversal_parts: &'e [ReversalPart],
}

/// A dossier as it is now, and which of its events has just come or changed.
#[derive(Clone, Copy)]
pub struct DossierChange<'c, 'v> {
    /// Which dossier.
    pub id: DossierId,
    /// The event.
    pub(crate) event: &'c GatheredEvent<'c>,
    /// The dossier, as it is.
    pub reading: &'c Reading<'v>,
    /// Where the event is in it, and what it was before.
    pub before: Before<'c, 'v>,
    /// All events of a customer; none of an account.
    pub members: &'c [Member<'v>],
}

/// Reads in a dossier what one of its events was and what it is. `before` are the bytes of what it was.
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
