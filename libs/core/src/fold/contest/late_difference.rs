//! What an entry after the seal would have changed: in the tables of a contest, or in the credits of a group.

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

/// The digests of all tables of a contest. The tables of the whole contest are not enough: where only places
/// in rounds count, scores of a round can change while the whole stays the same.
pub(crate) fn digests(state: &mut ContestState, context: Context) -> Vec<Digest> {
    let mut digests = state.settled(context);
    let rounds = state.tables().filter(|(round, _)| round.is_some());
    digests.extend(rounds.map(|(_, table)| table.digest()));
    digests
}

/// What changes, and for whom, when the credits of a group are computed again; `None` if no credit changes.
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

/// Identifies a credit: its leaf, its indicator, and its position in business time.
type Place<'a> = (LeafKey, u32, Date, Time, &'a str);

/// The sum of credits given and taken back.
#[derive(Default)]
pub(crate) struct Difference<'a>(BTreeMap<Place<'a>, [i128; 3]>);

impl<'a> Difference<'a> {
    /// Adds a credit, or subtracts it if `sign` is -1.
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

    /// The differences by holder and indicator; `None` if no credit changed. If one credit is replaced by an
    /// equal one at another business time, that is a difference whose sums are zero.
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
