//! When a participant reached its score: the greatest (business_date, occurred_time, source, id) of the live
//! credits that raised it. Sources are compared by their names, never by their interned numbers.

use std::cmp::Ordering;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::types::damage::Damage;
use crate::types::ids::SourceId;
use crate::types::names::Names;
use crate::types::page_bounds::PageBounds;
use crate::types::time::Time;

/// The place in business time of one credit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The event's business date.
    pub date: Date,
    /// When it happened.
    pub occurred: Time,
    /// The source's number.
    pub source: SourceId,
    /// The event's id.
    pub id: Box<str>,
}

/// A [`Reach`] that borrows the event's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachRef<'a> {
    /// The event's business date.
    pub date: Date,
    /// When it happened.
    pub occurred: Time,
    /// The source's number.
    pub source: SourceId,
    /// The event's id.
    pub id: &'a str,
}

impl Reach {
    /// A borrowed copy.
    pub fn borrow(&self) -> ReachRef<'_> {
        ReachRef { date: self.date, occurred: self.occurred, source: self.source, id: &self.id }
    }

    /// Refuses values that a valid page cannot contain.
    pub(crate) fn check(&self, bounds: &PageBounds) -> Result<(), Damage> {
        bounds.source(self.source)
    }
}

impl ReachRef<'_> {
    /// Compares by business time; `sources` has the names of sources.
    pub fn compare(&self, other: &ReachRef, sources: &Names<SourceId>) -> Ordering {
        (self.date, self.occurred)
            .cmp(&(other.date, other.occurred))
            .then_with(|| match self.source == other.source {
                true => Ordering::Equal,
                false => sources.text(self.source).cmp(sources.text(other.source)),
            })
            .then_with(|| self.id.cmp(other.id))
    }

    /// An owned copy.
    pub fn to_owned(self) -> Reach {
        Reach { date: self.date, occurred: self.occurred, source: self.source, id: self.id.into() }
    }
}

/// Keeps the later of `kept` and `came`.
pub fn keep_latest(kept: &mut Option<Reach>, came: ReachRef, sources: &Names<SourceId>) {
    let is_later = kept.as_ref().is_none_or(|kept| kept.borrow().compare(&came, sources) == Ordering::Less);
    if is_later {
        *kept = Some(came.to_owned());
    }
}
