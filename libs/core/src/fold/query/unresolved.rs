//! Unresolved names: names in events that lead to no unit on the day. They are typing errors, people and
//! branches that the organisation does not know yet, or units that are closed. They are listed slice by
//! slice; their credits count as soon as the organisation has the names.
//!
//! For names that nobody knows, every entry is looked at. For known names, entries are looked at only if some
//! contest has a credit of theirs that waits or goes to no unit. Otherwise the search would visit the entries
//! of everybody, since before the first day of membership everybody is in no unit, although nearly nobody has
//! credits of such days.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use crate::Position;
use crate::contest::UnitFrom;
use crate::fold::credit::original::Original;
use crate::fold::journal::record::Link;
use crate::fold::placement::name_resolution::{NameResolution, Reason};
use crate::fold::placement::places::Named;
use crate::fold::query::journal_scan::{JournalScan, Seeker, Sight, Slice, scan_on};
use crate::fold::shard::Shard;
use crate::fold::subscriber::Parts;
use crate::organisation::Role;
use crate::types::ids::{HolderId, LeafId, PlaceId, SourceId};
use crate::types::pages::{PageError, Pages};

/// What one source credited to one name, for which one reason applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// Why the name leads to no unit.
    pub reason: Reason,
    /// The name.
    pub name: String,
    /// The source.
    pub source: String,
    /// The number of parts of originals, and of dated reversals.
    pub entries: u64,
    /// The first business date among them.
    pub first: Date,
    /// The last business date among them.
    pub last: Date,
    /// The latest of them in the log: its position and id.
    pub example: (Position, String),
}

/// A search for unresolved names.
#[derive(Clone, Debug, Default)]
pub struct UnresolvedSearch {
    scan: JournalScan,
    finder: Option<Finder>,
}

impl UnresolvedSearch {
    /// Searches one more slice. Returns what was found for those names whose entries are complete.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn go_on(
        &mut self,
        shard: &mut Shard,
        pages: &dyn Pages,
        slice: Slice,
    ) -> Result<Vec<Unresolved>, PageError> {
        let finder = self.finder.get_or_insert_with(|| Finder::of_leaves(shard));
        scan_on(shard, pages, &mut self.scan, slice, finder)?;
        if self.scan.is_done() {
            let branches = std::mem::take(&mut finder.branches).into_iter();
            finder
                .found
                .extend(branches.map(|((name, source, reason), tally)| (name, source, reason, tally)));
        }
        let found = std::mem::take(&mut finder.found).into_iter();
        let shown = |(name, source, reason, tally): (HolderId, SourceId, Reason, Tally)| Unresolved {
            reason,
            name: shard.participants().text(name).to_owned(),
            source: shard.sources().text(source).to_owned(),
            entries: tally.entries,
            first: tally.first,
            last: tally.last,
            example: (tally.example.0, tally.example.1.into()),
        };
        Ok(found.map(shown).collect())
    }

    /// How far the search is.
    pub fn scan(&self) -> &JournalScan {
        &self.scan
    }

    /// Whether it has ended. False before it has begun.
    pub fn is_done(&self) -> bool {
        self.finder.is_some() && self.scan.is_done()
    }
}

/// By name, source and reason.
type Tallies = BTreeMap<(HolderId, SourceId, Reason), Tally>;

#[derive(Clone, Debug)]
struct Tally {
    entries: u64,
    first: Date,
    last: Date,
    example: (Position, Box<str>),
}

#[derive(Clone, Debug, Default)]
struct Finder {
    /// Known names for which some contest has credits that lead to no unit.
    known: FxHashSet<HolderId>,
    /// Creditors with an event whose branch leads to no unit, in a contest that credits units by the event's
    /// branch.
    at_branch: FxHashSet<HolderId>,
    own: Tallies,
    /// Branches are complete only at the end, because they are found through the creditors of their events.
    branches: Tallies,
    found: Vec<(HolderId, SourceId, Reason, Tally)>,
}

impl Finder {
    /// Collects these names from the leaves of every contest that is served.
    fn of_leaves(shard: &mut Shard) -> Finder {
        let mut finder = Finder::default();
        let (Parts { context, places, .. }, subscribers) = shard.split();
        let names = NameResolution { context, places };
        for state in subscribers.contests().live() {
            for (leaf, key) in (0..).map(LeafId::new).zip(state.leaves.keys()) {
                if state.leaves.live(leaf) == 0 {
                    continue;
                }
                let is_credited = key.person != HolderId::NOBODY;
                if key.place == PlaceId::HELD && is_credited && state.contest.unit_from == UnitFrom::Event {
                    finder.at_branch.insert(key.holder);
                }
                let is_known = !is_credited || names.is_known(key.person, Role::Employee);
                if matches!(key.place, PlaceId::HELD | PlaceId::NOWHERE) || !is_known {
                    finder.known.insert(key.holder);
                }
            }
        }
        finder
    }
}

impl Seeker for Finder {
    fn begin(&mut self, holder: HolderId, _: Link, names: &mut NameResolution) -> bool {
        let is_known = names.is_known(holder, Role::Employee)
            || names.is_known(holder, Role::Unit)
            || names.is_ambiguous(holder);
        !is_known || self.known.contains(&holder)
    }

    fn look(&mut self, holder: HolderId, sight: Sight, names: &mut NameResolution) -> Option<Date> {
        let Sight { met, journal } = sight;
        let fact = met.fact;
        if !met.reversal_parts.is_empty() {
            let original = Original::of(fact, met.reversal_parts, journal.codes(), names.context);
            if original.group().is_void() {
                return None;
            }
        }
        let (date, customer) = (fact.business_date(), fact.customer());
        let dated = met.reversal_parts.iter().filter(|reversal_part| reversal_part.dated);
        let dated = dated
            .map(|reversal_part| (reversal_part.position, &*reversal_part.id, reversal_part.effective(date)));
        let credits = fact.creditors().iter().filter(|creditor| **creditor == holder).count() as u64;
        for (position, id, date) in [(met.position, fact.id(), date)].into_iter().chain(dated) {
            let mut note = |name: HolderId, role: Role, parts: u64| {
                let named = Named { name, role, source: fact.source, customer: &customer, date };
                let Err(reason) = names.place(named) else { return };
                let tallies = if role == Role::Unit { &mut self.branches } else { &mut self.own };
                tally(tallies, (name, fact.source, reason), parts, date, (position, id));
            };
            if credits > 0 {
                note(holder, Role::Employee, credits);
                if let Some(branch) = fact.branch.filter(|_| self.at_branch.contains(&holder)) {
                    note(branch, Role::Unit, credits);
                }
            }
            if fact.keeping_branch() == Some(holder) {
                note(holder, Role::Unit, 1);
            }
        }
        None
    }

    fn end(&mut self, _: HolderId, _: &mut NameResolution) {
        let own = std::mem::take(&mut self.own).into_iter();
        self.found.extend(own.map(|((name, source, reason), tally)| (name, source, reason, tally)));
    }
}

fn tally(
    tallies: &mut Tallies,
    key: (HolderId, SourceId, Reason),
    parts: u64,
    date: Date,
    (position, id): (Position, &str),
) {
    let tally = tallies.entry(key).or_insert_with(|| Tally {
        entries: 0,
        first: date,
        last: date,
        example: (position, id.into()),
    });
    tally.entries += parts;
    tally.first = tally.first.min(date);
    tally.last = tally.last.max(date);
    if tally.example.0 < position {
        tally.example = (position, id.into());
    }
}
