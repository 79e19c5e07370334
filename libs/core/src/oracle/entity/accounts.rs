//! Accounts: the report of each day, from which the rules on balances credit the report's creditors. Accounts
//! are independent, except for the last day that was reported.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::Time;
use crate::contest::{Contest, Indicator, Span};
use crate::event::Event;
use crate::oracle::balance::{Due, InSpan, Report};
use crate::oracle::contest::admission::{admit, amount, major};
use crate::oracle::contest::spans::spans;
use crate::oracle::credit::given::Given;
use crate::oracle::credit::sharing::{Portion, Whole, portions, share};
use crate::oracle::exact::{PARTS, half_even, whole};
use crate::oracle::journal::lasting::Lasting;
use crate::oracle::register::Organisation;
use crate::oracle::rule::measure;

/// An account's report of a day, with its event.
struct Reported<'l, 'a> {
    report: Report,
    by: &'l Lasting<'a>,
}

/// The reports of one account, in order of days, one for each day.
type Account<'l, 'a> = Vec<Reported<'l, 'a>>;

/// Gives the credits of every indicator on balances, and the number of days over which each average is taken.
pub(crate) fn give<'a>(
    contest: &Contest,
    organisation: &Organisation<'a>,
    lasting: &[Lasting<'a>],
    given: &mut Given<'a>,
) {
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        let accounts = accounts(lasting, contest, rule);
        let latest = accounts.values().flatten().map(|one| one.report.day).max();
        for (at, Span { period, is_base }) in spans(contest).into_iter().enumerate() {
            let until = latest.map(|day| day.min(period.end)).filter(|day| *day >= period.start);
            let span = InSpan { period, is_first: at == 0 && !is_base, until };
            if let Some(days) = measure::days(&rule.measure, span) {
                given.days.insert((indicator, at), days);
            }
            for account in accounts.values() {
                let reports: Vec<Report> = account.iter().map(|one| one.report).collect();
                for due in measure::of_account(&rule.measure, &reports, span).unwrap_or_default() {
                    let Lasting { position, event, .. } = account[due.report].by;
                    let whole = Whole::without_points(*position, event, due.date, at, indicator);
                    given.credits.extend(share(&whole, parts(&due, event), contest, organisation));
                }
            }
        }
    }
}

/// The part of each creditor of a report in what it gives.
fn parts<'a>(due: &Due, event: &'a Event<'static>) -> Vec<Portion<'a>> {
    let (mut parts, _) = portions(event, 0, 0);
    for (amount, times) in &due.amounts {
        let (divided, _) = portions(event, *amount, 0);
        for (part, more) in parts.iter_mut().zip(divided) {
            part.measure += more.measure * times;
        }
    }
    parts
}

/// The accounts of an indicator, by pseudonym.
fn accounts<'l, 'a>(
    lasting: &'l [Lasting<'a>],
    contest: &Contest,
    rule: &Indicator,
) -> BTreeMap<&'l str, Account<'l, 'a>> {
    let mut by_day: BTreeMap<(&str, Date), &Lasting> = BTreeMap::new();
    for one in lasting {
        let counts = admit(&one.left, rule, contest.currency).is_ok()
            && amount(&one.left, contest.currency).is_ok()
            && !one.event.subject.is_empty();
        if counts {
            let last = by_day.entry((&one.event.subject, one.event.business_date)).or_insert(one);
            if order(one) > order(last) {
                *last = one;
            }
        }
    }
    let mut accounts: BTreeMap<&str, Account> = BTreeMap::new();
    for ((account, day), by) in by_day {
        let minor = amount(&by.left, contest.currency).unwrap_or(0);
        // A minor unit is never less than 1/10,000, so nothing is rounded.
        let (balance, _) = half_even(&(major(minor, contest.currency) * whole(PARTS)));
        accounts.entry(account).or_default().push(Reported { report: Report { day, balance }, by });
    }
    accounts
}

/// The sort key of the reports of one day; the greatest counts.
fn order<'l>(one: &'l Lasting) -> (i64, Time, &'l str, &'l str, u64) {
    let event = one.event;
    let number = event.source_sequence.unwrap_or(0);
    (event.revision.unwrap_or(0), event.occurred, &event.id, &event.source, number)
}
