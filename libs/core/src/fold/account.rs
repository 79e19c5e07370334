//! A participant's account in a contest: every credit that makes up its score, entry by entry, from the journal. It
//! explains; it never changes anything.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::Position;
use crate::fold::contest_state::{Holders, Surroundings};
use crate::fold::group::Group;
use crate::fold::leaf::{LeafKey, NOBODY, UNKNOWN};
use crate::fold::places::{HELD, Places};
use crate::fold::shard::Shard;
use crate::fold::walk::walk;
use crate::pages::{PageError, Pages};

/// One credit, or what a dated reversal took.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountLine {
    /// Where the original is.
    pub original: Position,
    /// The business date that it counts on.
    pub date: Date,
    /// The source's name.
    pub source: String,
    /// The id of the entry that gave it: the original's, or the reversal's.
    pub id: String,
    /// The indicator's index.
    pub indicator: usize,
    /// In 1/10,000 of the measure's unit.
    pub measure: i128,
    /// In 1/10,000 of a point.
    pub points: i128,
}

impl Shard {
    /// The account of an employee, or of a unit as far as nobody is credited for what it holds: the credits of the
    /// contest that is served, by original. Nothing for a contest or a participant that is not known.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn account(
        &mut self,
        pages: &dyn Pages,
        contest: &str,
        participant: &str,
    ) -> Result<Vec<AccountLine>, PageError> {
        let Some(number) = self.participants.find(participant) else { return Ok(Vec::new()) };
        let served = self.contests.get(contest);
        let Some(state) = served.and_then(|served| served.live.as_ref()) else { return Ok(Vec::new()) };
        let around = Surroundings::new(&self.register, &self.participants, &self.sources, &self.keys);
        let mut lines: BTreeMap<Position, Vec<AccountLine>> = BTreeMap::new();
        let is_employee = around.organisation.employee(participant).is_some();
        let names = around.organisation.names_that_may_mean([participant]);
        for holder in names.into_iter().filter_map(|name| around.participants.find(name)) {
            walk(&mut self.journal, pages, holder, &mut |journal, met| {
                let event = met.fact.event(journal.codes(), &self.participants, &self.sources);
                let creditors = met.fact.creditors();
                let (source, recorded) = (met.fact.source, met.fact.recorded);
                let holders = Holders::of(&event, met.fact.branch, &creditors, source, around.keys);
                let mut own = Vec::new();
                let group = Group { event: &event, source, recorded, takings: met.takings };
                state.credits(group, &mut |credit| {
                    let leaf = state.leaf_of(holders, &credit, around, &mut self.places);
                    if leaf.is_some_and(|leaf| is_of(number, is_employee, leaf, &self.places)) {
                        own.push(AccountLine {
                            original: met.position,
                            date: credit.date,
                            source: self.sources.text(source).to_owned(),
                            id: credit.reach.id.to_owned(),
                            indicator: credit.indicator,
                            measure: credit.part.measure,
                            points: credit.part.points,
                        });
                    }
                });
                lines.insert(met.position, own);
                None
            })?;
        }
        Ok(lines.into_values().flatten().collect())
    }
}

/// Whether a leaf's credits are a participant's. What waits is in the account of the name that is waited for, unless that
/// is also an employee's id: an employee's account is exactly what the employee's row has.
fn is_of(number: u32, is_employee: bool, leaf: LeafKey, places: &Places) -> bool {
    match leaf.person {
        NOBODY if leaf.place != HELD => {
            places.stops(leaf.place).first().is_some_and(|stop| stop.unit() == number)
        }
        NOBODY | UNKNOWN => leaf.holder == number && !is_employee,
        person => person == number,
    }
}
