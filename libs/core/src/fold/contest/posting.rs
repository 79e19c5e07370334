//! Posting: the credits of a group go to the leaves of its holders, and from there to the rows of boards. The
//! credits that the group gave before are taken back in the same way.

use crate::contest::UnitFrom;
use crate::fold::contest::state::ContestState;
use crate::fold::credit::group::{Credit, Group, credits};
use crate::fold::ledger::cells::{Bucket, NO_CUSTOMER};
use crate::fold::ledger::leaf::{LeafCredit, LeafKey};
use crate::fold::placement::context::Context;
use crate::fold::placement::holders::Holders;
use crate::fold::placement::places::{Named, Places};
use crate::organisation::Role;
use crate::rule::class::Apart;
use crate::types::ids::{HolderId, KeyId};

/// Whether credits are given or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Give,
    TakeAway,
}

impl ContestState {
    /// Replaces the credits of a group before a change by those after it. If it is no longer known when a
    /// leaf reached its score, the leaf is added to `doubted`, and the journal must be asked.
    pub fn change(
        &mut self,
        holders: Holders,
        was: Option<Group>,
        is: Group,
        context: Context,
        places: &mut Places,
    ) {
        let rules = self.rules.clone();
        let Some(indicators) = rules.by_kind.get(is.event.kind.as_ref()) else { return };
        if let Some(was) = was {
            let late = credits(&rules, indicators, was, &mut |credit| {
                self.post(holders, credit, Direction::TakeAway, context, places);
            });
            self.late = self.late.saturating_sub(late);
        }
        let late = credits(&rules, indicators, is, &mut |credit| {
            self.post(holders, credit, Direction::Give, context, places);
        });
        self.late += late;
    }

    /// Computes every credit of a group, without posting any.
    pub fn credits<'a>(&self, group: Group<'a>, give: &mut impl FnMut(Credit<'a>)) {
        if let Some(indicators) = self.rules.by_kind.get(group.event.kind.as_ref()) {
            credits(&self.rules, indicators, group, give);
        }
    }

    /// Gives one holder its credits from a group again, after the holder's leaves were cleared.
    pub(crate) fn give_again(
        &mut self,
        holder: HolderId,
        holders: Holders,
        group: Group,
        context: Context,
        places: &mut Places,
    ) {
        let rules = self.rules.clone();
        let Some(indicators) = rules.by_kind.get(group.event.kind.as_ref()) else { return };
        credits(&rules, indicators, group, &mut |credit| {
            let key = self.leaf_of(holders, &credit, context, places);
            if key.is_some_and(|key| key.holder == holder) {
                self.post(holders, credit, Direction::Give, context, places);
            }
        });
    }

    /// The leaf that a credit goes to; `None` if the event has neither creditor nor branch.
    pub fn leaf_of(
        &self,
        holders: Holders,
        credit: &Credit,
        context: Context,
        places: &mut Places,
    ) -> Option<LeafKey> {
        let span = credit.span.get().into();
        let creditor = credit.creditor.and_then(|index| holders.creditors.get(index).copied());
        let mut ask = |name, role| {
            let Holders { source, customer, .. } = holders;
            places.of(Named { name, role, source, customer, date: credit.date }, context)
        };
        match (creditor, holders.branch) {
            (Some(holder), branch) => {
                let (person, own) = ask(holder, Role::Employee);
                let branch = branch.filter(|_| self.contest.unit_from == UnitFrom::Event);
                let place = branch.map_or(own, |branch| ask(branch, Role::Unit).1);
                Some(LeafKey { holder, person, place, span })
            }
            (None, Some(holder)) => {
                let (_, place) = ask(holder, Role::Unit);
                Some(LeafKey { holder, person: HolderId::NOBODY, place, span })
            }
            (None, None) => None,
        }
    }

    /// Posts a credit to its leaf, or takes it back from there.
    pub(crate) fn post(
        &mut self,
        holders: Holders,
        credit: Credit,
        direction: Direction,
        context: Context,
        places: &mut Places,
    ) {
        let Some(key) = self.leaf_of(holders, &credit, context, places) else { return };
        let (leaf, is_new) = self.leaves.open(key);
        if is_new {
            self.place_leaf(key, context, places);
        }
        // Only where events have points of their own is the second number of a credit points.
        let raises = self.uses_reach
            && self.rules.of(credit.indicator.index()).has_points_by_event
            && credit.part.counted().points > 0;
        let (live, part, reach) = match direction {
            Direction::Give => (1, credit.part, raises.then_some(credit.reach)),
            Direction::TakeAway => (-1, -credit.part, None),
        };
        let bucket = self.bucket(holders, &credit);
        let given = LeafCredit { indicator: credit.indicator, live, part, bucket, reach };
        self.add_credit(leaf, credit.span, &given, context.sources);
        if raises && direction == Direction::TakeAway && self.leaves.is_reach(leaf, &credit.reach) {
            self.doubt(leaf, credit.span);
        }
    }

    /// The bucket of a credit, if the indicator splits its credits.
    #[inline]
    fn bucket(&self, holders: Holders, credit: &Credit) -> Option<Bucket> {
        let holding = holders.holding;
        self.rules.apart[credit.indicator.index()].map(|apart| match apart {
            Apart::Days => Bucket::from(crate::types::date::pack(credit.date) as u32),
            Apart::Customers if holding.customer == KeyId::NONE => NO_CUSTOMER,
            Apart::Customers => Bucket::from(holding.customer.get()),
            Apart::Products => {
                Bucket::from(holding.customer.get()) << 32 | Bucket::from(holding.product.get())
            }
        })
    }
}
