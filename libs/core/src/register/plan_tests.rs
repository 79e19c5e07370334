//! Targets and calendars as decisions in force: which revision wins, what a change set does, and how they are
//! restored.

use jiff::civil::date;

use super::*;
use crate::types::pages::{DirtyPages, MemoryPages};

fn decision(key: String, revision: u64, change_set: &str, payload: Payload) -> Decision {
    Decision { principal: "hq".into(), key, revision, change_set: change_set.into(), payload }
}

fn aimed(contest: &str, participant: &str, value_e4: i64) -> Targets {
    let target = Target { indicator: "cards".into(), round: String::new(), value_e4 };
    Targets { contest: contest.into(), participant: participant.into(), targets: vec![target] }
}

fn aim(contest: &str, participant: &str, revision: u64, change_set: &str) -> Decision {
    let targets = aimed(contest, participant, revision as i64 * 100);
    decision(targets.key(), revision, change_set, Payload::Targets(targets))
}

fn close(change_set: &str, count: u32) -> Decision {
    decision(String::new(), 0, change_set, Payload::Close { count })
}

fn calendar(revision: u64) -> Decision {
    let closed = vec![date(2026, 1, revision as i8)];
    let calendar = Calendar { id: "cn".into(), weekend: vec![6, 7], closed, open: Vec::new() };
    decision("cn".into(), revision, "", Payload::Calendar(calendar))
}

fn told(pairs: &[(&str, &str)]) -> Effect {
    Effect::Targets(pairs.iter().map(|(contest, one)| ((*contest).into(), (*one).into())).collect())
}

fn value(register: &Register, contest: &str, participant: &str) -> Option<i64> {
    register.targets(contest, participant).first().map(|target| target.value_e4)
}

#[test]
fn the_highest_revision_of_targets_wins_in_any_order() {
    let mut register = Register::default();
    assert_eq!(register.apply(Position::new(1, 0), aim("c", "a", 2, "")), [told(&[("c", "a")])]);
    assert_eq!(register.apply(Position::new(2, 0), aim("c", "a", 1, "")), [Effect::None]);
    assert_eq!(register.apply(Position::new(3, 0), aim("c", "a", 2, "")), [Effect::None]);
    assert_eq!(value(&register, "c", "a"), Some(200));
    let in_force = register.aim("c", "a").unwrap();
    assert_eq!((in_force.revision, in_force.position), (2, Position::new(1, 0)));
    assert_eq!(register.revision("targets", "c\ta"), 2);
    // An empty list of targets is a decision like any other.
    let none = Targets { targets: Vec::new(), ..aimed("c", "a", 0) };
    let decided = decision(none.key(), 3, "", Payload::Targets(none));
    assert_eq!(register.apply(Position::new(4, 0), decided), [told(&[("c", "a")])]);
    assert!(register.targets("c", "a").is_empty() && register.aim("c", "a").is_some());
}

#[test]
fn the_highest_revision_of_a_calendar_wins_and_ranks_do_not_depend_on_it() {
    let mut register = Register::default();
    assert_eq!(register.apply(Position::new(1, 0), calendar(2)), [Effect::Calendar]);
    assert_eq!(register.apply(Position::new(2, 0), calendar(1)), [Effect::None]);
    assert_eq!(register.calendar("cn").unwrap().value.closed, [date(2026, 1, 2)]);
    assert_eq!(register.calendars().count(), 1);
    assert_eq!(register.revision("calendar", "cn"), 2);
}

#[test]
fn a_change_set_of_targets_is_one_effect_or_none() {
    let mut register = Register::default();
    register.apply(Position::new(1, 0), aim("c", "a", 1, "s1"));
    register.apply(Position::new(1, 1), aim("c", "b", 1, "s1"));
    assert_eq!(value(&register, "c", "a"), None, "it waits for the close");
    let effects = register.apply(Position::new(1, 2), close("s1", 2));
    assert_eq!(effects, [told(&[("c", "a"), ("c", "b")])]);
    assert_eq!(register.aim("c", "a").unwrap().position, Position::new(1, 2), "it took effect at the close");
    register.apply(Position::new(2, 0), aim("c", "a", 2, "s2"));
    assert_eq!(register.apply(Position::new(2, 1), close("s2", 2)), [Effect::Abandoned]);
    assert_eq!(value(&register, "c", "a"), Some(100), "one of two came: none of it");
}

#[test]
fn targets_are_found_by_contest_and_participant() {
    let mut register = Register::default();
    let all = [("c", "b"), ("c-2", "a"), ("c", "a"), ("b", "z"), ("c", "c"), ("", "c")];
    for (index, (contest, participant)) in (0..).zip(all) {
        register.apply(Position::new(1, index), aim(contest, participant, 1, ""));
    }
    fn ids<'r>(found: impl Iterator<Item = &'r InForce<Targets>>) -> Vec<&'r str> {
        found.map(|targets| targets.value.participant.as_str()).collect()
    }
    assert_eq!(ids(register.targets_of("c")), ["a", "b", "c"]);
    assert_eq!(ids(register.targets_of("c-2")), ["a"]);
    assert_eq!(ids(register.targets_after("c", "a")), ["b", "c"]);
    assert_eq!(ids(register.targets_after("c", "aa")), ["b", "c"]);
    assert!(ids(register.targets_after("c", "c")).is_empty());
    assert!(ids(register.targets_of("d")).is_empty());
}

#[test]
fn targets_and_calendars_are_read_as_they_were_written() {
    let (mut register, mut store) = (Register::default(), MemoryPages::default());
    register.apply(Position::new(1, 0), aim("c", "a", 1, ""));
    register.apply(Position::new(1, 1), calendar(1));
    let commit = |register: &mut Register, store: &mut MemoryPages| {
        let mut dirty = DirtyPages::new();
        register.take_dirty(&mut dirty);
        store.commit(dirty);
        Register::restore(&*store).unwrap()
    };
    commit(&mut register, &mut store);
    // Amended, and in a change set that is still open.
    register.apply(Position::new(2, 0), aim("c", "a", 2, ""));
    register.apply(Position::new(2, 1), calendar(2));
    register.apply(Position::new(3, 0), aim("c", "b", 1, "s1"));
    let mut again = commit(&mut register, &mut store);
    assert_eq!(again.aim("c", "a"), register.aim("c", "a"));
    assert_eq!(value(&again, "c", "a"), Some(200));
    assert_eq!(again.calendar("cn"), register.calendar("cn"));
    assert_eq!(again.calendar("cn").unwrap().revision, 2);
    assert_eq!(again.apply(Position::new(3, 1), close("s1", 1)), [told(&[("c", "b")])]);
    assert_eq!(again.apply(Position::new(4, 0), aim("c", "a", 2, "")), [Effect::None]);
}
