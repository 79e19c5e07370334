//! What an account's balances give: how much more it holds than at a date before, or what it holds on the average day. It
//! looks at the reports of one account together, and at nothing else. README.md, "Measures".
//!
//! When one report comes or is taken back, only what may follow from it is worked out, as it was and as it is. Given to
//! the holders of the days, that is what follows from the report of its day and its two neighbours: a report is compared
//! with the one before it, and holds until the one after it. Given to the present holder, a change is of two reports; an
//! average is of all of the span, but only what those three make of it can change.

use jiff::civil::Date;

use crate::contest::{Credited, Measure, Span};
use crate::event::Event;
use crate::fold::credit::group::{Credit, share};
use crate::fold::credit::reach::ReachRef;
use crate::fold::entity::balance_reports::{Before, Holds, Report, Reports};
use crate::fold::entity::closed_balances::{ClosedSums, REPORTS_MIN};
use crate::fold::entity::dossiers::reading::{At, Reading};
use crate::rule::compiled::Rules;
use crate::rule::worth::Worth;
use crate::types::date::{day_number, pack, unpack};
use crate::types::ids::{KeyId, SourceId};
use crate::types::pages::PageError;

/// What is made of each creditor's part of a worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// It is the credit.
    Whole,
    /// It was held on so many days.
    Days(i128),
    /// Its points are held on every day of the span but for so many at the beginning.
    Missing(i128),
}

/// What a report gives in a span, to be divided among its creditors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gift {
    /// The report.
    pub at: At,
    indicator: usize,
    span: usize,
    /// The day it counts on, packed.
    date: i32,
    worth: Worth,
    form: Form,
}

impl Gift {
    /// Divides it among the creditors of its report.
    pub fn share<'a>(&self, event: &'a Event, source: SourceId, give: &mut impl FnMut(Credit<'a>)) {
        let date = unpack(self.date);
        let reach = ReachRef { date, occurred: event.occurred, source, id: &event.id };
        share(event, self.worth, &mut |creditor, part| {
            let part = match self.form {
                Form::Whole => part,
                Form::Days(days) => Worth { measure: part.measure * days, points: 0 },
                Form::Missing(days) => {
                    Worth { measure: part.measure - part.points * days, points: part.points }
                }
            };
            give(Credit { creditor, indicator: self.indicator, part, span: self.span, date, reach });
        });
    }
}

/// How what an account gives to an indicator changed.
#[derive(Default)]
pub struct Difference {
    /// What it gave and does not give any more.
    pub was: Vec<Gift>,
    /// What it gives and did not give.
    pub is: Vec<Gift>,
    /// Reports more or less of the day of what changed.
    pub reports: i64,
}

/// What changed when one event of the account came, or when something took it back. `sums` are what the contest remembers
/// of the account; they are right as long as the contest is told of every change.
///
/// # Errors
/// A page that cannot be read or is damaged.
pub fn difference(
    rules: &Rules,
    indicator: usize,
    reading: &Reading,
    before: Before,
    holds: Holds,
    sums: Option<(&mut ClosedSums, KeyId)>,
) -> Result<Difference, PageError> {
    let (reports, at) = (Reports::new(rules, indicator, reading, holds), before.at);
    let counted = |before| Ok(i64::from(reports.counts(at, before)?));
    let mut difference =
        Difference { reports: counted(None)? - counted(Some(before))?, ..Difference::default() };
    let (was, is) = (reports.of_day(at, Some(before))?, reports.of_day(at, None)?);
    let Some(date) = was.or(is).map(|report| report.date).filter(|_| was != is) else {
        return Ok(difference);
    };
    // Spans that ended before the day of the report stay as they are.
    let is_open = |span: &Span| pack(span.period.end) >= date;
    if !rules.spans.iter().any(is_open) {
        return Ok(difference);
    }
    let measure = &rules.contest.indicators[indicator].measure;
    let others = others(rules, measure, &reports, date)?;
    let (known_before, known) = (with(&others, date, was), with(&others, date, is));
    let is_average = matches!(measure, Measure::AverageBalance { credited: Credited::PresentHolder });
    let (mut sums, mut rest) = (sums.filter(|_| is_average), Vec::new());
    if is_average {
        let remembered = sums.as_mut().and_then(|(sums, account)| sums.take(*account, indicator));
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
        give(rules, indicator, number, &known_before, rest.unwrap_or(0), &mut difference.was);
        give(rules, indicator, number, &known, rest.unwrap_or(0), &mut difference.is);
        cancel(&mut difference, first);
    }
    if let Some((sums, account)) = sums {
        let now = rest.iter().zip(closed_by_span(rules, &known)).map(|(rest, own)| rest + own);
        sums.put(account, indicator, now.collect());
    }
    Ok(difference)
}

/// Reports by day, with that of a day that is not among them.
fn with(others: &[Report], date: i32, report: Option<Report>) -> Vec<Report> {
    let day = others.partition_point(|other| other.date < date);
    others[..day].iter().copied().chain(report).chain(others[day..].iter().copied()).collect()
}

/// Everything that the account gives to an indicator, or gave before.
///
/// # Errors
/// A page that cannot be read or is damaged.
pub fn all(
    rules: &Rules,
    indicator: usize,
    reading: &Reading,
    before: Option<Before>,
    holds: Holds,
) -> Result<Vec<Gift>, PageError> {
    let reports = Reports::new(rules, indicator, reading, holds);
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
    (0..rules.spans.len()).for_each(|span| give(rules, indicator, span, &known, 0, &mut gifts));
    Ok(gifts)
}

/// The reports of other days that what a day gives may follow from, by day. Of the present holder's average there are more
/// that it is made of, but none that anything else would be made of.
fn others(rules: &Rules, measure: &Measure, reports: &Reports, date: i32) -> Result<Vec<Report>, PageError> {
    let mut known = Vec::new();
    let (credited, base) = match measure {
        Measure::NetChange { credited, base } => (credited, *base),
        Measure::AverageBalance { credited } => (credited, None),
        _ => return Ok(known),
    };
    let is_change = matches!(measure, Measure::NetChange { .. });
    if !is_change || *credited == Credited::HolderOfTheDay {
        known.extend(reports.latest(date, date)?);
        known.extend(reports.next(date)?);
    }
    if *credited == Credited::PresentHolder {
        for (number, span) in rules.spans.iter().enumerate() {
            if pack(span.period.end) >= date {
                known.extend(reports.latest(pack(span.period.end), date)?);
                if is_change {
                    known.extend(reports.latest(pack(base_of(base, number, span)), date)?);
                }
            }
        }
        known.sort_unstable_by_key(|report| report.date);
        known.dedup();
    }
    Ok(known)
}

/// Takes out what both lists have from there on.
fn cancel(difference: &mut Difference, (was, is): (usize, usize)) {
    let (given, gives) = (difference.was.split_off(was), difference.is.split_off(is));
    difference.was.extend(given.iter().filter(|gift| !gives.contains(gift)));
    difference.is.extend(gives.iter().filter(|gift| !given.contains(gift)));
}

/// The date of the balances that those of a span are compared with.
fn base_of(base: Option<Date>, number: usize, span: &Span) -> Date {
    let base = base.filter(|_| number == 0 && !span.is_base);
    base.or(span.period.start.yesterday().ok()).unwrap_or(Date::MIN)
}

/// The reports until a span ends.
fn until_end<'k>(span: &Span, known: &'k [Report]) -> &'k [Report] {
    &known[..known.partition_point(|report| report.date <= pack(span.period.end))]
}

/// Gives what reports, by day, are worth in a span. `rest` is what others have held there that are not known.
fn give(rules: &Rules, indicator: usize, number: usize, known: &[Report], rest: i128, into: &mut Vec<Gift>) {
    let (rule, span) = (&rules.contest.indicators[indicator], &rules.spans[number]);
    let known = until_end(span, known);
    let giver = Giver { indicator, span: number, into };
    match rule.measure {
        Measure::NetChange { credited, base } => {
            net_change(credited, pack(base_of(base, number, span)), known, giver);
        }
        Measure::AverageBalance { credited: Credited::HolderOfTheDay } => {
            average_of_the_day(span, known, giver)
        }
        Measure::AverageBalance { credited: Credited::PresentHolder } => {
            average_of_the_present(span, known, rest, giver);
        }
        _ => {}
    }
}

struct Giver<'g> {
    indicator: usize,
    span: usize,
    into: &'g mut Vec<Gift>,
}

impl Giver<'_> {
    fn give(&mut self, report: &Report, date: i32, worth: Worth, form: Form) {
        let Giver { indicator, span, .. } = *self;
        self.into.push(Gift { at: report.at, indicator, span, date, worth, form });
    }
}

fn net_change(credited: Credited, base: i32, known: &[Report], mut giver: Giver) {
    let change = |measure| Worth { measure, points: 0 };
    match credited {
        Credited::HolderOfTheDay => {
            let mut before = 0;
            for report in known {
                if report.date > base && report.balance != before {
                    giver.give(report, report.date, change(report.balance - before), Form::Whole);
                }
                before = report.balance;
            }
        }
        Credited::PresentHolder => {
            let Some(last) = known.last() else { return };
            let at_base = known.iter().rfind(|report| report.date <= base).map_or(0, |report| report.balance);
            if last.balance != at_base {
                giver.give(last, last.date, change(last.balance - at_base), Form::Whole);
            }
        }
    }
}

/// Visits what reports hold in a span: each with the day, from the span's first on, from which it does, and that until
/// which it does. The last one holds as long as days are known.
fn holdings<'k>(span: &Span, known: &'k [Report]) -> impl Iterator<Item = (&'k Report, i128, Option<i128>)> {
    let start = pack(span.period.start);
    let first = day_number(start);
    let day = move |report: &Report| i128::from(day_number(report.date.max(start)) - first);
    // One that is over when the span begins holds nothing in it.
    let from = known.partition_point(|report| report.date <= start).saturating_sub(1);
    let known = &known[from..];
    known.iter().enumerate().map(move |(at, report)| (report, day(report), known.get(at + 1).map(day)))
}

/// What reports until the end of a span, but for the last of them, have held: balances times days.
fn closed(span: &Span, known: &[Report]) -> i128 {
    let held = |(report, from, until): (&Report, i128, Option<i128>)| {
        until.map_or(0, |until| report.balance * (until - from))
    };
    holdings(span, known).map(held).sum()
}

/// The same of every span.
fn closed_by_span<'k>(rules: &'k Rules, known: &'k [Report]) -> impl Iterator<Item = i128> + 'k {
    rules.spans.iter().map(|span| closed(span, until_end(span, known)))
}

/// What is held from a day on to the last known day of the span is told as two numbers: what every day of the span adds,
/// and what is to be taken away for the days before.
fn average_of_the_day(span: &Span, known: &[Report], mut giver: Giver) {
    let start = pack(span.period.start);
    for (report, from, until) in holdings(span, known).filter(|(report, ..)| report.balance != 0) {
        let date = report.date.max(start);
        match until {
            Some(until) => {
                let held = Worth { measure: report.balance, points: 0 };
                giver.give(report, date, held, Form::Days(until - from));
            }
            None => {
                let held = Worth { measure: 0, points: report.balance };
                giver.give(report, date, held, Form::Missing(from));
            }
        }
    }
}

/// The last report's holders have what all held before, and what it holds itself.
fn average_of_the_present(span: &Span, known: &[Report], rest: i128, mut giver: Giver) {
    let Some((last, from, _)) = holdings(span, known).last() else { return };
    let whole = Worth { measure: rest + closed(span, known), points: last.balance };
    if whole != Worth::default() {
        giver.give(last, last.date.max(pack(span.period.start)), whole, Form::Missing(from));
    }
}
