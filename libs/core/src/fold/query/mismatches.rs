//! Mismatches: events whose branch disagrees with the creditor's membership, because on the business date it
//! is not on the path from the creditor's unit to the top. Such events are accepted and count by the
//! membership; here they are listed, slice by slice. libs/core/README.md, "Crediting". A name that leads to no
//! unit is not a mismatch but unresolved.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::Position;
use crate::fold::credit::original::Original;
use crate::fold::journal::record::Link;
use crate::fold::placement::name_resolution::NameResolution;
use crate::fold::placement::places::Named;
use crate::fold::query::journal_scan::{JournalScan, Seeker, Sight, Slice, scan_on};
use crate::fold::shard::Shard;
use crate::organisation::Role;
use crate::types::ids::HolderId;
use crate::types::pages::{PageError, Pages};

/// An event whose branch disagrees with the membership of one of its creditors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The event's position.
    pub position: Position,
    /// Its source.
    pub source: String,
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Its business date.
    pub date: Date,
    /// The creditor.
    pub employee: String,
    /// The unit to which the creditor belonged.
    pub unit: String,
    /// The event's branch.
    pub branch: String,
}

/// Which events to look at.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The first business date.
    pub from: Date,
    /// The last business date.
    pub until: Date,
    /// The types; `None` for all.
    pub kinds: Option<BTreeSet<String>>,
    /// How many mismatches to list at most.
    pub limit: u64,
}

/// A search for mismatches.
#[derive(Clone, Debug)]
pub struct MismatchSearch {
    scan: JournalScan,
    has_begun: bool,
    finder: Finder,
}

impl MismatchSearch {
    /// A search that has not begun.
    pub fn new(scope: Scope) -> MismatchSearch {
        let finder =
            Finder { scope, own: Vec::new(), found: Vec::new(), listed: 0, total: 0, branch_unresolved: 0 };
        MismatchSearch { scan: JournalScan::default(), has_begun: false, finder }
    }

    /// Searches one more slice. Returns the mismatches of those employees whose entries are complete.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn go_on(
        &mut self,
        shard: &mut Shard,
        pages: &dyn Pages,
        slice: Slice,
    ) -> Result<Vec<Mismatch>, PageError> {
        self.has_begun = true;
        scan_on(shard, pages, &mut self.scan, slice, &mut self.finder)?;
        Ok(std::mem::take(&mut self.finder.found))
    }

    /// How far the search is.
    pub fn scan(&self) -> &JournalScan {
        &self.scan
    }

    /// Whether it has ended. False before it has begun.
    pub fn is_done(&self) -> bool {
        self.has_begun && self.scan.is_done()
    }

    /// The number of mismatches so far, including those that are not listed.
    pub fn total(&self) -> u64 {
        self.finder.total
    }

    /// The number of events and creditors so far whose branch leads to no unit.
    pub fn branch_unresolved(&self) -> u64 {
        self.finder.branch_unresolved
    }
}

#[derive(Clone, Debug)]
struct Finder {
    scope: Scope,
    /// Mismatches of the current employee.
    own: Vec<Mismatch>,
    found: Vec<Mismatch>,
    /// The number of mismatches listed, including those in `own`.
    listed: u64,
    total: u64,
    branch_unresolved: u64,
}

impl Seeker for Finder {
    fn begin(&mut self, holder: HolderId, head: Link, names: &mut NameResolution) -> bool {
        head.may_reach(self.scope.from)
            && (names.is_known(holder, Role::Employee) || names.is_ambiguous(holder))
    }

    fn look(&mut self, holder: HolderId, sight: Sight, names: &mut NameResolution) -> Option<Date> {
        let Sight { met, journal } = sight;
        let (scope, fact) = (&self.scope, met.fact);
        let (date, earlier) = (fact.business_date(), Some(scope.from));
        let Some(branch) = fact.branch.filter(|_| (scope.from..=scope.until).contains(&date)) else {
            return earlier;
        };
        if !fact.creditors().contains(&holder) {
            return earlier;
        }
        let kind = fact.kind(journal.codes());
        if scope.kinds.as_ref().is_some_and(|kinds| !kinds.contains(&*kind)) {
            return earlier;
        }
        let customer = fact.customer();
        let named = |name, role| Named { name, role, source: fact.source, customer: &customer, date };
        let Ok((employee, own)) = names.place(named(holder, Role::Employee)) else { return earlier };
        if !met.reversal_parts.is_empty() {
            let original = Original::of(fact, met.reversal_parts, journal.codes(), names.context);
            if original.group().is_void() {
                return earlier;
            }
        }
        let Ok((_, theirs)) = names.place(named(branch, Role::Unit)) else {
            self.branch_unresolved += 1;
            return earlier;
        };
        // A merged branch is replaced by the unit that took it over.
        let there = names.units(theirs).next();
        if there.is_none_or(|there| names.units(own).any(|unit| unit == there)) {
            return earlier;
        }
        self.total += 1;
        if self.listed < scope.limit {
            self.listed += 1;
            let name = |number: HolderId| names.context.participants.text(number).to_owned();
            self.own.push(Mismatch {
                position: met.position,
                source: names.context.sources.text(fact.source).to_owned(),
                id: fact.id().to_owned(),
                kind: kind.into_owned(),
                date,
                employee: name(employee),
                unit: names.units(own).next().map(name).unwrap_or_default(),
                branch: name(branch),
            });
        }
        earlier
    }

    fn end(&mut self, _: HolderId, _: &mut NameResolution) {
        // A reversal makes the walk visit its original early, so sort again.
        self.own.sort_unstable_by_key(|mismatch| Reverse(mismatch.position));
        self.found.append(&mut self.own);
    }
}
