//! Which reports of an account count for an indicator, and which of them is the report of its day. Only the
//! days that are asked for are searched, by the heads in front of the events, so that few events have to be
//! decoded. libs/core/README.md, "Measures".

use std::cell::RefCell;
use std::cmp::Ordering;
use std::ops::Range;

use smallvec::SmallVec;

use crate::Position;
use crate::contest::Indicator;
use crate::contest::compiled::Rules;
use crate::event::Event;
use crate::fold::credit::group::left_of;
use crate::fold::entity::dossiers::reading::{At, Member, Reading};
use crate::fold::entity::dossiers::segment::{Head, Segment};
use crate::rule::balance::Balance;
use crate::types::ids::IndicatorIx;
use crate::types::pages::PageError;
use crate::types::score::SCALE;

/// How many verdicts are cached. Nearly all reports of one account are the same apart from amount and day.
const VERDICTS: usize = 4;

/// Which events a contest already contains, by their positions; `None`: all.
pub type Holds<'h> = Option<&'h dyn Fn(Position) -> bool>;

/// For each shape: whether such reports count, apart from their amounts and times.
type Verdicts<'v> = SmallVec<[(&'v [u8], bool); VERDICTS]>;

/// The report that counts for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its business date, packed.
    pub date: i32,
    /// Its index in the dossier.
    pub at: At,
    /// In 1/10,000 of a major unit.
    pub balance: i128,
}

/// The date and balance of each report, which is all that a rule needs.
pub fn balances(reports: &[Report]) -> SmallVec<[Balance; 4]> {
    reports.iter().map(|report| Balance { date: report.date, balance: report.balance }).collect()
}

/// An event of a dossier before a change.
#[derive(Clone, Copy)]
pub struct Before<'b, 'v> {
    /// Its index in the dossier.
    pub at: At,
    /// The event as it was; `None` if it was not there yet.
    pub member: Option<&'b Member<'v>>,
}

/// A packed date whose reports a search skips. It is the day that changes, and the other days are wanted.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut(pub i32);

/// The reports of an account that count for an indicator.
pub struct Reports<'r, 'v> {
    rules: &'r Rules,
    rule: &'r Indicator,
    reading: &'r Reading<'v>,
    holds: Holds<'r>,
    verdicts: RefCell<Verdicts<'v>>,
}

impl<'r, 'v> Reports<'r, 'v> {
    /// The reports that count for the indicator with that index, among the events that the contest contains.
    pub fn new(rules: &'r Rules, indicator: IndicatorIx, reading: &'r Reading<'v>, holds: Holds<'r>) -> Self {
        let rule = &rules.contest.indicators[indicator.index()];
        Reports { rules, rule, reading, holds, verdicts: RefCell::default() }
    }

    /// The latest report of a day until `date` that is not of the day left out.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn latest(&self, date: i32, but: LeftOut) -> Result<Option<Report>, PageError> {
        for segment in (0..self.reading.segments_until(date)).rev() {
            let heads = self.reading.segment(segment)?.heads();
            let mut end = heads.partition_point(|head| head.date <= date);
            while end > 0 {
                let day = heads[end - 1].date;
                let start = end - heads[..end].iter().rev().take_while(|head| head.date == day).count();
                if day != but.0
                    && let Some(report) = self.best(segment, start..end, None)?
                {
                    return Ok(Some(report));
                }
                end = start;
            }
        }
        Ok(None)
    }

    /// The report of the earliest day after `date`.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn next(&self, date: i32) -> Result<Option<Report>, PageError> {
        let mut found = None;
        self.visit(date, &mut |report| {
            found = Some(report);
            false
        })?;
        Ok(found)
    }

    /// The reports of all days except `but`, by day.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn all_but(&self, but: Option<i32>) -> Result<Vec<Report>, PageError> {
        let mut all = Vec::new();
        self.visit(i32::MIN, &mut |report| {
            all.extend((Some(report.date) != but).then_some(report));
            true
        })?;
        Ok(all)
    }

    /// The report that counts for the day of an event: now or, with `before`, before the event arrived or
    /// changed.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn of_day(&self, at: At, before: Option<Before>) -> Result<Option<Report>, PageError> {
        let heads = self.reading.segment(at.segment)?.heads();
        let day = heads[at.index].date;
        let start = heads.partition_point(|head| head.date < day);
        let count = heads[start..].iter().take_while(|head| head.date == day).count();
        self.best(at.segment, start..start + count, before)
    }

    /// Whether an event is a report that counts, even if it is not the one that its day uses.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn counts(&self, at: At, before: Option<Before>) -> Result<bool, PageError> {
        Ok(self.balance(self.reading.segment(at.segment)?, at, before)?.is_some())
    }

    /// Visits the reports of the days after `date`, in order, while `visit` returns true.
    fn visit(&self, date: i32, visit: &mut dyn FnMut(Report) -> bool) -> Result<(), PageError> {
        let first = if date == i32::MIN { 0 } else { self.reading.segments_until(date).saturating_sub(1) };
        for segment in first..self.reading.segments() {
            let heads = self.reading.segment(segment)?.heads();
            let mut start = heads.partition_point(|head| head.date <= date);
            while start < heads.len() {
                let day = heads[start].date;
                let end = start + heads[start..].iter().take_while(|head| head.date == day).count();
                if let Some(report) = self.best(segment, start..end, None)?
                    && !visit(report)
                {
                    return Ok(());
                }
                start = end;
            }
        }
        Ok(())
    }

    /// The report that counts among those of one day: the one with the greatest revision, then the latest.
    fn best(
        &self,
        segment: usize,
        day: Range<usize>,
        before: Option<Before>,
    ) -> Result<Option<Report>, PageError> {
        let own = self.reading.segment(segment)?;
        let mut best: Option<Report> = None;
        for index in day {
            let at = At { segment, index };
            let Some(balance) = self.balance(own, at, before)? else { continue };
            if match &best {
                Some(best) => self.compare(own, at, best.at)? == Ordering::Greater,
                None => true,
            } {
                best = Some(Report { date: own.heads()[index].date, at, balance });
            }
        }
        Ok(best)
    }

    /// Compares two reports of one day.
    fn compare(&self, segment: &Segment, a: At, b: At) -> Result<Ordering, PageError> {
        let key = |head: &Head| (head.revision, head.occurred);
        let order = key(&segment.heads()[a.index]).cmp(&key(&segment.heads()[b.index]));
        if order != Ordering::Equal {
            return Ok(order);
        }
        fn name<'e>(event: &'e Event) -> impl Ord + 'e {
            (&event.id, &event.source, event.source_sequence.unwrap_or(0))
        }
        let (a, b) = (self.reading.member(a)?, self.reading.member(b)?);
        Ok(name(&a.event).cmp(&name(&b.event)))
    }

    /// The balance of a report, or `None` if it does not count.
    fn balance(
        &self,
        segment: &'v Segment,
        at: At,
        before: Option<Before>,
    ) -> Result<Option<i128>, PageError> {
        if let Some(before) = before.filter(|before| before.at == at) {
            return Ok(before.member.and_then(|member| self.balance_of(member)));
        }
        let (head, contest) = (&segment.heads()[at.index], &self.rules.contest);
        if contest.is_late(head.recorded) || self.holds.is_some_and(|holds| !holds(head.position)) {
            return Ok(None);
        }
        // The event must be decoded to know what its reversals left.
        if head.is_taken {
            return Ok(self.balance_of(&*self.reading.member(at)?));
        }
        if !self.verdict(segment, at)? || !self.is_within(head.minor) {
            return Ok(None);
        }
        Ok(Some(i128::from(head.minor) * (SCALE / i128::from(contest.currency.scale()))))
    }

    /// Whether an event counts, apart from its amount and times.
    fn verdict(&self, segment: &'v Segment, at: At) -> Result<bool, PageError> {
        let shape = segment.shape(&segment.heads()[at.index]);
        let known = self.verdicts.borrow().iter().find(|(of, _)| *of == shape).map(|(_, verdict)| *verdict);
        if let Some(verdict) = known {
            return Ok(verdict);
        }
        let member = self.reading.member(at)?;
        let event = &member.event;
        let verdict = self.is_wanted(event)
            && event.amount.is_some_and(|amount| amount.currency == self.rules.contest.currency)
            && self.rule.filter.matches_apart_from_amount(event);
        let mut verdicts = self.verdicts.borrow_mut();
        if verdicts.len() == VERDICTS {
            verdicts.remove(0);
        }
        verdicts.push((shape, verdict));
        Ok(verdict)
    }

    /// Whether an amount in the contest's currency passes the filter.
    fn is_within(&self, minor: i64) -> bool {
        let currency = self.rules.contest.currency;
        self.rule.filter.matches_amount(Some(crate::types::money::Amount { currency, minor }), currency)
    }

    fn is_wanted(&self, event: &Event) -> bool {
        self.rule.events.iter().any(|kind| *kind == event.kind)
    }

    /// The same as [`Reports::balance`], from the decoded event.
    fn balance_of(&self, member: &Member) -> Option<i128> {
        let (group, contest) = (member.group(), &self.rules.contest);
        if !self.is_wanted(group.event) || contest.is_late(group.recorded) {
            return None;
        }
        let left = left_of(self.rules, group)?;
        let balance = left.amount_e4(contest.currency)?;
        self.rule.filter.matches(&left, contest.currency).then_some(balance)
    }
}
