//! The fold's one mechanism: a group is an original event with everything that takes it back, and a contest's rules turn
//! a group into credits. Whatever happens to a group (it comes late, a part of it is taken back, the reversal was there
//! first), its credits are worked out from the whole group again, and the difference is applied.
//!
//! It looks at one group and nothing else; it knows no participant's number and no board. DOMAIN.md, "Reversal" and
//! "Deadlines".

use std::cmp::Ordering;

use jiff::civil::Date;

use crate::Time;
use crate::contest::Contest;
use crate::event::Event;
use crate::fold::reach::ReachRef;
use crate::fold::taking::Taking;
use crate::fold::worth::{Worth, worth};
use crate::share::{divide, weights};

/// An original and what takes it back.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// The original.
    pub event: &'a Event<'a>,
    /// Its source's number.
    pub source: u32,
    /// When ingest wrote the original down.
    pub recorded: Time,
    /// What takes it back, in any order.
    pub takings: &'a [Taking],
}

impl Group<'_> {
    /// Whether nothing is left of the original, so that it never happened.
    pub fn is_void(&self) -> bool {
        let mut left = Left { event: self.event.clone(), is_gone: false };
        self.takings.iter().filter(|taking| !taking.dated).for_each(|taking| left.take(taking));
        left.is_gone
    }
}

/// One credit of a group.
#[derive(Clone, Copy, Debug)]
pub struct Credit<'a> {
    /// The creditor's index in the original; `None` for what nobody is credited for.
    pub creditor: Option<usize>,
    /// The indicator's index.
    pub indicator: usize,
    /// What it is worth.
    pub part: Worth,
    /// The business date it counts on.
    pub date: Date,
    /// Its place in business time.
    pub reach: ReachRef<'a>,
}

/// Gives every credit that a contest makes of a group, under the indicators that count its type. The answer is how many
/// of its entries came after the deadline and therefore do nothing.
pub fn credits<'a>(
    contest: &Contest,
    indicators: &[usize],
    group: Group<'a>,
    give: &mut impl FnMut(Credit<'a>),
) -> u64 {
    let event = group.event;
    if contest.is_late(group.recorded) {
        return u64::from(contest.covers(event.business_date));
    }
    let giver = Giver { contest, indicators, group };
    if group.takings.is_empty() {
        giver.give_original(event, give);
        return 0;
    }
    giver.give_taken_back(give)
}

struct Giver<'c, 'a> {
    contest: &'c Contest,
    indicators: &'c [usize],
    group: Group<'a>,
}

impl<'a> Giver<'_, 'a> {
    /// The original as what is left of it, on its own date.
    fn give_original(&self, left: &Event, give: &mut impl FnMut(Credit<'a>)) {
        let original = self.group.event;
        let date = original.business_date;
        if !self.contest.covers(date) {
            return;
        }
        let reach =
            ReachRef { date, occurred: original.occurred, source: self.group.source, id: &original.id };
        for indicator in self.indicators.iter().copied() {
            if let Some(worth) = worth(left, &self.contest.indicators[indicator], self.contest) {
                share(original, worth, &mut |creditor, part| {
                    give(Credit { creditor, indicator, part, date, reach });
                });
            }
        }
    }

    /// Voids first: they change what happened. Then each dated one takes from what is left, on its own date.
    fn give_taken_back(&self, give: &mut impl FnMut(Credit<'a>)) -> u64 {
        let (contest, original) = (self.contest, self.group.event);
        let mut late = 0;
        let mut order: Vec<(Date, &'a Taking)> = Vec::with_capacity(self.group.takings.len());
        for taking in self.group.takings {
            let date = taking.effective(original.business_date);
            match contest.is_settled(taking.recorded) {
                true => late += u64::from(contest.covers(date)),
                false => order.push((date, taking)),
            }
        }
        order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| compare(a.1, b.1)));
        let voids = order.partition_point(|(_, taking)| !taking.dated);
        let mut left = Left { event: original.clone(), is_gone: false };
        order[..voids].iter().for_each(|(_, taking)| left.take(taking));
        if !left.is_gone {
            self.give_original(&left.event, give);
        }
        for (date, taking) in &order[voids..] {
            let before = left.clone();
            left.take(taking);
            if contest.covers(*date) {
                let reach = ReachRef {
                    date: *date,
                    occurred: taking.occurred,
                    source: self.group.source,
                    id: &taking.id,
                };
                self.give_difference(&before, &left, reach, give);
            }
        }
        late
    }

    fn give_difference(
        &self,
        before: &Left,
        after: &Left,
        reach: ReachRef<'a>,
        give: &mut impl FnMut(Credit<'a>),
    ) {
        let nothing = Worth { measure: 0, points: 0 };
        for indicator in self.indicators.iter().copied() {
            let of = |left: &Left| match left.is_gone {
                true => None,
                false => worth(&left.event, &self.contest.indicators[indicator], self.contest),
            };
            let (was, is) = (of(before), of(after));
            if was == is {
                continue;
            }
            // The same shares take it back that gave it, to the last unit.
            let mut parts = Vec::new();
            share(self.group.event, was.unwrap_or(nothing), &mut |creditor, part| {
                parts.push((creditor, part))
            });
            let mut parts = parts.into_iter();
            share(self.group.event, is.unwrap_or(nothing), &mut |creditor, part| {
                let was = parts.next().map_or(nothing, |(_, part)| part);
                let part = Worth { measure: part.measure - was.measure, points: part.points - was.points };
                give(Credit { creditor, indicator, part, date: reach.date, reach });
            });
        }
    }
}

/// The order in which parts are taken on one day; the number separates events that a source gave one id.
fn compare(a: &Taking, b: &Taking) -> Ordering {
    let key = |taking: &Taking| (taking.dated, taking.occurred);
    key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id)).then_with(|| a.number.cmp(&b.number))
}

/// What is left of an original.
#[derive(Clone)]
struct Left<'a> {
    /// The original with the quantity and the amount that are left.
    event: Event<'a>,
    is_gone: bool,
}

impl Left<'_> {
    /// Takes a part, never more than there is. A part that brings the quantity or the amount to nothing leaves nothing.
    fn take(&mut self, taking: &Taking) {
        if taking.quantity.is_none() && taking.amount.is_none() {
            self.is_gone = true;
        }
        if self.is_gone {
            return;
        }
        if let Some(part) = taking.quantity {
            let left = self.event.quantity_or_one();
            let part = part.clamp(0, left.max(0));
            if part > 0 {
                self.event.quantity = Some(left - part);
                self.is_gone |= part == left;
            }
        }
        if let (Some(part), Some(left)) = (taking.amount, self.event.amount.as_mut()) {
            let fits = part.currency == left.currency && part.minor.signum() == left.minor.signum();
            if fits && part.minor != 0 {
                let is_all = part.minor.unsigned_abs() >= left.minor.unsigned_abs();
                left.minor -= if is_all { left.minor } else { part.minor };
                self.is_gone |= is_all;
            }
        }
    }
}

/// Divides a worth among the original's creditors, and what is left over to nobody.
fn share(event: &Event, worth: Worth, give: &mut impl FnMut(Option<usize>, Worth)) {
    if let [credit] = event.credits.as_slice()
        && credit.share_ppm.is_none()
    {
        return give(Some(0), worth);
    }
    let weights = weights(&event.credits);
    let measures = divide(worth.measure, &event.credits, &weights);
    let points = divide(worth.points, &event.credits, &weights);
    let parts = measures.into_iter().zip(points).map(|(measure, points)| Worth { measure, points });
    let creditors = (0..event.credits.len()).map(Some).chain([None]);
    let weights = weights.creditors.into_iter().chain([weights.unassigned]);
    for ((part, creditor), weight) in parts.zip(creditors).zip(weights) {
        if weight > 0 {
            give(creditor, part);
        }
    }
}
