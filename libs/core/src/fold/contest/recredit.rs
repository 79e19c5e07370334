//! Credits from events that must be looked at together, when one of them arrived or was reversed: credits
//! that are no longer given are taken back, and new ones are given. It looks at one dossier and one contest.

use std::collections::BTreeMap;

use crate::contest::compiled::Rules;
use crate::fold::contest::late_difference::Difference;
use crate::fold::contest::posting::Direction;
use crate::fold::contest::state::ContestState;
use crate::fold::credit::group::Credit;
use crate::fold::entity::balance_reports::Holds;
use crate::fold::entity::balances::{self, Gift, OfBalances};
use crate::fold::entity::dossier_change::DossierChange;
use crate::fold::entity::dossiers::id::DossierId;
use crate::fold::entity::dossiers::reading::{At, Member, Reading};
use crate::fold::entity::gathered_kinds::GatheredKinds;
use crate::fold::entity::nth_product::{self, CustomerCredits};
use crate::fold::entity::reported_days::{DaysChange, KnownDays};
use crate::fold::placement::context::Context;
use crate::fold::placement::places::Places;
use crate::fold::result::late::LateChange;
use crate::rule::class::{Class, GroupKey};
use crate::rule::evaluation::Evaluation;
use crate::types::ids::{HolderId, IndicatorIx, KeyId};
use crate::types::pages::PageError;

/// The events of a customer that a contest contains, before and after a change.
fn before_and_after<'c>(
    change: &DossierChange<'c, '_>,
    holds: Holds,
) -> (Vec<&'c Member<'c>>, Vec<&'c Member<'c>>) {
    let At { index, .. } = change.before.at;
    let is_held = |member: &Member| holds.is_none_or(|holds| holds(member.position));
    let is: Vec<_> = change.members.iter().enumerate().filter(|(_, member)| is_held(member)).collect();
    let before = |(at, member): &(usize, &'c Member<'c>)| match *at == index {
        true => change.before.member.map(|member| member as &Member),
        false => Some(*member),
    };
    (is.iter().filter_map(before).collect(), is.iter().map(|(_, member)| *member).collect())
}

/// The indicators that measure balances of accounts.
fn of_balances(rules: &Rules) -> impl Iterator<Item = OfBalances<'_>> + '_ {
    let indicators = (0..).map(IndicatorIx::new).zip(&rules.contest.indicators);
    indicators.filter_map(|(indicator, own)| match own.measure.evaluation() {
        Evaluation::ByAccount(rule) => Some(OfBalances { indicator, rule }),
        Evaluation::Additive(_)
        | Evaluation::Distinct(_)
        | Evaluation::ByCustomer(_)
        | Evaluation::Derived(_) => None,
    })
}

/// The credits that a contest gives for the events of a customer.
fn gather<'a>(rules: &Rules, members: &[&'a Member<'a>]) -> CustomerCredits<'a> {
    let mut gathered = CustomerCredits::new();
    for (at, indicator) in (0..).map(IndicatorIx::new).zip(&rules.contest.indicators) {
        match indicator.measure.evaluation() {
            Evaluation::ByCustomer(rule) => nth_product::credit(rules, at, rule, members, &mut gathered),
            Evaluation::Additive(_)
            | Evaluation::Distinct(_)
            | Evaluation::ByAccount(_)
            | Evaluation::Derived(_) => {}
        }
    }
    gathered
}

/// Gives every credit of a dossier, from those of its events that the contest contains.
pub(crate) fn gather_all(
    rules: &Rules,
    id: DossierId,
    reading: &Reading,
    holds: Holds,
    give: &mut dyn FnMut(&Member, Credit),
) -> Result<(), PageError> {
    match id {
        DossierId::Customer(_) => {
            let members = reading.members()?;
            let own = members.iter().filter(|member| holds.is_none_or(|holds| holds(member.position)));
            let own: Vec<&Member> = own.collect();
            gather(rules, &own).into_iter().for_each(|(member, credit)| give(member, credit));
        }
        DossierId::Account(_) => {
            for measured in of_balances(rules) {
                for gift in balances::all(rules, measured, reading, None, holds)? {
                    let member = reading.member(gift.at)?;
                    gift.share(&member.event, member.source, &mut |credit| give(&member, credit));
                }
            }
        }
    }
    Ok(())
}

impl ContestState {
    /// Adds the types whose events the contest must look at together.
    pub(crate) fn note_gathered(&self, kinds: &mut GatheredKinds) {
        for indicator in &self.contest.indicators {
            let Class::Grouped(by) = indicator.measure.class() else { continue };
            for kind in indicator.events.iter().chain(indicator.openings()) {
                let gathered = kinds.entry(kind);
                match by {
                    GroupKey::Account => gathered.account = true,
                    GroupKey::Customer => gathered.customer = true,
                }
            }
        }
    }

    /// Gives one holder its credits from a dossier again, after the holder's leaves were cleared.
    pub(crate) fn give_all_again(
        &mut self,
        holder: HolderId,
        id: DossierId,
        reading: &Reading,
        holds: Holds,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError> {
        let rules = self.rules.clone();
        gather_all(&rules, id, reading, holds, &mut |member, credit| {
            let holders = member.holders(context.keys);
            let key = self.leaf_of(holders, &credit, context, places);
            if key.is_some_and(|key| key.holder == holder) {
                self.post(holders, credit, Direction::Give, context, places);
            }
        })
    }

    /// Replaces the credits of a dossier before a change by those after it.
    pub(crate) fn recredit(
        &mut self,
        change: DossierChange,
        holds: Holds,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError> {
        match change.id {
            DossierId::Customer(_) => {
                self.recredit_customer(&change, holds, context, places);
                Ok(())
            }
            DossierId::Account(account) => self.recredit_account(account, change, holds, context, places),
        }
    }

    fn recredit_customer(
        &mut self,
        change: &DossierChange,
        holds: Holds,
        context: Context,
        places: &mut Places,
    ) {
        let rules = self.rules.clone();
        let (was, is) = before_and_after(change, holds);
        let (mut was, mut is) = (gather(&rules, &was), gather(&rules, &is));
        cancel(&mut was, &mut is, |(member, credit)| {
            let Credit { creditor, indicator, part, span, date, .. } = credit;
            (member.position, *indicator, *span, *creditor, *date, part.0)
        });
        for (gathered, direction) in [(was, Direction::TakeAway), (is, Direction::Give)] {
            for (member, credit) in gathered {
                self.post(member.holders(context.keys), credit, direction, context, places);
            }
        }
    }

    fn recredit_account(
        &mut self,
        account: KeyId,
        change: DossierChange,
        holds: Holds,
        context: Context,
        places: &mut Places,
    ) -> Result<(), PageError> {
        let rules = self.rules.clone();
        let DossierChange { reading, before, .. } = change;
        let date = reading.segment(before.at.segment)?.heads()[before.at.index].date;
        for measured in of_balances(&rules) {
            // With `holds` only some reports are seen. The cached sums are those of all, so they are not used then.
            let sums = holds.is_none().then_some((&mut self.closed, account));
            let difference = balances::difference(&rules, measured, reading, before, holds, sums)?;
            if difference.reports != 0 {
                self.reported.count(measured.indicator, crate::types::date::unpack(date), difference.reports);
            }
            for (gifts, direction) in
                [(difference.was, Direction::TakeAway), (difference.is, Direction::Give)]
            {
                for gift in gifts {
                    let member = reading.member(gift.at)?;
                    let holders = member.holders(context.keys);
                    gift.share(&member.event, member.source, &mut |credit| {
                        self.post(holders, credit, direction, context, places);
                    });
                }
            }
        }
        Ok(())
    }

    /// Converts a credit that grows every day into what it amounts to so far.
    fn counted<'a>(&self, credit: Credit<'a>, days: &KnownDays) -> Credit<'a> {
        let days = days.of(credit.span, credit.indicator);
        match self.contest.indicators[credit.indicator.index()].measure.evaluation() {
            Evaluation::ByAccount(rule) => Credit { part: rule.so_far(credit.part, days), ..credit },
            Evaluation::Additive(_)
            | Evaluation::Distinct(_)
            | Evaluation::ByCustomer(_)
            | Evaluation::Derived(_) => credit,
        }
    }

    /// What a change of a dossier would change, by holder and indicator: see [`ContestState::recredit`]. `None`
    /// if no credit would change. Empty if credits would change but no sum, such as when a credit is replaced
    /// by an equal one at another business time.
    pub(crate) fn gathered_difference(
        &self,
        change: DossierChange,
        days: DaysChange,
        context: Context,
        places: &mut Places,
    ) -> Result<Option<Vec<LateChange>>, PageError> {
        match change.id {
            DossierId::Customer(_) => {
                let (was, is) = before_and_after(&change, None);
                let (was, is) = (gather(&self.rules, &was), gather(&self.rules, &is));
                let was = was.into_iter().map(|(member, credit)| (member, credit, -1));
                let all = was.chain(is.into_iter().map(|(member, credit)| (member, credit, 1)));
                Ok(self.changes(all, context, places))
            }
            DossierId::Account(_) => self.account_difference(change, days, context, places),
        }
    }

    fn account_difference(
        &self,
        change: DossierChange,
        days: DaysChange,
        context: Context,
        places: &mut Places,
    ) -> Result<Option<Vec<LateChange>>, PageError> {
        let (was, is) = self.gifts(change, days.before == days.now)?;
        let mut members = Vec::with_capacity(was.len() + is.len());
        for gift in was.iter().chain(&is) {
            members.push(change.reading.member(gift.at)?);
        }
        let mut all = Vec::new();
        for (index, (gift, member)) in was.iter().chain(&is).zip(&members).enumerate() {
            let (days, sign) = if index < was.len() { (days.before, -1) } else { (days.now, 1) };
            gift.share(&member.event, member.source, &mut |credit| {
                all.push((&**member, self.counted(credit, days), sign));
            });
        }
        Ok(self.changes(all, context, places))
    }

    /// The sum of credits given and taken back.
    fn changes<'a>(
        &self,
        all: impl IntoIterator<Item = (&'a Member<'a>, Credit<'a>, i128)>,
        context: Context,
        places: &mut Places,
    ) -> Option<Vec<LateChange>> {
        let mut difference = Difference::default();
        for (member, credit, sign) in all {
            if let Some(key) = self.leaf_of(member.holders(context.keys), &credit, context, places) {
                difference.add(key, &credit, sign);
            }
        }
        difference.changes()
    }

    /// What an account gave before and gives now. If `is_same`, the days that are known did not change, and
    /// whatever is equal before and after is left out.
    fn gifts(&self, change: DossierChange, is_same: bool) -> Result<(Vec<Gift>, Vec<Gift>), PageError> {
        let (mut was, mut is) = (Vec::new(), Vec::new());
        let DossierChange { reading, before, .. } = change;
        for measured in of_balances(&self.rules) {
            if is_same {
                let difference = balances::difference(&self.rules, measured, reading, before, None, None)?;
                was.extend(difference.was);
                is.extend(difference.is);
            } else {
                was.extend(balances::all(&self.rules, measured, reading, Some(before), None)?);
                is.extend(balances::all(&self.rules, measured, reading, None, None)?);
            }
        }
        Ok((was, is))
    }
}

/// Removes from both lists what they have in common.
fn cancel<T, K: Ord>(was: &mut Vec<T>, is: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut counts: BTreeMap<K, i64> = BTreeMap::new();
    was.iter().for_each(|one| *counts.entry(key(one)).or_default() -= 1);
    is.iter().for_each(|one| *counts.entry(key(one)).or_default() += 1);
    let mut keep = |one: &T, sign: i64| {
        counts.get_mut(&key(one)).is_some_and(|left| {
            let is_left = *left * sign > 0;
            *left -= if is_left { sign } else { 0 };
            is_left
        })
    };
    was.retain(|one| keep(one, -1));
    is.retain(|one| keep(one, 1));
}
