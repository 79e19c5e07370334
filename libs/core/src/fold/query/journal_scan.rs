//! A scan through the journal, name by name and entry by entry, some at a time. Whoever scans asks for one slice after
//! another, and the log is folded between them. A scan knows where it is, and nothing of what was found.

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use crate::Position;
use crate::fold::journal::Journal;
use crate::fold::journal::chain::{Met, walk_on};
use crate::fold::journal::record::Link;
use crate::fold::placement::name_resolution::NameResolution;
use crate::fold::shard::Shard;
use crate::fold::subscriber::Parts;
use crate::types::ids::HolderId;
use crate::types::pages::{PageError, Pages};

/// The most that one slice looks at, so that nobody waits long for the shard.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// Names.
    pub names: usize,
    /// Entries.
    pub entries: usize,
}

/// How far a scan is.
#[derive(Clone, Debug, Default)]
pub struct JournalScan {
    /// The name that it is at.
    next: u32,
    /// Where the walk along its entries goes on, if that has begun.
    link: Option<Link>,
    /// Names in all, as of the latest slice.
    total: u32,
    /// Entries looked at.
    entries: u64,
    /// Of the name that it is at: originals with a history, which the walk meets more than once.
    seen: FxHashSet<Position>,
}

impl JournalScan {
    /// Names looked at.
    pub fn names(&self) -> u64 {
        u64::from(self.next)
    }

    /// Names in all.
    pub fn total_names(&self) -> u64 {
        u64::from(self.total)
    }

    /// Entries looked at.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Whether every name has been looked at.
    pub fn is_done(&self) -> bool {
        self.next >= self.total
    }
}

/// Who looks.
pub(crate) trait Seeker {
    /// Whether to walk along a name's entries.
    fn begin(&mut self, holder: HolderId, head: Link, names: &mut NameResolution) -> bool;

    /// Looks at one of its originals, at each once. Answers with a date if nothing of earlier dates is of interest.
    fn look(&mut self, holder: HolderId, sight: Sight, names: &mut NameResolution) -> Option<Date>;

    /// All of its entries have been looked at.
    fn end(&mut self, holder: HolderId, names: &mut NameResolution);
}

/// What is to be seen at an entry.
pub(crate) struct Sight<'a, 'f> {
    pub met: Met<'a, 'f>,
    pub journal: &'a Journal,
}

/// Scans on by one slice.
pub(crate) fn scan_on(
    shard: &mut Shard,
    pages: &dyn Pages,
    scan: &mut JournalScan,
    slice: Slice,
    seeker: &mut impl Seeker,
) -> Result<(), PageError> {
    let (Parts { context, places, journal, .. }, _) = shard.split();
    scan.total = context.participants.len() as u32;
    let mut names = NameResolution { context, places };
    let mut left = slice;
    while left.names > 0 && left.entries > 0 && !scan.is_done() {
        let holder = HolderId::new(scan.next);
        let from = match scan.link.take() {
            Some(link) => link,
            None => {
                left.names -= 1;
                let head = journal.head(holder);
                if head.position().is_none() || !seeker.begin(holder, head, &mut names) {
                    scan.next += 1;
                    continue;
                }
                head
            }
        };
        let (mut walked, seen) = (0, &mut scan.seen);
        let link = walk_on(journal, pages, holder, from, left.entries, &mut |journal, met| {
            walked += 1;
            if !met.reversal_parts.is_empty() && !seen.insert(met.position) {
                return None;
            }
            seeker.look(holder, Sight { met, journal }, &mut names)
        })?;
        left.entries -= walked;
        scan.entries += walked as u64;
        if link.position().is_some() {
            scan.link = Some(link);
            continue;
        }
        seeker.end(holder, &mut names);
        scan.seen.clear();
        scan.next += 1;
    }
    Ok(())
}
