//! The oracle's balances: of each account the report of each day, and from those what its creditors are credited with in
//! each span, as a net change or by the day. It never looks at two accounts at once, but to find the last reported day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::contest::{Contest, Credited, Indicator, Measure, Period, Span};
use crate::oracle::credits::{Credit, Given};
use crate::oracle::decisions::Organisation;
use crate::oracle::exact::{PARTS, half_even, whole};
use crate::oracle::lasting::Lasting;
use crate::oracle::sharing::{Portion, Whole, portions, share};
use crate::oracle::spans::{days, spans};
use crate::oracle::worth::{admit, amount, major};

/// What an account's report of a day says.
struct Report<'l, 'a> {
    day: Date,
    /// In 1/10,000 of a major unit.
    balance: i128,
    by: &'l Lasting<'a>,
}

/// The reports of one account in the order of their days, one a day.
type Account<'l, 'a> = Vec<Report<'l, 'a>>;

/// One indicator in one span.
struct Asked<'q, 'a> {
    contest: &'q Contest,
    organisation: &'q Organisation<'a>,
    indicator: usize,
    span: usize,
    period: Period,
}

/// Gives the credits of every indicator that looks at balances, and says how many days each average is taken of.
pub(super) fn give<'a>(
    contest: &Contest,
    organisation: &Organisation<'a>,
    lasting: &[Lasting<'a>],
    given: &mut Given<'a>,
) {
    for (indicator, rule) in contest.indicators.iter().enumerate() {
        if !matches!(rule.measure, Measure::NetChange { .. } | Measure::AverageBalance { .. }) {
            continue;
        }
        let accounts = accounts(lasting, contest, rule);
        let latest = accounts.values().flatten().map(|report| report.day).max();
        for (span, Span { period, is_base }) in spans(contest).into_iter().enumerate() {
            let asked = Asked { contest, organisation, indicator, span, period };
            let until = latest.map(|day| day.min(period.end)).filter(|day| *day >= period.start);
            if matches!(rule.measure, Measure::AverageBalance { .. })
                && let Some(until) = until
            {
                given.days.insert((indicator, span), days(period.start, until));
            }
            for account in accounts.values() {
                given.credits.extend(match &rule.measure {
                    Measure::NetChange { credited, base } => {
                        let is_first = span == 0 && !is_base;
                        let base = base.filter(|_| is_first).unwrap_or_else(|| eve(period.start));
                        net_change(&asked, account, *credited, base)
                    }
                    Measure::AverageBalance { credited: Credited::HolderOfTheDay } => {
                        average_of_the_day(&asked, account, until)
                    }
                    _ => average_of_the_present(&asked, account, until),
                });
            }
        }
    }
}

/// The accounts of an indicator by their pseudonyms.
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
        // A minor unit is never less than 1/10,000, so that nothing is rounded.
        let (balance, _) = half_even(&(major(minor, contest.currency) * whole(PARTS)));
        accounts.entry(account).or_default().push(Report { day, balance, by });
    }
    accounts
}

/// By what the reports of one day are ordered; the greatest holds.
fn order<'l>(one: &'l Lasting) -> (i64, crate::Time, &'l str, &'l str, u64) {
    let event = one.event;
    (event.revision.unwrap_or(0), event.occurred, &event.id, &event.source, one.number())
}

fn eve(day: Date) -> Date {
    day.yesterday().unwrap_or(Date::MIN)
}

/// What changed after the base date, until the end of the span.
fn net_change<'a>(
    asked: &Asked<'_, 'a>,
    account: &Account<'_, 'a>,
    credited: Credited,
    base: Date,
) -> Vec<Credit<'a>> {
    let mut credits = Vec::new();
    let until_end: Vec<&Report> = account.iter().filter(|report| report.day <= asked.period.end).collect();
    match credited {
        Credited::HolderOfTheDay => {
            let mut before = 0;
            for report in until_end {
                let change = report.balance - before;
                before = report.balance;
                if report.day > base && change != 0 {
                    let (parts, _) = portions(report.by.event, change, 0);
                    credits.extend(credit(asked, report, report.day, parts));
                }
            }
        }
        Credited::PresentHolder => {
            let on_base = until_end.iter().rfind(|report| report.day <= base);
            let on_base = on_base.map_or(0, |report| report.balance);
            if let Some(last) = until_end.last()
                && last.balance != on_base
            {
                let (parts, _) = portions(last.by.event, last.balance - on_base, 0);
                credits.extend(credit(asked, last, last.day, parts));
            }
        }
    }
    credits
}

/// On how many days of the span, up to the last that was reported, the account stood as its report says.
fn days_of(asked: &Asked, account: &Account, at: usize, until: Option<Date>) -> i128 {
    let Some(until) = until else { return 0 };
    let first = account[at].day.max(asked.period.start);
    let last = account.get(at + 1).map_or(until, |next| eve(next.day).min(until));
    days(first, last)
}

/// Each report's balance for each of its days, to those whom it names.
fn average_of_the_day<'a>(
    asked: &Asked<'_, 'a>,
    account: &Account<'_, 'a>,
    until: Option<Date>,
) -> Vec<Credit<'a>> {
    let mut credits = Vec::new();
    for (at, report) in account.iter().enumerate() {
        let first = report.day.max(asked.period.start);
        let is_over = account.get(at + 1).is_some_and(|next| next.day <= first);
        if first > asked.period.end || is_over || report.balance == 0 {
            continue;
        }
        let days = days_of(asked, account, at, until);
        let (mut parts, _) = portions(report.by.event, report.balance, 0);
        for part in &mut parts {
            part.measure *= days;
        }
        credits.extend(credit(asked, report, first, parts));
    }
    credits
}

/// Everything to those whom the last report of the span names: what was closed before it, and its own balance day by day.
fn average_of_the_present<'a>(
    asked: &Asked<'_, 'a>,
    account: &Account<'_, 'a>,
    until: Option<Date>,
) -> Vec<Credit<'a>> {
    let Some(last) = account.iter().rposition(|report| report.day <= asked.period.end) else {
        return Vec::new();
    };
    let closed = (0..last).map(|at| account[at].balance * days_of(asked, account, at, until)).sum();
    let report = &account[last];
    if closed == 0 && report.balance == 0 {
        return Vec::new();
    }
    let days = days_of(asked, account, last, until);
    let (mut parts, _) = portions(report.by.event, closed, 0);
    let (open, _) = portions(report.by.event, report.balance, 0);
    for (part, open) in parts.iter_mut().zip(open) {
        part.measure += open.measure * days;
    }
    credit(asked, report, report.day.max(asked.period.start), parts)
}

fn credit<'a>(
    asked: &Asked<'_, 'a>,
    report: &Report<'_, 'a>,
    date: Date,
    parts: Vec<Portion<'a>>,
) -> Vec<Credit<'a>> {
    let Lasting { position, event, .. } = report.by;
    let whole = Whole::without_points(*position, event, date, asked.span, asked.indicator);
    share(&whole, parts, asked.contest, asked.organisation)
}
