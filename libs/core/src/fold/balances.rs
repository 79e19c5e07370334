//! What an account's balances give: how much more it holds than at a date before, or what it holds on the average day. It
//! looks at all reports of one account together, and at nothing else. DOMAIN.md, "Balances".

use jiff::civil::Date;

use crate::contest::{Credited, Indicator, Measure, Span};
use crate::fold::dossiers::Member;
use crate::fold::gather::Gathered;
use crate::fold::group::{Credit, left_of, share};
use crate::fold::reach::ReachRef;
use crate::fold::rules::Rules;
use crate::fold::worth::{Worth, amount_e4};

/// The report that counts of a day.
struct Report<'a> {
    date: Date,
    member: &'a Member<'a>,
    /// In 1/10,000 of a major unit.
    balance: i128,
}

/// Gives what the reports of one account are worth to an indicator, and the day of each of them.
pub fn gather<'a>(rules: &Rules, indicator: usize, members: &[&'a Member<'a>], into: &mut Gathered<'a>) {
    let rule = &rules.contest.indicators[indicator];
    let reports = reports(rules, rule, members, &mut |date| into.reports.push((indicator, date)));
    for (number, span) in rules.spans.iter().enumerate() {
        let known = &reports[..reports.partition_point(|report| report.date <= span.period.end)];
        let giver = Giver { indicator, span: number, into: &mut *into };
        match rule.measure {
            Measure::NetChange { credited, base } => {
                let base = base.filter(|_| number == 0 && !span.is_base);
                let before = base.or(span.period.start.yesterday().ok()).unwrap_or(Date::MIN);
                net_change(credited, before, known, giver);
            }
            Measure::AverageBalance { credited } => average(credited, span, known, giver),
            _ => {}
        }
    }
}

/// The report of each day, by day: the greatest revision, then the latest; `note` is told every report.
fn reports<'a>(
    rules: &Rules,
    rule: &Indicator,
    members: &[&'a Member<'a>],
    note: &mut impl FnMut(Date),
) -> Vec<Report<'a>> {
    let mut all = Vec::with_capacity(members.len());
    for member in members {
        let group = member.group();
        let is_wanted = rule.events.iter().any(|kind| *kind == group.event.kind);
        if !is_wanted || rules.contest.is_late(group.recorded) {
            continue;
        }
        let Some(left) = left_of(rules, group) else { continue };
        if let Some(balance) = amount_e4(&left, &rules.contest)
            && rule.filter.matches(&left, rules.contest.currency)
        {
            note(left.business_date);
            all.push(Report { date: left.business_date, member, balance });
        }
    }
    fn order<'b>(report: &'b Report) -> impl Ord + 'b {
        let event = &report.member.event;
        let revision = event.revision.unwrap_or(0);
        let number = event.source_sequence.unwrap_or(0);
        (report.date, revision, event.occurred, &event.id, &event.source, number)
    }
    all.sort_by(|a, b| order(b).cmp(&order(a)));
    all.dedup_by_key(|report| report.date);
    all.reverse();
    all
}

struct Giver<'g, 'a> {
    indicator: usize,
    span: usize,
    into: &'g mut Gathered<'a>,
}

impl<'a> Giver<'_, 'a> {
    /// Divides a worth among the creditors of a report, and gives what `of` makes of each part.
    fn give(&mut self, report: &Report<'a>, date: Date, worth: Worth, of: impl Fn(Worth) -> Worth) {
        let event = &report.member.event;
        let reach = ReachRef { date, occurred: event.occurred, source: report.member.source, id: &event.id };
        share(event, worth, &mut |creditor, part| {
            let credit =
                Credit { creditor, indicator: self.indicator, part: of(part), span: self.span, date, reach };
            self.into.credits.push((report.member, credit));
        });
    }
}

fn net_change<'a>(credited: Credited, base: Date, known: &[Report<'a>], mut giver: Giver<'_, 'a>) {
    let change = |measure| Worth { measure, points: 0 };
    match credited {
        Credited::HolderOfTheDay => {
            let mut before = 0;
            for report in known {
                if report.date > base && report.balance != before {
                    giver.give(report, report.date, change(report.balance - before), |part| part);
                }
                before = report.balance;
            }
        }
        Credited::PresentHolder => {
            let Some(last) = known.last() else { return };
            let at_base = known.iter().rfind(|report| report.date <= base).map_or(0, |report| report.balance);
            if last.balance != at_base {
                giver.give(last, last.date, change(last.balance - at_base), |part| part);
            }
        }
    }
}

/// What is held from a day on to the last known day of the span is told as two numbers: what every day of the span adds,
/// and what is to be taken away for the days before.
fn average<'a>(credited: Credited, span: &Span, known: &[Report<'a>], mut giver: Giver<'_, 'a>) {
    let start = span.period.start;
    let day = |date: Date| i128::from(crate::date::days_between(start, date));
    let mut closed = 0;
    for (at, report) in known.iter().enumerate() {
        let from = report.date.max(start);
        // One after the span ends is of no interest in it: the days that are known end before.
        let until = known.get(at + 1).map(|next| next.date);
        if until.is_some_and(|until| until <= from) {
            continue;
        }
        match (credited, until) {
            (Credited::HolderOfTheDay, _) if report.balance == 0 => {}
            (Credited::HolderOfTheDay, Some(until)) => {
                let days = day(until) - day(from);
                let held = Worth { measure: report.balance, points: 0 };
                giver.give(report, from, held, |part| Worth { measure: part.measure * days, points: 0 });
            }
            (Credited::PresentHolder, Some(until)) => closed += report.balance * (day(until) - day(from)),
            (_, None) => {
                let (whole, missing) = (Worth { measure: closed, points: report.balance }, day(from));
                if whole != Worth::default() {
                    giver.give(report, from, whole, |part| Worth {
                        measure: part.measure - part.points * missing,
                        points: part.points,
                    });
                }
            }
        }
    }
}
