//! A counted event, restored from its journal record.

use smallvec::SmallVec;

use crate::Time;
use crate::event::Event;
use crate::fold::credit::group::Group;
use crate::fold::journal::record::Fact;
use crate::fold::journal::reversal_part::ReversalPart;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::types::ids::{CodeId, HolderId, KeyId, SourceId};
use crate::types::names::Names;

/// A counted event with its reversals.
pub(crate) struct Original<'a> {
    event: Event<'a>,
    source: SourceId,
    recorded: Time,
    reversal_parts: &'a [ReversalPart],
    branch: Option<HolderId>,
    creditors: SmallVec<[HolderId; 2]>,
}

impl<'a> Original<'a> {
    /// Restores the event of a record. `codes` are the journal's.
    pub fn of(
        fact: &'a Fact,
        reversal_parts: &'a [ReversalPart],
        codes: &'a Names<CodeId>,
        context: Context<'a>,
    ) -> Original<'a> {
        Original {
            event: fact.event(codes, context.participants, context.sources),
            source: fact.source,
            recorded: fact.recorded,
            reversal_parts,
            branch: fact.branch,
            creditors: fact.creditors(),
        }
    }

    /// The event.
    pub fn event(&self) -> &Event<'a> {
        &self.event
    }

    /// The event and its reversals.
    pub fn group(&self) -> Group<'_> {
        Group {
            event: &self.event,
            source: self.source,
            recorded: self.recorded,
            reversal_parts: self.reversal_parts,
        }
    }

    /// The group without its latest reversal.
    pub fn group_before(&self) -> Group<'_> {
        Group {
            reversal_parts: &self.reversal_parts[..self.reversal_parts.len().saturating_sub(1)],
            ..self.group()
        }
    }

    /// The participants that it names.
    pub fn holders(&self, keys: &Names<KeyId>) -> Holders<'_> {
        Holders::of(&self.event, self.branch, &self.creditors, self.source, keys)
    }
}
