//! What the balances of an account are worth: how much more it holds than at an earlier date, or what it
//! holds on an average day. It looks at the reports of one account together, and at nothing else.
//! libs/core/README.md, "Measures".
//!
//! When one report arrives or is reversed, not all reports are evaluated again, but only those whose
//! contributions can change. The rule names them in [`ByAccount::neighbours`]:
//! - Holder of the day: the report before and the report after. A report counts from the one before it and
//!   stands until the one after it.
//! - Present holder, net change: the last report of each span, and the last one on the base date.
//! - Present holder, average: the report before, the report after, and the last report of each span. All
//!   others enter only as one sum, which [`ClosedSums`] caches.

use crate::contest::Span;
use crate::contest::compiled::Rules;
use crate::event::Event;
use crate::fold::credit::group::{Credit, share};
use crate::fold::credit::reach::ReachRef;
use crate::fold::entity::balance_reports::{Before, Holds, LeftOut, Report, Reports, balances};
use crate::fold::entity::closed_balances::{ClosedSums, REPORTS_MIN};
use crate::fold::entity::dossiers::reading::{At, Reading};
use crate::rule::balance::{Gives, InSpan};
use crate::rule::evaluation::ByAccount;
use crate::types::date::{pack, unpack};
use crate::types::ids::{IndicatorIx, KeyId, SourceId, SpanIx};
use crate::types::pages::PageError;

/// An indicator that measures balances, and its rule.
#[derive(Clone, Copy)]
pub struct OfBalances<'r> {
    /// Its index in the contest.
    pub indicator: IndicatorIx,
    /// How its measure evaluates the reports of one account.
    pub rule: &'r dyn ByAccount,
}

/// What a report is worth in a span, to be divided among its creditors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gift {
    /// The report.
    pub at: At,
    indicator: IndicatorIx,
    span: SpanIx,
    /// The day on which it counts, packed.
    date: i32,
    gives: Gives,
}

impl Gift {
    /// Divides it among the creditors of the report.
    pub fn share<'a>(&self, event: &'a Event, source: SourceId, give: &mut impl FnMut(Credit<'a>)) {
        let date = unpack(self.date);
        let reach = ReachRef { date, occurred: event.occurred, source, id: &event.id };
        share(event, self.gives.whole(), &mut |creditor, part| {
            let part = self.gives.part(part);
            give(Credit { creditor, indicator: self.indicator, part, span: self.span, date, reach });
        });
    }
}

/// How the credits of an account for an indicator changed.
#[derive(Default)]
pub struct Difference {
    /// What it gave before but does not give now.
    pub was: Vec<Gift>,
    /// What it gives now but did not give before.
    pub is: Vec<Gift>,
    /// By how many the reports of that day increased or decreased.
    pub reports: i64,
}

/// What changed when one event of the account arrived or was reversed. `sums` is the contest's cache for the
/// account; it stays correct as long as this is called for every change.
///
/// # Errors
/// A page that cannot be read or is damaged.
pub fn difference(
    rules: &Rules,
    measured: OfBalances,
    reading: &Reading,
    before: Before,
    holds: Holds,
    sums: Option<(&mut ClosedSums, KeyId)>,
) -> Result<Difference, PageError> {
    let (reports, at) = (Reports::new(rules, measured.indicator, reading, holds), before.at);
    let counted = |before| Ok(i64::from(reports.counts(at, before)?));
    let mut difference =
        Difference { reports: counted(None)? - counted(Some(before))?, ..Difference::default() };
    let (was, is) = (reports.of_day(at, Some(before))?, reports.of_day(at, None)?);
    let Some(date) = was.or(is).map(|report| report.date).filter(|_| was != is) else {
        return Ok(difference);
    };
    // Spans that ended before the day of the report do not change.
    let is_open = |span: &Span| pack(span.period.end) >= date;
    if !rules.spans.iter().any(is_open) {
        return Ok(difference);
    }
    let others = others(rules, measured.rule, &reports, date)?;
    let (known_before, known) = (with(&others, date, was), with(&others, date, is));
    let (mut sums, mut rest) = (sums.filter(|_| measured.rule.adds_closed()), Vec::new());
    if measured.rule.adds_closed() {
        let remembered = sums.as_mut().and_then(|(sums, account)| sums.take(*account, measured.indicator));
        let held = match remembered {
            Some(remembered) => remembered,
            None => {
                let all = with(&reports.all_but(Some(date))?, date, was);
                sums = sums.filter(|_| all.len() >= REPORTS_MIN);
                closed_by_span(rules, &all).collect()
            }
        };
        rest = held.iter().zip(closed_by_span(rules, &known_before)).map(|(all, own)| all - own).collect();
    }
    for (number, _) in rules.spans.iter().enumerate().filter(|(_, span)| is_open(span)) {
        let (first, rest) = ((difference.was.len(), difference.is.len()), rest.get(number).copied());
        let span = SpanIx::at(number);
        give(rules, measured, span, &known_before, rest.unwrap_or(0), &mut difference.was);
        give(rules, measured, span, &known, rest.unwrap_or(0), &mut difference.is);
        cancel(&mut difference, first);
    }
    if let Some((sums, account)) = sums {
        let now = rest.iter().zip(closed_by_span(rules, &known)).map(|(rest, own)| rest + own);
        sums.put(account, measured.indicator, now.collect());
    }
    Ok(difference)
}

/// Adds a report to a list ordered by day that has none of that day.
fn with(others: &[Report], date: i32, report: Option<Report>) -> Vec<Report> {
    let day = others.partition_point(|other| other.date < date);
    others[..day].iter().copied().chain(report).chain(others[day..].iter().copied()).collect()
}

/// Everything that the account gives to an indicator.
///
/// # Errors
/// A page that cannot be read or is damaged.
pub fn all(
    rules: &Rules,
    measured: OfBalances,
    reading: &Reading,
    before: Option<Before>,
    holds: Holds,
) -> Result<Vec<Gift>, PageError> {
    let reports = Reports::new(rules, measured.indicator, reading, holds);
    let mut known = match before {
        Some(Before { at, .. }) => {
            let date = reading.segment(at.segment)?.heads()[at.index].date;
            let mut known = reports.all_but(Some(date))?;
            known.extend(reports.of_day(at, before)?);
            known
        }
        None => reports.all_but(None)?,
    };
    known.sort_unstable_by_key(|report| report.date);
    let mut gifts = Vec::new();
    let spans = (0..rules.spans.len()).map(SpanIx::at);
    spans.for_each(|span| give(rules, measured, span, &known, 0, &mut gifts));
    Ok(gifts)
}

/// The reports of other days that must be known to compute what changes with the report of `date`, by day. An
/// average for the present holder depends on more reports than these, but only on their sum, which [`give`]
/// gets as `rest`.
fn others(
    rules: &Rules,
    rule: &dyn ByAccount,
    reports: &Reports,
    date: i32,
) -> Result<Vec<Report>, PageError> {
    let open: Vec<InSpan> = in_spans(rules).filter(|at| pack(at.span.period.end) >= date).collect();
    let (wanted, mut known) = (rule.neighbours(&open), Vec::new());
    if wanted.beside {
        known.extend(reports.latest(date, LeftOut(date))?);
        known.extend(reports.next(date)?);
    }
    for day in wanted.up_to {
        known.extend(reports.latest(day, LeftOut(date))?);
    }
    known.sort_unstable_by_key(|report| report.date);
    known.dedup();
    Ok(known)
}

/// Removes what both lists have in common, from the given indices on.
fn cancel(difference: &mut Difference, (was, is): (usize, usize)) {
    let (given, gives) = (difference.was.split_off(was), difference.is.split_off(is));
    difference.was.extend(given.iter().filter(|gift| !gives.contains(gift)));
    difference.is.extend(gives.iter().filter(|gift| !given.contains(gift)));
}

/// The spans in which balances are measured.
fn in_spans(rules: &Rules) -> impl Iterator<Item = InSpan<'_>> {
    rules.spans.iter().enumerate().map(|(number, span)| InSpan { number, span })
}

/// Computes what reports, in order of days, are worth in a span. `rest` is the sum of balance times days of
/// the reports that are not in `known`.
fn give(
    rules: &Rules,
    measured: OfBalances,
    span: SpanIx,
    known: &[Report],
    rest: i128,
    into: &mut Vec<Gift>,
) {
    let at = InSpan { number: span.index(), span: &rules.spans[span.index()] };
    measured.rule.give(&at, &balances(known), rest, &mut |report, date, gives| {
        into.push(Gift { at: known[report].at, indicator: measured.indicator, span, date, gives });
    });
}

/// For each span the sum of balance times days of the reports, except the last.
fn closed_by_span<'r>(rules: &'r Rules, known: &[Report]) -> impl Iterator<Item = i128> + use<'r> {
    let known = balances(known);
    in_spans(rules).map(move |at| at.closed(&known))
}
