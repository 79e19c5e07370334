//! Which facts must keep their order when a log is shuffled, because the order decides which copy of an
//! identity counts. All others are shuffled; otherwise shuffling would prove nothing.

use std::collections::{BTreeMap, BTreeSet};

use longhu_core::Time;

use crate::generated::events::{Again, Fact, NAMED, again};
use crate::generated::world::World;

type Identity = (String, Option<u64>, String);

/// The identity of an event: the rule for the generated sources, written a second time.
fn identity(fact: &Fact) -> Identity {
    name(fact, fact.event.source_sequence, &fact.event.id)
}

/// The identity of a reversal's original.
fn target(fact: &Fact) -> Option<Identity> {
    fact.event.reverses.as_ref().map(|reverses| name(fact, reverses.source_sequence, &reverses.id))
}

fn name(fact: &Fact, number: Option<u64>, id: &str) -> Identity {
    let number = number.filter(|_| fact.event.source != NAMED);
    let id = if number.is_some() { "" } else { id };
    (fact.event.source.to_string(), number, id.to_owned())
}

/// Which pseudonyms matter for the standings.
pub struct Pseudonyms<'a> {
    /// Customers listed by a hand-over.
    pub handed_over: BTreeSet<&'a str>,
    /// Whether a contest tells customers apart.
    pub all_customers: bool,
    /// Whether a contest tells accounts apart.
    pub all_accounts: bool,
}

/// Whether it matters which of these copies is first.
fn order_matters(copies: &[&Fact], pseudonyms: &Pseudonyms) -> bool {
    let content = |fact: &Fact| again(fact, Again::OtherPseudonyms, Time(0)).event;
    // Copies with other pseudonyms count as equal, but the first one decides whose customer it was.
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

/// Groups of facts that keep their order: the copies of an identity, if it matters which is first. Several
/// identities form one group if a copy may be a dead letter on arrival and so leave its identity to other
/// content; that depends on whether its original came before it.
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
    // For each identity, the originals that its copies name, if these are in this world and may themselves be
    // reversals.
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
        // Groups that share an identity are joined.
        let touched: BTreeSet<usize> =
            own_groups.iter().zip(&groups).filter(|(own, _)| seen.contains(own)).map(|(_, g)| *g).collect();
        let Some(first) = touched.first().copied() else { continue };
        groups.iter_mut().filter(|group| touched.contains(group)).for_each(|group| *group = first);
    }
    groups
}
