//! What an account's balances give: how much more it holds than at a date before, or what it holds on the average day. It
//! looks at the reports of one account together, and at nothing else. DOMAIN.md, "Balances".
//!
//! When one report comes or is taken back, only what may follow from it is worked out, as it was and as it is. Given to
//! the holders of the days, that is what follows from the report of its day and its two neighbours: a report is compared
//! with the one before it, and holds until the one after it. Given to the present holder, a change is of two reports, and
//! an average of all of the span.

use jiff::civil::Date;

use crate::contest::{Credited, Measure, Span};
use crate::date::{day_number, pack, unpack};
use crate::event::Event;
use crate::fold::dossiers::{At, Reading};
use crate::fold::group::{Credit, share};
use crate::fold::reach::ReachRef;
use crate::fold::reports::{Before, Holds, Report, Reports};
use crate::fold::rules::Rules;
use crate::fold::worth::Worth;
use crate::pages::PageError;

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
    pub fn share<'a>(&self, event: &'a Event, source: u32, give: &mut impl FnMut(Credit<'a>)) {
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

/// What an account gives otherwise to an indicator.
#[derive(Default)]
pub struct Difference {
    /// What it gave and does not give any more.
    pub was: Vec<Gift>,
    /// What it gives and did not give.
    pub is: Vec<Gift>,
    /// Reports more or less of the day of what changed.
    pub reports: i64,
}

/// What is otherwise since one event of the account came, or something took it back.
///
/// # Errors
/// A page that cannot be read or is damaged.
pub fn difference(
    rules: &Rules,
    indicator: usize,
    reading: &Reading,
    before: Before,
    holds: Holds,
) -> Result<Difference, PageError> {
    let (reports, at) = (Reports::new(rules, indicator, reading, holds), before.at);
    let counted = |before| Ok(i64::from(reports.counts(at, before)?));
    let mut difference =
        Difference { reports: counted(None)? - counted(Some(before))?, ..Difference::default() };
    let (was, is) = (reports.of_day(at, Some(before))?, reports.of_day(at, None)?);
    let Some(date) = was.or(is).map(|report| report.date).filter(|_| was != is) else {
        return Ok(difference);
    };
    let measure = &rules.contest.indicators[indicator].measure;
    let others = others(rules, measure, &reports, date)?;
    let day = others.partition_point(|report| report.date < date);
    let with = |report: Option<Report>| {
        let mut known = others.clone();
        report.into_iter().for_each(|report| known.insert(day, report));
        known
    };
    let (before, after) = (with(was), with(is));
    // Until the end of an earlier span nothing is otherwise.
    for (span, _) in rules.spans.iter().enumerate().filter(|(_, span)| pack(span.period.end) >= date) {
        let first = (difference.was.len(), difference.is.len());
        give(rules, indicator, span, &before, &mut difference.was);
        give(rules, indicator, span, &after, &mut difference.is);
        cancel(&mut difference, first);
    }
    Ok(difference)
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
    (0..rules.spans.len()).for_each(|span| give(rules, indicator, span, &known, &mut gifts));
    Ok(gifts)
}

/// The reports of other days that what a day gives may follow from, by day.
fn others(rules: &Rules, measure: &Measure, reports: &Reports, date: i32) -> Result<Vec<Report>, PageError> {
    match measure {
        Measure::NetChange { credited: Credited::PresentHolder, base } => {
            let mut known = Vec::new();
            for (number, span) in rules.spans.iter().enumerate() {
                if pack(span.period.end) >= date {
                    known.extend(reports.latest(pack(span.period.end), date)?);
                    known.extend(reports.latest(pack(base_of(*base, number, span)), date)?);
                }
            }
            known.sort_unstable_by_key(|report| report.date);
            known.dedup();
            Ok(known)
        }
        Measure::AverageBalance { credited: Credited::PresentHolder } => reports.all_but(Some(date)),
        _ => Ok(reports.latest(date, date)?.into_iter().chain(reports.next(date)?).collect()),
    }
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

/// Gives what reports, by day, are worth in a span.
fn give(rules: &Rules, indicator: usize, number: usize, known: &[Report], into: &mut Vec<Gift>) {
    let (rule, span) = (&rules.contest.indicators[indicator], &rules.spans[number]);
    let known = &known[..known.partition_point(|report| report.date <= pack(span.period.end))];
    let giver = Giver { indicator, span: number, into };
    match rule.measure {
        Measure::NetChange { credited, base } => {
            net_change(credited, pack(base_of(base, number, span)), known, giver);
        }
        Measure::AverageBalance { credited } => average(credited, span, known, giver),
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

/// What is held from a day on to the last known day of the span is told as two numbers: what every day of the span adds,
/// and what is to be taken away for the days before.
fn average(credited: Credited, span: &Span, known: &[Report], mut giver: Giver) {
    let start = pack(span.period.start);
    let day = |date: i32| i128::from(day_number(date.max(start)) - day_number(start));
    let mut closed = 0;
    // One that ends before the span does gives nothing in it.
    let first = known.partition_point(|report| report.date <= start).saturating_sub(1);
    let mut from_day = known.get(first).map_or(0, |report| day(report.date));
    for (at, report) in known.iter().enumerate().skip(first) {
        let from = report.date.max(start);
        // One after the span ends is of no interest in it: the days that are known end before.
        let until = known.get(at + 1).map(|next| day(next.date));
        match (credited, until) {
            (Credited::HolderOfTheDay, _) if report.balance == 0 => {}
            (Credited::HolderOfTheDay, Some(until)) => {
                let held = Worth { measure: report.balance, points: 0 };
                giver.give(report, from, held, Form::Days(until - from_day));
            }
            (Credited::PresentHolder, Some(until)) => closed += report.balance * (until - from_day),
            (_, None) => {
                let whole = Worth { measure: closed, points: report.balance };
                if whole != Worth::default() {
                    giver.give(report, from, whole, Form::Missing(from_day));
                }
            }
        }
        from_day = until.unwrap_or(from_day);
    }
}
