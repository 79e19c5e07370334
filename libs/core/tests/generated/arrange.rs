//! The ways in which a log may contain one world: shuffled, in other batches, with copies, late, with
//! decisions anywhere. None of them may change a standing, so copies of one identity keep their order
//! wherever the first copy matters.

use std::collections::BTreeMap;

use longhu_core::control::{Decision, Payload};
use longhu_core::oracle::{Entry, Logged};
use longhu_core::{Position, Time};

use crate::generated::contests::{DEADLINES, instant};
use crate::generated::counters::Counters;
use crate::generated::dice::Dice;
use crate::generated::events::{Again, Fact, again};
use crate::generated::organisation::decision;
use crate::generated::ties::{kept_in_order, ties};
use crate::generated::world::World;

/// Where the first definition of a contest is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before all facts.
    First,
    /// Between facts.
    Middle,
    /// After all facts.
    Last,
}

/// A way to arrange a log.
#[derive(Clone, Debug)]
pub struct Arrangement {
    /// Facts in any order.
    pub shuffled: bool,
    /// The last fact first.
    pub backwards: bool,
    /// Batches of any size.
    pub rebatched: bool,
    /// With additional copies.
    pub duplicated: bool,
    /// Some facts at the end, recorded later.
    pub delayed: bool,
    /// Organisation entries between the facts.
    pub scattered: bool,
    /// Organisation entries in any order.
    pub reordered: bool,
    /// Where contest definitions are.
    pub published: Place,
    /// Seed of the random choices.
    pub seed: u64,
}

impl Arrangement {
    /// The order of the world: decisions first, then facts.
    pub fn plain(seed: u64) -> Arrangement {
        Arrangement {
            shuffled: false,
            backwards: false,
            rebatched: false,
            duplicated: false,
            delayed: false,
            scattered: false,
            reordered: false,
            published: Place::First,
            seed,
        }
    }

    /// A random arrangement.
    pub fn any(dice: &mut Dice) -> Arrangement {
        let shuffled = dice.once_in(2);
        Arrangement {
            shuffled,
            backwards: !shuffled && dice.once_in(2),
            rebatched: dice.once_in(2),
            duplicated: dice.once_in(2),
            delayed: dice.once_in(3),
            scattered: !dice.once_in(3),
            reordered: dice.once_in(2),
            published: [Place::First, Place::Middle, Place::Last][dice.below(3)],
            seed: dice.below(usize::MAX) as u64,
        }
    }

    fn count(&self, counters: &mut Counters) {
        counters.hit_if(self.shuffled, "log", "shuffled");
        counters.hit_if(self.backwards, "log", "backwards");
        counters.hit_if(self.rebatched, "log", "other batches");
        counters.hit_if(self.duplicated, "log", "duplicated");
        counters.hit_if(self.delayed, "log", "delayed");
        counters.hit_if(self.scattered, "log", "organisation scattered");
        counters.hit_if(self.reordered, "log", "organisation shuffled");
        let published = match self.published {
            Place::First => "first",
            Place::Middle => "in the middle",
            Place::Last => "last",
        };
        counters.hit("contest published", published);
    }
}

/// The log of a world in this arrangement.
pub fn arrange(world: &World, way: &Arrangement, counters: &mut Counters) -> Vec<Logged> {
    way.count(counters);
    let mut dice = Dice::new(way.seed);
    let mut facts = world.facts.clone();
    if way.duplicated {
        duplicate(&mut facts, &mut dice);
    }
    if way.shuffled {
        shuffle(&mut facts, world, &mut dice);
    }
    if way.backwards {
        turn_around(&mut facts, world);
    }
    if way.delayed {
        delay(&mut facts, &mut dice);
    }
    let control = control(world, way, facts.len(), &mut dice);
    count_control(&control, counters);
    let entries = merge(facts, control);
    into_batches(entries, way.rebatched, &mut dice)
}

/// Adds copies that never count, because each comes after the fact it copies.
fn duplicate(facts: &mut Vec<Fact>, dice: &mut Dice) {
    for _ in 0..1 + dice.below(8) {
        let of = dice.below(facts.len());
        let how = [Again::Same, Again::OtherPseudonyms, Again::OtherContent][dice.below(3)];
        let copy = again(&facts[of], how, instant(dice.below(50) as i64));
        let at = of + 1 + dice.below(facts.len() - of);
        facts.insert(at, copy);
    }
}

fn shuffle(facts: &mut [Fact], world: &World, dice: &mut Dice) {
    let mut order: Vec<usize> = (0..facts.len()).collect();
    dice.shuffle(&mut order);
    reorder(facts, world, order);
}

fn turn_around(facts: &mut [Fact], world: &World) {
    reorder(facts, world, (0..facts.len()).rev().collect());
}

/// Puts facts into another order, but keeps the order of those whose order matters.
fn reorder(facts: &mut [Fact], world: &World, mut order: Vec<usize>) {
    let before = facts.to_vec();
    for group in kept_in_order(&before, &world.pseudonyms()) {
        let mut places: Vec<usize> =
            (0..order.len()).filter(|place| group.contains(&order[*place])).collect();
        places.sort_unstable();
        places.into_iter().zip(group).for_each(|(place, at)| order[place] = at);
    }
    for (fact, at) in facts.iter_mut().zip(order) {
        *fact = before[at].clone();
    }
}

/// Moves some facts to the end, together with all others whose order matters, and records them later, but on
/// the same side of every deadline.
fn delay(facts: &mut Vec<Fact>, dice: &mut Dice) {
    let groups = ties(facts);
    let late: Vec<usize> = groups.iter().filter(|_| dice.once_in(5)).copied().collect();
    let is_late: Vec<bool> = groups.iter().map(|group| late.contains(group)).collect();
    let of = |wanted: bool| -> Vec<Fact> {
        let own = facts.iter().zip(&is_late).filter(|(_, is_late)| **is_late == wanted);
        own.map(|(fact, _)| fact.clone()).collect()
    };
    let (on_time, mut delayed) = (of(false), of(true));
    for fact in &mut delayed {
        let next = DEADLINES.iter().map(|day| instant(*day)).find(|deadline| fact.recorded < *deadline);
        fact.recorded = next.map_or(Time(fact.recorded.0 + 1), |deadline| Time(deadline.0 - 1));
    }
    *facts = on_time;
    facts.extend(delayed);
}

/// A decision, and the number of facts before it.
type Placed = (usize, Decision);

fn control(world: &World, way: &Arrangement, facts: usize, dice: &mut Dice) -> Vec<Placed> {
    let mut runs: Vec<(usize, Vec<Decision>)> = Vec::new();
    let mut organisation = world.organisation.clone();
    if way.reordered {
        dice.shuffle(&mut organisation);
    }
    for run in organisation {
        let place = if way.scattered { dice.below(facts + 1) } else { 0 };
        runs.push((place, run));
    }
    for revisions in &world.contests {
        let mut definitions: Vec<Decision> = (1..)
            .zip(revisions)
            .map(|(revision, contest)| {
                decision(&contest.id, revision, Payload::Contest(Box::new(contest.clone())))
            })
            .collect();
        if dice.once_in(6) {
            definitions.reverse();
        }
        let mut least = match way.published {
            Place::First => 0,
            Place::Middle => facts / 3 + dice.below(facts / 3 + 1),
            Place::Last => facts,
        };
        for definition in definitions {
            let at = if least == 0 { dice.below(runs.len() + 1) } else { runs.len() };
            runs.insert(at, (least, vec![definition]));
            least += dice.below(facts - least + 1);
        }
    }
    for (number, seal) in world.seals.iter().enumerate().filter(|(_, seal)| !seal.is_last) {
        let (at, place) = (dice.below(runs.len() + 1), dice.below(facts + 1));
        runs.insert(at, (place, seal.entries(number)));
    }
    runs.sort_by_key(|(place, _)| *place);
    let last = world.seals.iter().enumerate().filter(|(_, seal)| seal.is_last);
    runs.extend(last.map(|(number, seal)| (facts, seal.entries(number))));
    let mut placed: Vec<Placed> =
        World::registrations().into_iter().map(|registration| (0, registration)).collect();
    for (place, run) in runs {
        placed.extend(run.into_iter().map(|decision| (place, decision)));
    }
    // Facts may come between the entries of a change set.
    let mut limit = facts;
    for (place, decision) in placed.iter_mut().rev() {
        if !decision.change_set.is_empty() && limit > *place && dice.once_in(2) {
            *place += dice.below(limit - *place + 1);
        }
        limit = *place;
    }
    placed
}

fn count_control(control: &[Placed], counters: &mut Counters) {
    let mut highest: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (at, (place, decision)) in control.iter().enumerate() {
        let about = (decision.payload.kind(), decision.key.as_str());
        if decision.change_set.is_empty() {
            let before = highest.entry(about).or_default();
            counters.hit_if(*before > decision.revision, "decision", "older revision came later");
            counters.hit_if(
                about.0 == "contest" && *before > 0 && decision.revision > *before,
                "decision",
                "amended",
            );
            *before = (*before).max(decision.revision);
            continue;
        }
        let before = at.checked_sub(1).map(|before| &control[before]);
        let same_set = before.filter(|(_, before)| before.change_set == decision.change_set);
        counters.hit_if(same_set.is_some_and(|(before, _)| before < place), "decision", "facts inside a set");
        if let Payload::Close { count } = decision.payload {
            let own = control[..at].iter().rev().take_while(|(_, b)| b.change_set == decision.change_set);
            let is_whole = own.count() == count as usize;
            counters.hit_if(is_whole, "decision", "set closed whole");
            counters.hit_if(!is_whole, "decision", "set abandoned");
        }
    }
}

fn merge(facts: Vec<Fact>, control: Vec<Placed>) -> Vec<(Time, Entry)> {
    let mut control = control.into_iter().peekable();
    let mut entries = Vec::new();
    for (before, fact) in facts.into_iter().enumerate() {
        while let Some((_, decision)) = control.next_if(|(place, _)| *place <= before) {
            entries.push((instant(0), Entry::Decision(decision)));
        }
        entries.push((fact.recorded, Entry::Event(fact.event)));
    }
    entries.extend(control.map(|(_, decision)| (instant(0), Entry::Decision(decision))));
    entries
}

fn into_batches(entries: Vec<(Time, Entry)>, any_size: bool, dice: &mut Dice) -> Vec<Logged> {
    let mut log = Vec::new();
    let mut position = Position::new(1, 0);
    for (recorded, entry) in entries {
        log.push(Logged { position, recorded, entry });
        let ends = if any_size { dice.once_in(3) } else { position.index == 7 };
        position = match ends {
            true => Position::new(position.sequence + 1, 0),
            false => Position::new(position.sequence, position.index + 1),
        };
        if any_size && dice.once_in(20) {
            let recorded = instant(dice.below(45) as i64);
            log.push(Logged { position, recorded, entry: Entry::Tick });
            position = Position::new(position.sequence + 1, 0);
        }
    }
    log
}
