//! Which facts must keep their order when a log is shuffled, because it decides which copy of an identity counts. It
//! keeps no order that does not matter, or shuffling would show nothing.

use std::collections::{BTreeMap, BTreeSet};

use longhu_core::Time;

use crate::generated::events::{Again, Fact, NAMED, again};
use crate::generated::world::World;

type Identity = (String, Option<u64>, String);

/// By what an event is known: the rule of the generated sources, said once more.
fn identity(fact: &Fact) -> Identity {
    name(fact, fact.event.source_sequence, &fact.event.id)
}

/// By what a reversal knows what it takes back.
fn target(fact: &Fact) -> Option<Identity> {
    fact.event.reverses.as_ref().map(|reverses| name(fact, reverses.source_sequence, &reverses.id))
}

fn name(fact: &Fact, number: Option<u64>, id: &str) -> Identity {
    let number = number.filter(|_| fact.event.source != NAMED);
    let id = if number.is_some() { "" } else { id };
    (fact.event.source.to_string(), number, id.to_owned())
}

/// Which pseudonyms a world asks for.
pub struct Pseudonyms<'a> {
    /// Customers whom a hand-over names.
    pub handed_over: BTreeSet<&'a str>,
    /// Whether a contest keeps customers apart.
    pub all_customers: bool,
    /// Whether a contest keeps accounts apart.
    pub all_accounts: bool,
}

/// Whether it matters which of the copies comes first.
fn order_matters(copies: &[&Fact], pseudonyms: &Pseudonyms) -> bool {
    let content = |fact: &Fact| again(fact, Again::OtherPseudonyms, Time(0)).event;
    // Copies with other pseudonyms are the same, but it is the first that says whose customer it was.
    let customer = |fact: &Fact| {
        let customer = fact.event.customer.as_ref();
        let matters = pseudonyms.all_customers || pseudonyms.handed_over.contains(customer);
        let account = pseudonyms.all_accounts.then(|| fact.event.subject.to_string());
        (matters.then(|| customer.to_owned()), account)
    };
    copies.windows(2).any(|pair| {
        content(pair[0]) != content(pair[1])
            || customer(pair[0]) != customer(pair[1])
            || World::sides(pair[0].recorded) != World::sides(pair[1].recorded)
    })
}

/// Groups of facts that keep their order: the copies of an identity where it matters which is first. Copies of several
/// identities go together where one may be dead at arrival and so leave its identity to another content: that depends on
/// whether what it takes back was there before it.
pub fn kept_in_order(facts: &[Fact], pseudonyms: &Pseudonyms) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, group) in ties(facts).into_iter().enumerate() {
        groups.entry(group).or_default().push(at);
    }
    groups.retain(|_, group| {
        order_matters(&group.iter().map(|at| &facts[*at]).collect::<Vec<_>>(), pseudonyms)
    });
    groups.into_values().collect()
}

/// The group of each fact.
pub fn ties(facts: &[Fact]) -> Vec<usize> {
    let mut numbers: BTreeMap<Identity, usize> = BTreeMap::new();
    let mut groups: Vec<usize> = Vec::new();
    for fact in facts {
        let next = numbers.len();
        groups.push(*numbers.entry(identity(fact)).or_insert(next));
    }
    // What the copies of each identity take back, where that is known here and may itself be a reversal.
    let mut sorts: BTreeMap<usize, BTreeSet<Option<Identity>>> = BTreeMap::new();
    for (fact, own) in facts.iter().zip(&groups) {
        sorts.entry(*own).or_default().insert(target(fact));
    }
    let own_groups = groups.clone();
    for (own, sort) in &sorts {
        if sort.len() < 2 {
            continue;
        }
        let mut seen = BTreeSet::from([*own]);
        let mut open = vec![*own];
        while let Some(one) = open.pop() {
            for target in sorts[&one].iter().flatten() {
                let Some(target) = numbers.get(target) else { continue };
                if sorts[target].iter().any(Option::is_some) && seen.insert(*target) {
                    open.push(*target);
                }
            }
        }
        // Groups that share an identity become one.
        let touched: BTreeSet<usize> =
            own_groups.iter().zip(&groups).filter(|(own, _)| seen.contains(own)).map(|(_, g)| *g).collect();
        let Some(first) = touched.first().copied() else { continue };
        groups.iter_mut().filter(|group| touched.contains(group)).for_each(|group| *group = first);
    }
    groups
}
