//! Adds accounts with many reports on many days to generated worlds: several revisions for one day, reports
//! before all others and between two others, some of them reversed, some recorded after a deadline. Also
//! counts how often a run had such accounts. What reports are worth is not computed here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use longhu_core::Time;
use longhu_core::contest::{Contest, Credited, Filter, Measure};
use longhu_core::event::{Event, Reversal};
use longhu_core::oracle::{Entry, Logged};
use longhu_core::rule::class::{Class, GroupKey};
use longhu_core::rule::measure;

use crate::generated::contests::{day, instant};
use crate::generated::counters::Counters;
use crate::generated::dice::Dice;
use crate::generated::events::{Fact, NAMED, money};

/// An event, and when it was recorded.
type Recorded<'l> = (&'l Event<'static>, Time);

/// From this many days on, an account counts as one with many reports.
const MANY: usize = 10;

/// Adds reports of one account or two to the facts, based on existing facts.
pub fn report(facts: &mut Vec<Fact>, contests: &[Contest], dice: &mut Dice) {
    let is_original = |fact: &&Fact| fact.event.reverses.is_none();
    let models: Vec<Fact> = facts.iter().filter(is_original).cloned().collect();
    if models.is_empty() || contests.is_empty() {
        return;
    }
    // Mostly alike, as real reports of one account are.
    let models: Vec<&Fact> = (0..1 + dice.below(4)).map(|_| &models[dice.below(models.len())]).collect();
    let accounts: &[&str] = if dice.once_in(2) { &["a9"] } else { &["a1", "a9"] };
    for number in 0..MANY + dice.below(6 * MANY) {
        let currency = contests[dice.below(contests.len())].currency;
        let minor = dice.pick(&[0, 1, 100, 100, 5_000, 9_999, 10_000, 12_345, 30_000, -700]);
        let (date, hour) = (dice.below(42) as i64, 8 + dice.below(2) as i64);
        let model = models[dice.below(models.len())];
        let event = Event {
            source: NAMED.into(),
            id: format!("b{number}").into(),
            source_sequence: None,
            occurred: Time(instant(date).0 + hour * 3_600_000_000_000),
            business_date: day(date),
            subject: dice.pick(accounts).into(),
            amount: Some(money(currency.as_str(), minor)),
            revision: dice.pick(&[None, None, Some(0), Some(1), Some(2)]),
            ..model.event.clone()
        };
        if dice.once_in(5) {
            let taken = taken_back(&event, number, dice);
            facts.insert(dice.below(facts.len() + 1), taken);
        }
        let recorded = instant(5 + dice.below(40) as i64);
        facts.insert(dice.below(facts.len() + 1), Fact { event, recorded });
    }
}

/// A reversal of a report, or of a part of it.
fn taken_back(of: &Event<'static>, number: usize, dice: &mut Dice) -> Fact {
    let part = of.amount.filter(|amount| amount.minor > 1).filter(|_| dice.once_in(3));
    let reverses = Reversal {
        id: of.id.clone(),
        source_sequence: None,
        quantity: None,
        amount: part.map(|amount| longhu_core::types::money::Amount { minor: amount.minor / 2, ..amount }),
        dated: dice.once_in(2),
    };
    let id = format!("t{number}").into();
    let event = Event { id, reverses: Some(reverses), revision: None, ..of.clone() };
    Fact { event, recorded: instant(5 + dice.below(40) as i64) }
}

/// Counts such accounts in a log.
pub fn tally_balances(contest: &Contest, log: &[Logged], counters: &mut Counters) {
    let rules: Vec<_> = contest
        .indicators
        .iter()
        .filter(|i| i.measure.class() == Class::Grouped(GroupKey::Account))
        .collect();
    let mut accounts: BTreeMap<&str, Vec<Recorded>> = BTreeMap::new();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for logged in log {
        let Entry::Event(event) = &logged.entry else { continue };
        match &event.reverses {
            Some(reverses) if event.source == NAMED => _ = taken.insert(&reverses.id),
            Some(_) => {}
            None if event.subject.is_empty() => {}
            None => accounts.entry(&event.subject).or_default().push((event, logged.recorded)),
        }
    }
    let many: Vec<_> = accounts.values().filter(|reports| days(reports).len() >= MANY).collect();
    if many.is_empty() || rules.is_empty() {
        return;
    }
    for rule in &rules {
        let name = match &rule.measure {
            Measure::NetChange(measure::NetChange { credited: Credited::HolderOfTheDay, .. }) => {
                "change, to the day"
            }
            Measure::NetChange(_) => "change, to the present",
            Measure::AverageBalance(measure::AverageBalance { credited: Credited::HolderOfTheDay }) => {
                "average, to the day"
            }
            _ => "average, to the present",
        };
        counters.hit("many reports", name);
    }
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "many reports", name);
    let any = |is_so: &dyn Fn(&[Recorded]) -> bool| many.iter().any(|own| is_so(own));
    let is_middle =
        |own: &[Recorded], date: Date| days(own).first() < Some(&date) && days(own).last() > Some(&date);
    hit_if(
        any(&|own| (1..own.len()).any(|at| is_middle(&own[..at], own[at].0.business_date))),
        "between two others",
    );
    hit_if(
        any(&|own| (1..own.len()).any(|at| days(&own[..at]).first() > Some(&own[at].0.business_date))),
        "before all others",
    );
    let is_taken = |event: &Event| event.source == NAMED && taken.contains(event.id.as_ref());
    hit_if(
        any(&|own| own.iter().any(|(event, _)| is_taken(event) && is_middle(own, event.business_date))),
        "taken back between two others",
    );
    let same_day = |a: &Event, b: &Event| a.business_date == b.business_date && a.revision != b.revision;
    hit_if(
        any(&|own| {
            own.iter()
                .any(|(a, _)| is_middle(own, a.business_date) && own.iter().any(|(b, _)| same_day(a, b)))
        }),
        "revisions of a day between two others",
    );
    let deadline = contest.scoring_deadline;
    hit_if(any(&|own| own.iter().any(|(_, recorded)| deadline.is_some_and(|at| *recorded >= at))), "late");
    hit_if(contest.rounds.len() > 1, "several spans");
    hit_if(rules.iter().any(|rule| rule.filter != Filter::default()), "filter");
}

/// The days of reports, in order.
fn days(reports: &[Recorded]) -> BTreeSet<Date> {
    reports.iter().map(|(event, _)| event.business_date).collect()
}
