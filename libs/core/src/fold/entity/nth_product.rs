//! Which event brought a customer's n-th different product soon after the first opening. It looks at the events of one
//! customer together, and at nothing else. README.md, "Measures".

use std::collections::BTreeSet;

use jiff::{Span as Days, civil::Date};

use crate::contest::Measure;
use crate::event::Event;
use crate::fold::credit::group::{Credit, Giving, left_of};
use crate::fold::entity::dossiers::reading::Member;
use crate::fold::placement::holders::product_of;
use crate::rule::compiled::Rules;

/// Credits of events of one customer, each with the event that names who gets it.
pub type CustomerCredits<'a> = Vec<(&'a Member<'a>, Credit<'a>)>;

/// Gives what one customer's events are worth to an indicator.
pub fn credit<'a>(
    rules: &Rules,
    indicator: usize,
    members: &[&'a Member<'a>],
    into: &mut CustomerCredits<'a>,
) {
    let rule = &rules.contest.indicators[indicator];
    let Measure::NthProduct { nth, within_days, openings } = &rule.measure else { return };
    let live: Vec<(Event, &'a Member<'a>)> = members
        .iter()
        .filter(|member| !rules.contest.is_late(member.group().recorded))
        .filter_map(|member| Some((left_of(rules, member.group())?, *member)))
        .collect();
    fn order<'b>(event: &'b Event) -> impl Ord + 'b {
        let number = event.source_sequence.unwrap_or(0);
        (event.business_date, event.occurred, &event.source, &event.id, number)
    }
    let opens = |event: &Event| openings.iter().any(|kind| *kind == event.kind);
    let Some(opened) = live
        .iter()
        .map(|(event, _)| event)
        .filter(|event| opens(event))
        .min_by(|a, b| order(a).cmp(&order(b)))
    else {
        return;
    };
    let first = opened.business_date;
    let last = first.checked_add(Days::new().days(i64::from(*within_days))).unwrap_or(Date::MAX);
    let counts = |event: &Event| {
        (first..=last).contains(&event.business_date)
            && rule.events.iter().any(|kind| *kind == event.kind)
            && rule.filter.matches(event, rules.contest.currency)
    };
    let mut products: Vec<&(Event, &'a Member<'a>)> =
        live.iter().filter(|(event, _)| counts(event)).collect();
    products.sort_by(|a, b| order(&a.0).cmp(&order(&b.0)));
    let mut seen = BTreeSet::new();
    for (event, member) in products {
        if seen.insert(product_of(event)) && seen.len() as u32 == *nth {
            let mut giving = Giving::new(rules, member.group());
            giving.give_one(indicator, event, &mut |credit| into.push((member, credit)));
        }
    }
}
