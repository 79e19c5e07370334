//! Visiting a participant's entries in the journal, from the latest back.

use jiff::civil::Date;

use crate::Position;
use crate::fold::journal::Journal;
use crate::fold::journal::record::{Fact, Link, Record};
use crate::fold::journal::reversal_part::ReversalPart;
use crate::types::damage::Damage;
use crate::types::ids::HolderId;
use crate::types::pages::{PageError, Pages};

/// An original that the walk came to.
pub struct Met<'a, 'f> {
    /// Its position.
    pub position: Position,
    /// Its record.
    pub fact: &'a Fact<'f>,
    /// Its reversals.
    pub reversal_parts: &'a [ReversalPart],
}

/// Visits every original that names a participant, from the latest entry of the chain to the first. A reversal
/// is an entry too: it leads to its original, so that an original is visited once for itself and once for each
/// of its reversals. If `visit` returns a date, the walk ends once all remaining entries take effect before
/// that date.
///
/// # Errors
/// A page that cannot be read or is damaged.
pub fn walk(
    journal: &mut Journal,
    pages: &dyn Pages,
    holder: HolderId,
    visit: &mut dyn FnMut(&Journal, Met) -> Option<Date>,
) -> Result<(), PageError> {
    let head = journal.head(holder);
    walk_on(journal, pages, holder, head, usize::MAX, visit).map(drop)
}

/// Continues a walk from the link where an earlier one ended, for at most `entries_max` entries. Returns the
/// link where it ended.
///
/// # Errors
/// A page that cannot be read or is damaged.
pub fn walk_on(
    journal: &mut Journal,
    pages: &dyn Pages,
    holder: HolderId,
    mut link: Link,
    entries_max: usize,
    visit: &mut dyn FnMut(&Journal, Met) -> Option<Date>,
) -> Result<Link, PageError> {
    // A damaged chain may form a cycle. Brent's method finds it: each entry is compared with one passed
    // before.
    let (mut passed, mut until) = (None, 1);
    for walked in 0..entries_max {
        let Some(at) = link.position() else { break };
        if passed == Some(at) {
            return Err(broken(at));
        }
        if walked == until {
            (passed, until) = (Some(at), 2 * until);
        }
        let bytes = read(journal, pages, at)?;
        let record = journal.decode(at, &bytes)?;
        let (original, next) = match &record {
            Record::Original { fact, .. } => (at, fact.links().find(|(of, _)| *of == holder)),
            Record::Reversal { of: Some((original, links)) } => {
                (*original, links.iter().copied().find(|(of, _)| *of == holder))
            }
            Record::Reversal { of: None } | Record::Uncounted { .. } => (at, None),
        };
        let Some((_, next)) = next else { return Err(broken(at)) };
        let bytes = read(journal, pages, original)?;
        let Record::Original { fact, reversal_parts } = journal.decode(original, &bytes)? else {
            return Err(broken(original));
        };
        let least = visit(journal, Met { position: original, fact: &fact, reversal_parts: &reversal_parts });
        link = if least.is_some_and(|least| !next.may_reach(least)) { Link::END } else { next };
    }
    Ok(link)
}

fn read(journal: &mut Journal, pages: &dyn Pages, at: Position) -> Result<Vec<u8>, PageError> {
    journal.read(pages, at)?.ok_or_else(|| broken(at))
}

fn broken(at: Position) -> PageError {
    PageError::Damaged { key: Vec::new(), reason: Damage::BrokenChain(at) }
}
