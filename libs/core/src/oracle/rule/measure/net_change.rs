//! Twin of the measure `net_change`: the growth of an account from the base date to the end
//! of a span.

use jiff::civil::Date;

use crate::contest::Credited;
use crate::oracle::balance::{Due, InSpan, Report};
use crate::oracle::exact::{Rate, of_e4};

/// The changes after the base date, up to the end of the span. The definition's base date is used for the first span only;
/// every other span starts from the day before it.
pub(crate) fn of_account(
    credited: Credited,
    base: Option<Date>,
    reports: &[Report],
    span: InSpan,
) -> Vec<Due> {
    let eve = span.period.start.yesterday().unwrap_or(Date::MIN);
    let base = base.filter(|_| span.is_first).unwrap_or(eve);
    let count = reports.iter().take_while(|report| report.day <= span.period.end).count();
    let until_end = &reports[..count];
    match credited {
        Credited::HolderOfTheDay => to_the_day(until_end, base),
        Credited::PresentHolder => to_the_present(until_end, base),
    }
}

/// Each report's difference from the one before it goes to those whom the report names.
fn to_the_day(reports: &[Report], base: Date) -> Vec<Due> {
    let mut due = Vec::new();
    let mut before = 0;
    for (at, report) in reports.iter().enumerate() {
        let change = report.balance - before;
        before = report.balance;
        if report.day > base && change != 0 {
            due.push(Due { report: at, date: report.day, amounts: vec![(change, 1)] });
        }
    }
    due
}

/// The whole difference goes to those whom the last report names.
fn to_the_present(reports: &[Report], base: Date) -> Vec<Due> {
    let on_base = reports.iter().rfind(|report| report.day <= base).map_or(0, |report| report.balance);
    let mut due = Vec::new();
    if let Some((at, last)) = reports.iter().enumerate().next_back()
        && last.balance != on_base
    {
        due.push(Due { report: at, date: last.day, amounts: vec![(last.balance - on_base, 1)] });
    }
    due
}

/// The sum of a participant's parts of changes.
pub(crate) fn value(sum_e4: i128) -> Rate {
    of_e4(sum_e4)
}
