//! Events that are looked at together: when one of an account's or a customer's events comes or is taken back, what all
//! of them are worth is worked out again, and the difference is posted. The mechanism is that of a single event's group;
//! the group is a dossier.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::contest::Measure;
use crate::event::Event;
use crate::fold::balances;
use crate::fold::contest_state::ContestState;
use crate::fold::dossiers::{About, Member};
use crate::fold::group::Credit;
use crate::fold::journal::Fact;
use crate::fold::late::{Difference, LateChange};
use crate::fold::nth_product;
use crate::fold::places::Places;
use crate::fold::posting::Direction;
use crate::fold::shard::Shard;
use crate::fold::surroundings::Surroundings;
use crate::fold::taking::Taking;
use crate::fold::worth::Worth;
use crate::names::Names;
use crate::pages::{PageError, Pages};
use crate::{Position, Time};

/// What a dossier gives in a contest.
#[derive(Default)]
pub struct Gathered<'a> {
    /// Each credit, with the event that names who gets it.
    pub credits: Vec<(&'a Member<'a>, Credit<'a>)>,
    /// The day of every report of a balance, by indicator.
    pub reports: Vec<(usize, Date)>,
}

/// In which dossiers events of a type are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gathers {
    /// In their account's.
    pub by_account: bool,
    /// In their customer's.
    pub by_customer: bool,
}

/// The types that contests gather.
pub type GatheredKinds = FxHashMap<Box<str>, Gathers>;

impl ContestState {
    /// Adds the types that the contest gathers.
    pub(crate) fn note_gathered(&self, kinds: &mut GatheredKinds) {
        for indicator in self.contest.indicators.iter().filter(|indicator| indicator.measure.looks_back()) {
            for kind in indicator.events.iter().chain(indicator.measure.openings()) {
                let gathers = kinds.entry(kind.as_str().into()).or_default();
                match indicator.measure.is_of_balances() {
                    true => gathers.by_account = true,
                    false => gathers.by_customer = true,
                }
            }
        }
    }

    /// What a dossier's members are worth to the contest.
    pub(crate) fn gather<'a>(&self, about: About, members: &[&'a Member<'a>]) -> Gathered<'a> {
        let mut gathered = Gathered::default();
        for (at, indicator) in self.contest.indicators.iter().enumerate() {
            match about {
                About::Account(_) if indicator.measure.is_of_balances() => {
                    balances::gather(&self.rules, at, members, &mut gathered);
                }
                About::Customer(_) if !indicator.measure.openings().is_empty() => {
                    nth_product::gather(&self.rules, at, members, &mut gathered);
                }
                About::Account(_) | About::Customer(_) => {}
            }
        }
        gathered
    }

    /// Credits a dossier as it now is, in place of what it was before.
    pub(crate) fn regather(
        &mut self,
        about: About,
        was: &[&Member],
        is: &[&Member],
        around: Surroundings,
        places: &mut Places,
    ) {
        let (mut was, mut is) = (self.gather(about, was), self.gather(about, is));
        cancel(&mut was.reports, &mut is.reports, |report| *report);
        cancel(&mut was.credits, &mut is.credits, |(member, credit)| {
            let part = (credit.part.measure, credit.part.points);
            (member.position, credit.indicator, credit.span, credit.creditor, credit.date, part)
        });
        for (gathered, live, direction) in [(&was, -1, Direction::TakeAway), (&is, 1, Direction::Give)] {
            for (member, credit) in &gathered.credits {
                self.post(member.holders(around.keys), *credit, direction, around, places);
            }
            for (indicator, date) in &gathered.reports {
                self.reported.count(*indicator, *date, live);
            }
        }
    }

    /// A credit as what it has come to by now: what a balance adds every day it has added so often.
    fn counted<'a>(&self, credit: Credit<'a>, days: &[Vec<i64>]) -> Credit<'a> {
        match self.contest.indicators[credit.indicator].measure {
            Measure::AverageBalance { .. } => {
                let days = i128::from(days[credit.span][credit.indicator]);
                let measure = if days == 0 { 0 } else { credit.part.measure + credit.part.points * days };
                Credit { part: Worth { measure, points: 0 }, ..credit }
            }
            _ => credit,
        }
    }

    /// What would become different for whom: see [`ContestState::regather`]. Nothing at all if no credit would; credits
    /// that only take each other's place in business time are a difference with no change of sums.
    pub(crate) fn gathered_difference(
        &self,
        about: About,
        (was, is): (Known, Known),
        around: Surroundings,
        places: &mut Places,
    ) -> Option<Vec<LateChange>> {
        let mut difference = Difference::default();
        for (known, sign) in [(was, -1), (is, 1)] {
            for (member, credit) in self.gather(about, &known.members).credits {
                let credit = self.counted(credit, known.days);
                if let Some(key) = self.leaf_of(member.holders(around.keys), &credit, around, places) {
                    difference.add(key, &credit, sign);
                }
            }
        }
        difference.changes()
    }
}

/// What was known at a time: a dossier's members, and for how many days balances: of each span, by indicator.
pub(crate) struct Known<'k, 'a> {
    pub members: Vec<&'a Member<'a>>,
    pub days: &'k [Vec<i64>],
}

/// Takes out of both lists what is in both.
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

/// An event that comes into its dossiers, or has been taken back.
pub(crate) struct Gathering<'e> {
    /// Its dossiers.
    pub about: Vec<About>,
    /// Where the original is.
    pub original: Position,
    /// What changed its group: its own position and time, or a reversal's.
    pub entry: (Position, Time),
    /// What is kept of it.
    pub fact: &'e Fact<'e>,
    /// What takes it back.
    pub takings: &'e [Taking],
}

impl Shard {
    /// The dossiers that an event is in, as far as contests ask for them.
    pub(crate) fn dossiers_of(&mut self, event: &Event) -> Vec<About> {
        let Some(gathers) = self.gathered.get(event.kind.as_ref()).copied() else { return Vec::new() };
        let mut all = Vec::new();
        if gathers.by_account && !event.subject.is_empty() {
            all.push(About::Account(self.keys.intern(&event.subject)));
        }
        if gathers.by_customer && !event.customer.is_empty() {
            all.push(About::Customer(self.keys.intern(&event.customer)));
        }
        all
    }

    /// Puts an event into its dossiers, and lets every contest work them out again.
    pub(crate) fn gather(&mut self, pages: &dyn Pages, gathering: &Gathering) -> Result<(), PageError> {
        for about in gathering.about.iter().copied() {
            let before = self.dossiers.read(pages, about)?;
            let after = before.with(gathering.original, gathering.fact, gathering.takings)?;
            self.dossiers.write(pages, about, after.clone())?;
            let around = Surroundings::new(&self.register, &self.participants, &self.sources, &self.keys);
            let codes = self.journal.codes();
            let (was, is) = (before.members(codes, around)?, after.members(codes, around)?);
            for served in self.contests.values_mut() {
                served.regather(about, gathering, (&was, &is), codes, around, &mut self.places);
            }
        }
        Ok(())
    }

    /// Puts an old event into its dossiers for a contest that is read again from the log.
    pub(crate) fn gather_again(
        &mut self,
        pages: &dyn Pages,
        contest: &str,
        gathering: &Gathering,
    ) -> Result<(), PageError> {
        for about in gathering.about.iter().copied() {
            let dossier = self.dossiers.read(pages, about)?;
            let dossier = dossier.with(gathering.original, gathering.fact, gathering.takings)?;
            self.dossiers.write(pages, about, dossier.clone())?;
            let around = Surroundings::new(&self.register, &self.participants, &self.sources, &self.keys);
            let members = dossier.members(self.journal.codes(), around)?;
            let next = self.contests.get_mut(contest).and_then(|served| served.next.as_mut());
            let Some((state, backfill)) = next else { continue };
            // Those before it have been read again already, also in the batch that is being read.
            let (at, until) = (gathering.original, backfill.until);
            let was = held(&members, |other| other < at || other >= until);
            let is = held(&members, |other| other <= at || other >= until);
            state.regather(about, &was, &is, around, &mut self.places);
        }
        Ok(())
    }
}

/// The dossiers that a counted event is in, for a walk along a participant's events.
pub(crate) fn find_dossiers(event: &Event, keys: &Names, gathered: &GatheredKinds) -> Vec<About> {
    let Some(gathers) = gathered.get(event.kind.as_ref()) else { return Vec::new() };
    let find = |is_wanted: bool, text: &str| {
        Some(text).filter(|text| is_wanted && !text.is_empty()).and_then(|text| keys.find(text))
    };
    let account = find(gathers.by_account, &event.subject).map(About::Account);
    account.into_iter().chain(find(gathers.by_customer, &event.customer).map(About::Customer)).collect()
}

/// The members that a contest has already.
pub(crate) fn held<'a>(members: &'a [Member<'a>], holds: impl Fn(Position) -> bool) -> Vec<&'a Member<'a>> {
    members.iter().filter(|member| holds(member.position)).collect()
}
