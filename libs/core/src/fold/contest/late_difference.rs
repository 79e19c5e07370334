//! What an entry after the seal would have changed: of a contest's tables, or of the credits that it makes of a group.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::Time;
use crate::fold::board::digest::Digest;
use crate::fold::contest::state::ContestState;
use crate::fold::credit::group::{Credit, Group};
use crate::fold::ledger::leaf::LeafKey;
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::fold::placement::places::Places;
use crate::fold::result::late::LateChange;

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
        let sum = self
            .0
            .entry((key, credit.indicator.get().into(), reach.date, reach.occurred, reach.id))
            .or_default();
        let [first, second] = credit.part.0;
        for (sum, part) in sum.iter_mut().zip([first, second, 1]) {
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
