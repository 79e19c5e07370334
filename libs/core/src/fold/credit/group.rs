//! The one mechanism of the fold: a group is an original event with all its reversals, and the rules of a
//! contest turn a group into credits. Whatever happens to a group (it arrives late, a part of it is reversed,
//! the reversal came first), its credits are computed again from the whole group, and the difference is
//! applied.
//!
//! This file looks at one group and nothing else: no participant numbers, no boards. libs/core/README.md,
//! "Reversals" and "Deadlines".

use std::cmp::Ordering;

use jiff::civil::Date;

use crate::Time;
use crate::contest::compiled::Rules;
use crate::event::Event;
use crate::event::share::{divide, weights};
use crate::fold::credit::reach::ReachRef;
use crate::fold::journal::reversal_part::ReversalPart;
use crate::rule::class::Class;
use crate::rule::evaluation::Evaluation;
use crate::rule::pair::{Counted, Pair, References};
use crate::types::ids::{IndicatorIx, SourceId, SpanIx};
use crate::types::score::SCALE;

/// An original and its reversals.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// The original.
    pub event: &'a Event<'a>,
    /// Its source's number.
    pub source: SourceId,
    /// When ingest wrote the original down.
    pub recorded: Time,
    /// Its reversals, in any order.
    pub reversal_parts: &'a [ReversalPart],
}

impl Group<'_> {
    /// Whether the reversals leave nothing of the original, so that it never happened.
    pub fn is_void(&self) -> bool {
        let mut left = Left::of(self.event);
        self.reversal_parts
            .iter()
            .filter(|reversal_part| !reversal_part.dated)
            .for_each(|reversal_part| left.take(reversal_part));
        left.is_gone
    }
}

/// One credit of a group.
#[derive(Clone, Copy, Debug)]
pub struct Credit<'a> {
    /// The creditor's index in the original; `None` for the part that no creditor gets.
    pub creditor: Option<usize>,
    /// The indicator's index.
    pub indicator: IndicatorIx,
    /// What it is worth.
    pub part: Pair,
    /// The span in which it counts.
    pub span: SpanIx,
    /// The business date on which it counts.
    pub date: Date,
    /// Its place in business time.
    pub reach: ReachRef<'a>,
}

/// Gives every credit that a contest makes of a group, for the indicators that count its type. Returns how
/// many entries of the group had no effect because they came after the deadline.
pub fn credits<'a>(
    rules: &Rules,
    indicators: &[usize],
    group: Group<'a>,
    give: &mut impl FnMut(Credit<'a>),
) -> u64 {
    let event = group.event;
    if rules.contest.is_late(group.recorded) {
        return u64::from(rules.covers(event.business_date));
    }
    let mut giving = Giving::new(rules, group);
    if group.reversal_parts.is_empty() {
        giving.give_original(indicators, event, give);
        return 0;
    }
    giving.give_taken_back(indicators, give)
}

/// The points given so far to one creditor for one indicator that has a cap per event, before the cap.
struct Given {
    indicator: IndicatorIx,
    creditor: Option<usize>,
    points: i128,
}

/// Gives the credits of one group.
pub struct Giving<'c, 'a> {
    rules: &'c Rules,
    group: Group<'a>,
    given: Vec<Given>,
}

impl<'c, 'a> Giving<'c, 'a> {
    /// A group of which nothing has been given yet.
    pub fn new(rules: &'c Rules, group: Group<'a>) -> Giving<'c, 'a> {
        Giving { rules, group, given: Vec::new() }
    }

    /// Gives a credit that counts once for the original, or for what is left of it. The caller has decided
    /// that it counts.
    pub fn give_one(&mut self, indicator: IndicatorIx, left: &Event, give: &mut impl FnMut(Credit<'a>)) {
        if let Some(counted) = self.counted(left, indicator, SCALE) {
            self.give_worth(indicator, counted.into(), give);
        }
    }

    /// The given measure of an event, with the points that the event itself earns, if points are given per
    /// event.
    #[inline]
    fn counted(&self, left: &Event, indicator: IndicatorIx, measure: i128) -> Option<Counted> {
        let contest = &self.rules.contest;
        let points = match self.rules.of(indicator.index()).has_points_by_event {
            true => contest.indicators[indicator.index()].points_of(left, measure, contest.currency)?,
            false => 0,
        };
        Some(Counted { measure, points })
    }

    /// Gives a value on the original's own date, divided among the creditors.
    fn give_worth(&mut self, indicator: IndicatorIx, worth: Pair, give: &mut impl FnMut(Credit<'a>)) {
        let original = self.group.event;
        let date = original.business_date;
        let Some(span) = self.rules.span_of(date).map(SpanIx::at) else { return };
        let reach =
            ReachRef { date, occurred: original.occurred, source: self.group.source, id: &original.id };
        self.share(indicator, worth, &mut |this, creditor, part| {
            let part = this.cap(indicator, creditor, part);
            give(Credit { creditor, indicator, part, span, date, reach });
        });
    }

    /// Gives what is left of the original, on the original's own date.
    fn give_original(&mut self, indicators: &[usize], left: &Event, give: &mut impl FnMut(Credit<'a>)) {
        for indicator in indicators.iter().copied().map(IndicatorIx::at) {
            if let Some(worth) = self.worth(left, indicator) {
                self.give_worth(indicator, worth, give);
            }
        }
    }

    /// Applies void reversals first, since with them a part never happened. Then each dated reversal takes
    /// its part of what is left, on its own date.
    fn give_taken_back(&mut self, indicators: &[usize], give: &mut impl FnMut(Credit<'a>)) -> u64 {
        let original = self.group.event;
        let (order, late) = in_order(self.rules, self.group);
        let voids = order.partition_point(|(_, reversal_part)| !reversal_part.dated);
        let mut left = Left::of(original);
        order[..voids].iter().for_each(|(_, reversal_part)| left.take(reversal_part));
        if !left.is_gone {
            self.give_original(indicators, &left.event, give);
        }
        for (date, reversal_part) in &order[voids..] {
            let before = left.clone();
            left.take(reversal_part);
            if let Some(span) = self.rules.span_of(*date).map(SpanIx::at) {
                let reach = ReachRef {
                    date: *date,
                    occurred: reversal_part.occurred,
                    source: self.group.source,
                    id: &reversal_part.id,
                };
                self.give_difference(indicators, (&before, &left), span, reach, give);
            }
        }
        late
    }

    fn give_difference(
        &mut self,
        indicators: &[usize],
        (before, after): (&Left, &Left),
        span: SpanIx,
        reach: ReachRef<'a>,
        give: &mut impl FnMut(Credit<'a>),
    ) {
        for indicator in indicators.iter().copied().map(IndicatorIx::at) {
            let of = |left: &Left| match left.is_gone {
                true => None,
                false => self.worth(&left.event, indicator),
            };
            let (was, is) = (of(before), of(after));
            if was == is {
                continue;
            }
            // Taking back uses the same shares as giving, so nothing is left over, to the last unit.
            let mut parts = Vec::new();
            self.share(indicator, was.unwrap_or_default(), &mut |_, creditor, part| {
                parts.push((creditor, part))
            });
            let mut parts = parts.into_iter();
            self.share(indicator, is.unwrap_or_default(), &mut |this, creditor, part| {
                let was = parts.next().map_or(Pair::default(), |(_, part)| part);
                let part = part - was;
                let part = this.cap(indicator, creditor, part);
                give(Credit { creditor, indicator, part, span, date: reach.date, reach });
            });
        }
    }

    /// What the event is worth to the indicator; `None` if it does not count, or does not count by itself.
    /// The indicator must count its type.
    #[inline]
    fn worth(&self, left: &Event, indicator: IndicatorIx) -> Option<Pair> {
        let (own, currency) =
            (&self.rules.contest.indicators[indicator.index()], self.rules.contest.currency);
        match own.measure.evaluation() {
            Evaluation::Additive(rule) => {
                let measure = rule.of_event(left, currency)?;
                if !own.filter.matches(left, currency) {
                    return None;
                }
                self.counted(left, indicator, measure).map(Pair::from)
            }
            Evaluation::Distinct(_) => {
                let counts = !left.customer.is_empty() && own.filter.matches(left, currency);
                counts.then(|| References::ONE.into())
            }
            Evaluation::ByAccount(_) | Evaluation::ByCustomer(_) | Evaluation::Derived(_) => None,
        }
    }

    /// Gives each creditor a part. A customer is not divided: each creditor served the whole customer.
    fn share(
        &mut self,
        indicator: IndicatorIx,
        worth: Pair,
        give: &mut impl FnMut(&mut Self, Option<usize>, Pair),
    ) {
        let is_whole = self.rules.of(indicator.index()).class == Class::Distinct;
        let event = self.group.event;
        share(event, worth, &mut |creditor, part| give(self, creditor, if is_whole { worth } else { part }));
    }

    /// Clamps the points of a creditor for this event, and reduces the part to what the cap still allows.
    fn cap(&mut self, indicator: IndicatorIx, creditor: Option<usize>, part: Pair) -> Pair {
        let Some(cap) = self.rules.of(indicator.index()).event_cap else { return part };
        let own = |given: &Given| given.indicator == indicator && given.creditor == creditor;
        let at = self.given.iter().position(own).unwrap_or_else(|| {
            self.given.push(Given { indicator, creditor, points: 0 });
            self.given.len() - 1
        });
        let given = &mut self.given[at].points;
        let before = (*given).clamp(-cap, cap);
        let part = part.counted();
        *given += part.points;
        Counted { points: (*given).clamp(-cap, cap) - before, ..part }.into()
    }
}

/// The reversals of a group that came in time, ordered by the date of their effect, each with that date. Also
/// returns how many came after the deadline, for a day that counts.
fn in_order<'a>(rules: &Rules, group: Group<'a>) -> (Vec<(Date, &'a ReversalPart)>, u64) {
    let mut late = 0;
    let mut order: Vec<(Date, &'a ReversalPart)> = Vec::with_capacity(group.reversal_parts.len());
    for reversal_part in group.reversal_parts {
        let date = reversal_part.effective(group.event.business_date);
        match rules.contest.is_settled(reversal_part.recorded) {
            true => late += u64::from(rules.covers(date)),
            false => order.push((date, reversal_part)),
        }
    }
    order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| compare(a.1, b.1)));
    (order, late)
}

/// What is left of an original after all its reversals that came in time, on whatever day; `None` if nothing
/// is left.
pub fn left_of<'a>(rules: &Rules, group: Group<'a>) -> Option<Event<'a>> {
    let mut left = Left::of(group.event);
    let (order, _) = in_order(rules, group);
    order.iter().for_each(|(_, reversal_part)| left.take(reversal_part));
    (!left.is_gone).then_some(left.event)
}

/// The order of reversals within one day. The number tells events apart to which the source gave the same id.
fn compare(a: &ReversalPart, b: &ReversalPart) -> Ordering {
    let key = |reversal_part: &ReversalPart| (reversal_part.dated, reversal_part.occurred);
    key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id)).then_with(|| a.number.cmp(&b.number))
}

/// What is left of an original while its reversals are applied.
#[derive(Clone)]
struct Left<'a> {
    /// The original with the quantity and the amount that are left.
    event: Event<'a>,
    is_gone: bool,
}

impl<'a> Left<'a> {
    fn of(event: &Event<'a>) -> Left<'a> {
        Left { event: event.clone(), is_gone: false }
    }

    /// Applies one reversal, which never takes more than there is. If quantity or amount becomes zero,
    /// nothing is left.
    fn take(&mut self, reversal_part: &ReversalPart) {
        if reversal_part.quantity.is_none() && reversal_part.amount.is_none() {
            self.is_gone = true;
        }
        if self.is_gone {
            return;
        }
        if let Some(part) = reversal_part.quantity {
            let left = self.event.quantity_or_one();
            let part = part.clamp(0, left.max(0));
            if part > 0 {
                self.event.quantity = Some(left - part);
                self.is_gone |= part == left;
            }
        }
        if let (Some(part), Some(left)) = (reversal_part.amount, self.event.amount.as_mut()) {
            let fits = part.currency == left.currency && part.minor.signum() == left.minor.signum();
            if fits && part.minor != 0 {
                let is_all = part.minor.unsigned_abs() >= left.minor.unsigned_abs();
                left.minor -= if is_all { left.minor } else { part.minor };
                self.is_gone |= is_all;
            }
        }
    }
}

/// Divides a value among the original's creditors, and gives the rest to nobody (`None`).
pub fn share(event: &Event, worth: Pair, give: &mut impl FnMut(Option<usize>, Pair)) {
    if let [credit] = event.credits.as_slice()
        && credit.share_ppm.is_none()
    {
        return give(Some(0), worth);
    }
    let weights = weights(&event.credits);
    let [first, second] = worth.0.map(|number| divide(number, &event.credits, &weights));
    let parts = first.into_iter().zip(second).map(|(first, second)| Pair([first, second]));
    let creditors = (0..event.credits.len()).map(Some).chain([None]);
    let weights = weights.creditors.into_iter().chain([weights.unassigned]);
    for ((part, creditor), weight) in parts.zip(creditors).zip(weights) {
        if weight > 0 {
            give(creditor, part);
        }
    }
}
