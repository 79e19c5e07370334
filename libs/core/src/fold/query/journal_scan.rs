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

/// The limits of one slice, so that others do not wait long for the shard.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// Names to look at.
    pub names: usize,
    /// Entries to look at.
    pub entries: usize,
}

/// How far a scan is.
#[derive(Clone, Debug, Default)]
pub struct JournalScan {
    /// The number of the current name.
    next: u32,
    /// Where the walk along the entries of the current name continues, if it has begun.
    link: Option<Link>,
    /// The number of names, as of the latest slice.
    total: u32,
    /// The number of entries looked at.
    entries: u64,
    /// For the current name: originals with reversals, which the walk meets more than once.
    seen: FxHashSet<Position>,
}

impl JournalScan {
    /// The number of names looked at.
    pub fn names(&self) -> u64 {
        u64::from(self.next)
    }

    /// The number of names in all.
    pub fn total_names(&self) -> u64 {
        u64::from(self.total)
    }

    /// The number of entries looked at.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Whether every name has been looked at.
    pub fn is_done(&self) -> bool {
        self.next >= self.total
    }
}

/// What a scan searches for.
pub(crate) trait Seeker {
    /// Starts a name. Returns whether to visit its entries.
    fn begin(&mut self, holder: HolderId, head: Link, names: &mut NameResolution) -> bool;

    /// Looks at an original of the current name; each is shown once. If a date is returned, originals of
    /// earlier dates may be skipped.
    fn look(&mut self, holder: HolderId, sight: Sight, names: &mut NameResolution) -> Option<Date>;

    /// All entries of the name have been looked at.
    fn end(&mut self, holder: HolderId, names: &mut NameResolution);
}

/// An original, as a scan shows it.
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
