//! Which of the events of one customer count when all of them must be looked at together, and what they are
//! worth. The measure decides which.

use crate::contest::compiled::Rules;
use crate::event::Event;
use crate::fold::credit::group::{Credit, Giving, left_of};
use crate::fold::entity::dossiers::reading::Member;
use crate::rule::evaluation::ByCustomer;
use crate::types::ids::IndicatorIx;

/// Credits from the events of one customer, each with the event that names its creditors.
pub type CustomerCredits<'a> = Vec<(&'a Member<'a>, Credit<'a>)>;

/// Gives what the events of one customer are worth to an indicator.
pub fn credit<'a>(
    rules: &Rules,
    indicator: IndicatorIx,
    which: &dyn ByCustomer,
    members: &[&'a Member<'a>],
    into: &mut CustomerCredits<'a>,
) {
    let rule = &rules.contest.indicators[indicator.index()];
    let live: Vec<(Event, &'a Member<'a>)> = members
        .iter()
        .filter(|member| !rules.contest.is_late(member.group().recorded))
        .filter_map(|member| Some((left_of(rules, member.group())?, *member)))
        .collect();
    let counts = |event: &Event| {
        rule.events.iter().any(|kind| *kind == event.kind)
            && rule.filter.matches(event, rules.contest.currency)
    };
    let events: Vec<&Event> = live.iter().map(|(event, _)| event).collect();
    let Some(at) = which.find(&events, &counts) else { return };
    let (event, member) = &live[at];
    let mut giving = Giving::new(rules, member.group());
    giving.give_one(indicator, event, &mut |credit| into.push((member, credit)));
}
