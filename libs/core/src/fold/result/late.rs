//! What came after a contest was sealed and would have changed its result: a list for people, entry by entry. It never
//! changes the result.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fold::board::digest::Digest;
use crate::fold::contest::state::ContestState;
use crate::fold::credit::group::{Credit, Group};
use crate::fold::ledger::leaf::LeafKey;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::fold::placement::places::Places;
use crate::fold::result::sealed::{self, Sealed};
use crate::types::ids::SourceId;
use crate::types::page_bounds::{PageBounds, worth};
use crate::types::pages::{PageError, Pages, decode};
use crate::{Position, Time};

const LATE: u8 = 2;

/// An entry that came after the seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateEntry {
    /// Where it is.
    pub position: Position,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// What it is about.
    pub about: LateAbout,
    /// What it would have added to whom, or taken away.
    pub changes: Vec<LateChange>,
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LateAbout {
    /// The event of that source and id, or what takes it back.
    Event {
        /// The source's number.
        source: SourceId,
        /// The original's id.
        id: Box<str>,
        /// The original's type.
        kind: Box<str>,
    },
    /// The organisation changed, and ranks would have.
    Organisation,
    /// Targets changed, and ranks would have.
    Targets,
    /// Another definition of the contest.
    Definition {
        /// Its revision.
        revision: u64,
    },
}

/// What an entry would have changed for one holder and indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateChange {
    /// Who would have held it.
    pub holder: LeafKey,
    /// The indicator's index.
    pub indicator: u32,
    /// In 1/10,000 of the measure's unit.
    pub measure: i128,
    /// In 1/10,000 of a point.
    pub points: i128,
    /// Credits more, or less.
    pub credits: i64,
}

impl LateEntry {
    /// Refuses what a page cannot have.
    fn check(&self, limits: &PageBounds) -> Result<(), String> {
        limits.position(self.position)?;
        if let LateAbout::Event { source, .. } = &self.about {
            limits.source(*source)?;
        }
        self.changes.iter().try_for_each(|change| {
            limits.leaf(&change.holder)?;
            limits.indicator(change.indicator)?;
            worth(change.measure, change.points)
        })
    }
}

impl Sealed {
    /// Notes an entry, or what else one would have changed that was noted just before.
    pub(crate) fn note(&mut self, entry: LateEntry) {
        if let Some(last) = self.pending.last_mut().filter(|last| last.position == entry.position) {
            return last.changes.extend(entry.changes);
        }
        self.result.late_entries += 1;
        self.pending.push(entry);
    }

    /// Entries that would have changed the result, in the order of the log, from the `first`th on, counted from 0.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn late_entries(
        &self,
        pages: &dyn Pages,
        first: u64,
        count: usize,
    ) -> Result<Vec<LateEntry>, PageError> {
        let written = self.result.late_entries - self.pending.len() as u64;
        let last = self.result.late_entries.min(first.saturating_add(count as u64));
        let mut found = Vec::new();
        for number in first..last {
            if let Some(at) = number.checked_sub(written) {
                found.extend(self.pending.get(at as usize).cloned());
                continue;
            }
            let key = key(&self.contest.id, number);
            let missing = || PageError::Damaged { key: key.clone(), reason: "it is missing".into() };
            let bytes = pages.load(&key)?.ok_or_else(missing)?;
            let entry: LateEntry = decode(&key, &bytes)?;
            entry.check(&self.limits).map_err(|reason| PageError::damaged(&key, reason))?;
            found.push(entry);
        }
        Ok(found)
    }
}

pub(crate) fn key(id: &str, number: u64) -> Vec<u8> {
    sealed::key(LATE, id, &number.to_be_bytes())
}

/// The digests of all tables of a contest as they stand. Those of the wholes are not enough: where only places count, a
/// round may have other scores without any whole being another.
pub(crate) fn digests(state: &mut ContestState, context: Context) -> Vec<Digest> {
    let mut digests = state.settled(context);
    let rounds = state.tables().filter(|(round, _)| round.is_some());
    digests.extend(rounds.map(|(_, table)| table.digest()));
    digests
}

/// What becomes different for whom when a group is worked out again; nothing at all if no credit does.
pub(crate) fn difference(
    state: &ContestState,
    holders: Holders,
    (was, is): (Option<Group>, Group),
    context: Context,
    places: &mut Places,
) -> Option<Vec<LateChange>> {
    let mut difference = Difference::default();
    for (group, sign) in was.map(|was| (was, -1)).into_iter().chain([(is, 1)]) {
        state.credits(group, &mut |credit| {
            if let Some(key) = state.leaf_of(holders, &credit, context, places) {
                difference.add(key, &credit, sign);
            }
        });
    }
    difference.changes()
}

/// To whom a credit goes, under which indicator, and its place in business time.
type Place<'a> = (LeafKey, u32, Date, Time, &'a str);

/// Credits given and taken away.
#[derive(Default)]
pub(crate) struct Difference<'a>(BTreeMap<Place<'a>, [i128; 3]>);

impl<'a> Difference<'a> {
    /// Adds a credit, or takes it away.
    pub(crate) fn add(&mut self, key: LeafKey, credit: &Credit<'a>, sign: i128) {
        let reach = credit.reach;
        let sum =
            self.0.entry((key, credit.indicator as u32, reach.date, reach.occurred, reach.id)).or_default();
        for (sum, part) in sum.iter_mut().zip([credit.part.measure, credit.part.points, 1]) {
            *sum += sign * part;
        }
    }

    /// What differs, by holder and indicator; nothing at all if no credit does. Credits that only take each other's place
    /// in business time are a difference with no change of sums.
    pub(crate) fn changes(mut self) -> Option<Vec<LateChange>> {
        self.0.retain(|_, sum| *sum != [0; 3]);
        if self.0.is_empty() {
            return None;
        }
        let mut sums: BTreeMap<(LeafKey, u32), [i128; 3]> = BTreeMap::new();
        for ((holder, indicator, ..), parts) in self.0 {
            let sum = sums.entry((holder, indicator)).or_default();
            sum.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
        }
        let sums = sums.into_iter().filter(|(_, sum)| *sum != [0; 3]);
        let changes = sums.map(|((holder, indicator), [measure, points, credits])| LateChange {
            holder,
            indicator,
            measure,
            points,
            credits: credits as i64,
        });
        Some(changes.collect())
    }
}
