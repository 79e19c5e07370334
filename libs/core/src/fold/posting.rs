//! Posting: what a group is worth to a contest goes to the leaves of its holders and from there to the boards' rows.
//! What a group was worth before is taken back by the same way.

use crate::contest::UnitFrom;
use crate::contest::check::TIE_BREAKS_MAX;
use crate::fold::board::{Addition, NO_ROW};
use crate::fold::contest_state::{ContestState, Holders, Surroundings};
use crate::fold::group::{Credit, Group, credits};
use crate::fold::leaf::{LeafCredit, LeafKey, NOBODY};
use crate::fold::places::{Named, Places};
use crate::fold::worth::Worth;
use crate::organisation::Role;

/// Whether credits are given or taken away again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Give,
    TakeAway,
}

impl ContestState {
    /// Credits a group as it now is, in place of what it was before. Leaves whose reach is in doubt afterwards are left
    /// in `doubted`; the journal has the answer.
    pub fn change(
        &mut self,
        holders: Holders,
        was: Option<Group>,
        is: Group,
        around: Surroundings,
        places: &mut Places,
    ) {
        let contest = self.contest.clone();
        let Some(indicators) = self.by_kind.get(is.event.kind.as_ref()).cloned() else { return };
        if let Some(was) = was {
            let late = credits(&contest, &indicators, was, &mut |credit| {
                self.post(holders, credit, Direction::TakeAway, around, places);
            });
            self.late -= late;
        }
        let late = credits(&contest, &indicators, is, &mut |credit| {
            self.post(holders, credit, Direction::Give, around, places);
        });
        self.late += late;
    }

    /// Every credit that the contest makes of a group; posts none.
    pub fn credits<'a>(&self, group: Group<'a>, give: &mut impl FnMut(Credit<'a>)) {
        if let Some(indicators) = self.by_kind.get(group.event.kind.as_ref()) {
            credits(&self.contest, indicators, group, give);
        }
    }

    /// Gives again what one holder has of a group, after the holder's leaves were cleared.
    pub(crate) fn give_again(
        &mut self,
        holder: u32,
        holders: Holders,
        group: Group,
        around: Surroundings,
        places: &mut Places,
    ) {
        let contest = self.contest.clone();
        let Some(indicators) = self.by_kind.get(group.event.kind.as_ref()).cloned() else { return };
        credits(&contest, &indicators, group, &mut |credit| {
            let key = self.leaf_of(holders, &credit, around, places);
            if key.is_some_and(|key| key.holder == holder) {
                self.post(holders, credit, Direction::Give, around, places);
            }
        });
    }

    /// The leaf that a credit goes to; none when there is neither creditor nor branch.
    pub fn leaf_of(
        &self,
        holders: Holders,
        credit: &Credit,
        around: Surroundings,
        places: &mut Places,
    ) -> Option<LeafKey> {
        let creditor = credit.creditor.and_then(|index| holders.creditors.get(index).copied());
        let mut ask = |name, role| {
            let Holders { source, customer, .. } = holders;
            places.of(Named { name, role, source, customer, date: credit.date }, around)
        };
        match (creditor, holders.branch) {
            (Some(holder), branch) => {
                let (person, own) = ask(holder, Role::Employee);
                let branch = branch.filter(|_| self.contest.unit_from == UnitFrom::Event);
                let place = branch.map_or(own, |branch| ask(branch, Role::Unit).1);
                Some(LeafKey { holder, person, place })
            }
            (None, Some(holder)) => {
                let (_, place) = ask(holder, Role::Unit);
                Some(LeafKey { holder, person: NOBODY, place })
            }
            (None, None) => None,
        }
    }

    fn post(
        &mut self,
        holders: Holders,
        credit: Credit,
        direction: Direction,
        around: Surroundings,
        places: &mut Places,
    ) {
        let Some(key) = self.leaf_of(holders, &credit, around, places) else { return };
        let (leaf, is_new) = self.leaves.open(key);
        if is_new {
            self.place_leaf(key, around, places);
        }
        let raises = self.uses_reach && credit.part.points > 0;
        let (live, part, reach) = match direction {
            Direction::Give => (1, credit.part, raises.then_some(credit.reach)),
            Direction::TakeAway => {
                let Worth { measure, points } = credit.part;
                (-1, Worth { measure: -measure, points: -points }, None)
            }
        };
        self.leaves.add(leaf, &LeafCredit { indicator: credit.indicator, live, part, reach }, around.sources);
        if self.is_held[leaf as usize] {
            self.held = self.held.wrapping_add_signed(live);
        }
        let in_doubt =
            raises && direction == Direction::TakeAway && self.leaves.is_reach(leaf, &credit.reach);
        if in_doubt {
            self.doubted.push(leaf);
        }
        let mut tie_measures = [0i128; TIE_BREAKS_MAX];
        let ties = self.tie_indicators.len().min(tie_measures.len());
        for (measure, of) in tie_measures.iter_mut().zip(&self.tie_indicators) {
            *measure = if *of == credit.indicator { part.measure } else { 0 };
        }
        let addition = Addition { live, points: part.points, tie_measures: &tie_measures[..ties], reach };
        let first = leaf as usize * self.boards.len();
        for (board, row) in self.boards.iter_mut().zip(&self.rows[first..]) {
            if *row != NO_ROW {
                board.add(*row, &addition, around.sources);
                if in_doubt {
                    board.doubt_reach(*row);
                }
            }
        }
    }
}
