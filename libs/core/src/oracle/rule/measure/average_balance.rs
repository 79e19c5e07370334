//! Twin of the measure `average_balance` (日均): the average daily balance in a span, up to the last reported day.

use jiff::civil::Date;

use crate::contest::Credited;
use crate::oracle::balance::{Due, InSpan, Report};
use crate::oracle::contest::spans;
use crate::oracle::exact::{PARTS, Rate, rate};

/// Balances times days, in 1/10,000 of a major unit.
pub(crate) fn of_account(credited: Credited, reports: &[Report], span: InSpan) -> Vec<Due> {
    match credited {
        Credited::HolderOfTheDay => to_the_day(reports, span),
        Credited::PresentHolder => to_the_present(reports, span),
    }
}

/// Each report's balance, for each day on which it stands, is credited to the people it names.
fn to_the_day(reports: &[Report], span: InSpan) -> Vec<Due> {
    let mut due = Vec::new();
    for (at, report) in reports.iter().enumerate() {
        let first = report.day.max(span.period.start);
        let is_over = reports.get(at + 1).is_some_and(|next| next.day <= first);
        if first > span.period.end || is_over || report.balance == 0 {
            continue;
        }
        due.push(Due {
            report: at,
            date: first,
            amounts: vec![(report.balance, days_of(reports, at, span))],
        });
    }
    due
}

/// Everything is credited to the people whom the last report of the span names: the balances of closed reports as one
/// sum, and its own balance day by day.
fn to_the_present(reports: &[Report], span: InSpan) -> Vec<Due> {
    let Some(last) = reports.iter().rposition(|report| report.day <= span.period.end) else {
        return Vec::new();
    };
    let closed = (0..last).map(|at| reports[at].balance * days_of(reports, at, span)).sum();
    let report = reports[last];
    if closed == 0 && report.balance == 0 {
        return Vec::new();
    }
    let open = (report.balance, days_of(reports, last, span));
    vec![Due { report: last, date: report.day.max(span.period.start), amounts: vec![(closed, 1), open] }]
}

/// On how many days of the span, up to the last reported day, a report's balance stood.
fn days_of(reports: &[Report], at: usize, span: InSpan) -> i128 {
    let Some(until) = span.until else { return 0 };
    let first = reports[at].day.max(span.period.start);
    let eve = |next: &Report| next.day.yesterday().unwrap_or(Date::MIN);
    let last = reports.get(at + 1).map_or(until, |next| eve(next).min(until));
    spans::days(first, last)
}

/// The number of days that are averaged; `None` as long as no day of the span is reported.
pub(crate) fn days(span: InSpan) -> Option<i128> {
    span.until.map(|until| spans::days(span.period.start, until))
}

/// The average; none without days.
pub(crate) fn value(by_days_e4: i128, days: Option<i128>) -> Option<Rate> {
    days.map(|days| rate(by_days_e4, PARTS * days))
}
