//! A generated world: decisions and facts, before they are arranged in a log.

use std::collections::BTreeSet;

use longhu_core::Time;
use longhu_core::contest::{Contest, Indicator, Points, RankedBy, TieBreak};
use longhu_core::control::{Bank, Decision, Payload, Source};
use longhu_core::rule::class::{Apart, Class, GroupKey, Scope};
use longhu_core::rule::{points, ranking, tie_break};
use longhu_core::types::money::Currency;
use proptest::prelude::*;
use proptest::sample::select;

use crate::generated::contests::{DEADLINES, contest, instant};
use crate::generated::dense::{self, draw_contest, draw_fact};
use crate::generated::dice::Dice;
use crate::generated::events::{Again, Fact, NAMED, NUMBERED, again, fact};
use crate::generated::organisation::{decision, organisation};
use crate::generated::reporting::report;
use crate::generated::reversals::{insert, take_backs};
use crate::generated::rules::{ruled, targets};
use crate::generated::seals::{Sealing, sealings};
use crate::generated::ties::Pseudonyms;

/// Ids of contests. Each is a prefix of the next.
const IDS: [&str; 3] = ["c", "c-1", "c-11"];

/// A world.
#[derive(Clone, Debug)]
pub struct World {
    /// Runs of decisions on the organisation. The order matters only within a run.
    pub organisation: Vec<Vec<Decision>>,
    /// The revisions of each contest, from 1.
    pub contests: Vec<Vec<Contest>>,
    /// Facts in log order. Copies come after the fact they copy.
    pub facts: Vec<Fact>,
    /// The seals of contests, in the order of the log.
    pub seals: Vec<Sealing>,
    /// Seed for arrangements and journeys.
    pub seed: u64,
}

/// Worlds.
pub fn world() -> impl Strategy<Value = World> {
    let contests = prop::collection::vec(revisions(), 1..=2);
    let copy = (any::<prop::sample::Index>(), how(), 0usize..30, recorded());
    let copies = prop::collection::vec(copy, 0..6);
    let many = prop::collection::vec(fact(), 1..60);
    // With few credits, the reversal of any one shows in the standings.
    let few = prop::collection::vec(fact(), 1..6);
    let facts = prop_oneof![many, few];
    let (take_backs, seals) = (take_backs(), sealings(&IDS[..2]));
    let decided = (organisation(), contests, seals, targets(&IDS[..2]));
    let dense = prop::option::weighted(0.4, any::<u64>());
    let reported = prop::option::weighted(0.4, any::<u64>());
    (decided, facts, take_backs, copies, (any::<u64>(), dense, reported)).prop_map(
        |(decided, mut facts, take_backs, copies, (seed, dense, reported))| {
            let (mut organisation, mut contests, seals, targets) = decided;
            for (id, revisions) in IDS.iter().zip(&mut contests) {
                revisions.iter_mut().for_each(|contest| contest.id = (*id).to_owned());
            }
            insert(&mut facts, take_backs);
            for (of, how, gap, recorded) in copies {
                let at = of.index(facts.len());
                let copy = again(&facts[at], how, recorded);
                facts.insert((at + 1 + gap).min(facts.len()), copy);
            }
            match dense {
                None => organisation.extend(targets),
                Some(seed) => {
                    let mut dice = Dice::new(seed);
                    contests.iter_mut().flatten().for_each(|contest| draw_contest(contest, &mut dice));
                    facts.iter_mut().for_each(draw_fact);
                    organisation.extend(dense::targets(IDS[0], &mut dice));
                }
            }
            let balances = |contest: &&Contest| {
                contest.indicators.iter().any(|i| i.measure.class() == Class::Grouped(GroupKey::Account))
            };
            let of_balances: Vec<Contest> = contests.iter().flatten().filter(balances).cloned().collect();
            // If it matters who was first, there are few credits, so that each one shows in the standings.
            let earliest =
                |contest: &Contest| contest.tie_breaks.contains(&TieBreak::Earliest(tie_break::Earliest));
            if let Some(seed) = reported.filter(|_| !contests.iter().flatten().any(earliest)) {
                report(&mut facts, &of_balances, &mut Dice::new(seed));
            }
            World { organisation, contests, facts, seals, seed }
        },
    )
}

/// What an amendment changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amends {
    Anything,
    /// Only the ranking: the credits are the same.
    Ranks,
    /// One thing that credits depend on.
    Points,
    Events,
    Filters,
    Period,
    Deadline,
    UnitFrom,
    Currency,
}

/// The revisions of a contest.
fn revisions() -> impl Strategy<Value = Vec<Contest>> {
    use Amends::*;
    let one = [Points, Events, Filters, Period, Deadline, UnitFrom, Currency];
    let amends = || prop_oneof![4 => Just(Anything), 4 => Just(Ranks), 2 => select(one.to_vec())];
    let laid = || {
        let rules = prop::option::weighted(0.6, any::<u64>());
        (contest(), rules).prop_map(|(contest, rules)| match rules {
            Some(seed) => ruled(contest, seed),
            None => contest,
        })
    };
    let revision = move || (laid(), amends());
    let revisions = prop_oneof![
        3 => prop::collection::vec(revision(), 1..=1),
        3 => prop::collection::vec(revision(), 2..=2),
        1 => prop::collection::vec(revision(), 3..=3),
    ];
    revisions.prop_map(|drawn| {
        let mut revisions: Vec<Contest> = Vec::new();
        for (contest, amends) in drawn {
            let contest = match revisions.last() {
                None => contest,
                Some(before) => amended(before, &contest, amends),
            };
            revisions.push(contest);
        }
        revisions
    })
}

/// A definition with one part taken from another. If both have rules laid over them, the other is taken as a
/// whole, because parts of two would contradict each other.
fn amended(before: &Contest, other: &Contest, amends: Amends) -> Contest {
    if is_laid(before) || is_laid(other) {
        return match amends {
            Amends::Ranks => laid_otherwise(before, other),
            _ => other.clone(),
        };
    }
    let mut contest = before.clone();
    let indicators = contest.indicators.iter_mut().zip(&other.indicators);
    match amends {
        Amends::Anything => return other.clone(),
        Amends::Ranks => return ranked_like(before, other),
        Amends::Points => indicators.for_each(|(own, other)| {
            (own.measure, own.points) = (other.measure.clone(), other.points.clone())
        }),
        Amends::Events => indicators.for_each(|(own, other)| own.events.clone_from(&other.events)),
        Amends::Filters => indicators.for_each(|(own, other)| own.filter.clone_from(&other.filter)),
        Amends::Period => (contest.start, contest.end) = (other.start, other.end),
        Amends::Deadline => contest.scoring_deadline = other.scoring_deadline,
        Amends::UnitFrom => contest.unit_from = other.unit_from,
        Amends::Currency => contest.currency = other.currency,
    }
    contest
}

/// Whether it has more than events with points of their own.
fn is_laid(contest: &Contest) -> bool {
    let is_plain = |i: &Indicator| i.has_points_by_event() && !i.looks_back() && i.caps.is_empty();
    !(contest.rounds.is_empty()
        && contest.ranked_by == RankedBy::Score(ranking::Score)
        && contest.indicators.iter().all(is_plain))
}

/// The same credits, with other boards, ties, and points computed from totals.
fn laid_otherwise(before: &Contest, other: &Contest) -> Contest {
    let mut contest = before.clone();
    (contest.boards, contest.listing, contest.tie_rule) =
        (other.boards.clone(), other.listing, other.tie_rule);
    for indicator in &mut contest.indicators {
        indicator.caps.retain(|cap| cap.boards.is_empty());
        if let Points::Completion(rule) = &mut indicator.points {
            rule.weight_e4 += 10_000;
        }
        let is_by_event = indicator.measure.class().is_by_event();
        if let (Points::PerUnit(points::PerUnit { points_e4: rate }), false) =
            (&mut indicator.points, is_by_event)
        {
            *rate += 1;
        }
    }
    contest
}

fn ranked_like(credited: &Contest, ranked: &Contest) -> Contest {
    let indicators = credited.indicators.len();
    let is_there = |link: &TieBreak| !matches!(link, TieBreak::Indicator(tie_break::Indicator(index)) if *index >= indicators);
    Contest {
        boards: ranked.boards.clone(),
        listing: ranked.listing,
        tie_rule: ranked.tie_rule,
        tie_breaks: ranked.tie_breaks.iter().filter(|link| is_there(link)).cloned().collect(),
        ..credited.clone()
    }
}

fn how() -> impl Strategy<Value = Again> {
    select(vec![Again::Same, Again::Same, Again::OtherPseudonyms, Again::OtherContent, Again::OtherTarget])
}

fn recorded() -> impl Strategy<Value = Time> {
    (5i64..45).prop_map(instant)
}

impl World {
    /// The first entries of every log.
    pub fn registrations() -> Vec<Decision> {
        let currency = Currency::parse("CNY").unwrap();
        let bank = Bank { id: "bank".into(), zone: "Asia/Shanghai".into(), currency };
        let source = |name: &str, numbered: bool| {
            let (principal, horizon_days) = ("adapter".to_owned(), None);
            let source = Source { name: name.to_owned(), numbered, horizon_days, principal };
            decision(name, 1, Payload::Source(source))
        };
        vec![decision("bank", 1, Payload::Bank(bank)), source(NUMBERED, true), source(NAMED, false)]
    }

    /// The definition of a contest's revision.
    pub fn definition(&self, id: &str, revision: u64) -> Option<&Contest> {
        let revisions = self.contests.iter().find(|revisions| revisions[0].id == id)?;
        revisions.get(revision.checked_sub(1)? as usize)
    }

    /// Which pseudonyms matter for the standings.
    pub fn pseudonyms(&self) -> Pseudonyms<'_> {
        let indicators = || self.contests.iter().flatten().flat_map(|contest| &contest.indicators);
        let is_of_customers = |i: &Indicator| {
            i.measure.class() == Class::Distinct
                || i.is_capped(Scope::Apart(Apart::Customers))
                || !i.openings().is_empty()
        };
        Pseudonyms {
            handed_over: self.handed_over(),
            all_customers: indicators().any(is_of_customers),
            all_accounts: indicators()
                .any(|indicator| indicator.measure.class() == Class::Grouped(GroupKey::Account)),
        }
    }

    /// Customers listed by a hand-over.
    fn handed_over(&self) -> BTreeSet<&str> {
        let customers = self.organisation.iter().flatten().filter_map(|decision| match &decision.payload {
            Payload::HandOver(hand_over) => Some(&hand_over.customers),
            _ => None,
        });
        customers.flatten().map(String::as_str).collect()
    }

    /// For each deadline, whether a time is before or after it.
    pub fn sides(recorded: Time) -> [bool; DEADLINES.len()] {
        DEADLINES.map(|day| recorded < instant(day))
    }

    /// A description with one line for each decision and fact.
    pub fn describe(&self) -> String {
        let runs = self.organisation.iter().enumerate();
        let runs =
            runs.flat_map(|(run, decisions)| decisions.iter().map(move |d| format!("run {run}: {d:?}")));
        let contests = self.contests.iter().flatten().map(|contest| format!("{contest:?}"));
        let facts = self.facts.iter().map(|fact| format!("{fact:?}"));
        let seals = self.seals.iter().map(|seal| format!("{seal:?}"));
        let lines: Vec<String> = runs.chain(contests).chain(facts).chain(seals).collect();
        format!("{}\nseed {}", lines.join("\n"), self.seed)
    }
}
