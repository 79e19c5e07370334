//! Reading a dossier: an event is decoded when it is asked for, and the last few decoded events are cached.
//! It decides nothing.

use std::cell::RefCell;
use std::rc::Rc;

use smallvec::SmallVec;

use crate::Position;
use crate::event::Event;
use crate::fold::credit::group::Group;
use crate::fold::entity::dossiers::id::month_of;
use crate::fold::entity::dossiers::segment::Segment;
use crate::fold::entity::dossiers::store::Dossier;
use crate::fold::journal::record::Fact;
use crate::fold::journal::reversal_part::ReversalPart;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::types::damage::Damage;
use crate::types::ids::{CodeId, HolderId, KeyId, SourceId};
use crate::types::names::Names;
use crate::types::page_bounds::PageBounds;
use crate::types::pages::PageError;

/// How many decoded events are cached.
const RECENT: usize = 4;

/// Where an event is in a dossier: the index of its month, and its index in the month. Events with earlier
/// business dates compare as less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The month's index.
    pub segment: usize,
    /// The event's index in the month.
    pub index: usize,
}

/// An event of a dossier, with its reversals.
pub struct Member<'a> {
    /// Its position.
    pub position: Position,
    /// The event, without its subject.
    pub event: Event<'a>,
    /// Its source's number.
    pub source: SourceId,
    recorded: crate::Time,
    reversal_parts: Vec<ReversalPart>,
    branch: Option<HolderId>,
    creditors: SmallVec<[HolderId; 2]>,
}

impl Member<'_> {
    /// The event and its reversals.
    pub fn group(&self) -> Group<'_> {
        Group {
            event: &self.event,
            source: self.source,
            recorded: self.recorded,
            reversal_parts: &self.reversal_parts,
        }
    }

    /// The participants that it names.
    pub fn holders<'b>(&'b self, keys: &Names<KeyId>) -> Holders<'b> {
        Holders::of(&self.event, self.branch, &self.creditors, self.source, keys)
    }
}

/// The events decoded last, oldest first.
type Recent<'v> = SmallVec<[(At, Rc<Member<'v>>); RECENT]>;

/// A dossier that is being read.
pub struct Reading<'v> {
    dossier: &'v Dossier<'v>,
    codes: &'v Names<CodeId>,
    context: Context<'v>,
    recent: RefCell<Recent<'v>>,
}

impl<'v> Reading<'v> {
    /// A dossier of which nothing has been decoded yet.
    pub fn new(dossier: &'v Dossier<'v>, codes: &'v Names<CodeId>, context: Context<'v>) -> Reading<'v> {
        Reading { dossier, codes, context, recent: RefCell::default() }
    }

    /// The texts of the codes in its events.
    pub(crate) fn codes(&self) -> &'v Names<CodeId> {
        self.codes
    }

    /// How many months there are.
    pub fn segments(&self) -> usize {
        self.dossier.months().len()
    }

    /// How many months, from the first on, are not after the month of a packed date.
    pub fn segments_until(&self, date: i32) -> usize {
        self.dossier.months().partition_point(|month| *month <= month_of(date))
    }

    /// The events of a month.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn segment(&self, segment: usize) -> Result<&'v Segment, PageError> {
        self.dossier.segment(segment)
    }

    /// Where an event is. It must be there.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged, or the event is missing.
    pub fn find(&self, date: i32, position: Position) -> Result<At, PageError> {
        for segment in (0..self.segments()).rev() {
            // All events of a customer are in one segment, whatever their month.
            if self.segments() == 1 || self.dossier.months()[segment] == month_of(date) {
                let index = self.segment(segment)?.find(date, position);
                return index.map(|index| At { segment, index }).ok_or_else(|| self.missing(position));
            }
        }
        Err(self.missing(position))
    }

    /// An event.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn member(&self, at: At) -> Result<Rc<Member<'v>>, PageError> {
        let found = self.recent.borrow().iter().find(|(of, _)| *of == at).map(|(_, member)| member.clone());
        if let Some(member) = found {
            return Ok(member);
        }
        let segment = self.segment(at.segment)?;
        let head = &segment.heads()[at.index];
        let member = Rc::new(self.decode(head.position, segment.event(head))?);
        let mut recent = self.recent.borrow_mut();
        if recent.len() == RECENT {
            recent.remove(0);
        }
        recent.push((at, member.clone()));
        Ok(member)
    }

    /// Every event, by business date.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn members(&self) -> Result<Vec<Member<'v>>, PageError> {
        let mut members = Vec::new();
        for segment in 0..self.segments() {
            let segment = self.segment(segment)?;
            for head in segment.heads() {
                members.push(self.decode(head.position, segment.event(head))?);
            }
        }
        Ok(members)
    }

    /// Decodes an event from bytes that
    /// [`Dossiers::put`](crate::fold::entity::dossiers::store::Dossiers::put) returned, or that are in a
    /// segment.
    ///
    /// # Errors
    /// The bytes are damaged.
    pub fn decode(&self, position: Position, bytes: &'v [u8]) -> Result<Member<'v>, PageError> {
        let (fact, reversal_parts): (Fact, Vec<ReversalPart>) =
            postcard::from_bytes(bytes).map_err(|error| self.dossier.damaged(error))?;
        let (participants, sources) = (self.context.participants, self.context.sources);
        let limits = PageBounds::of(participants, sources, self.codes);
        let sound = fact.check(&limits);
        let sound = sound
            .and_then(|()| reversal_parts.iter().try_for_each(|reversal_part| reversal_part.check(&limits)));
        sound.map_err(|damage| self.dossier.damaged(Damage::Member { position, damage: damage.into() }))?;
        Ok(Member {
            position,
            source: fact.source,
            recorded: fact.recorded,
            branch: fact.branch,
            creditors: fact.creditors(),
            event: fact.into_event(self.codes, participants, sources),
            reversal_parts,
        })
    }

    fn missing(&self, position: Position) -> PageError {
        self.dossier.damaged(Damage::Member { position, damage: Box::new("it is missing".into()) })
    }
}
