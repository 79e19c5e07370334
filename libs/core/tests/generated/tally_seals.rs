//! Counts what the seals of a log covered, according to the oracle only.

use longhu_core::control::Payload;
use longhu_core::oracle::{Entry, Logged, late_entries, sealed};

use crate::generated::counters::Counters;
use crate::generated::world::World;

/// Counts the seals of one log.
pub fn tally_seals(world: &World, log: &[Logged], counters: &mut Counters) {
    let Some(last) = log.last() else { return };
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "seal", name);
    let seals = || {
        log.iter().filter_map(|logged| match &logged.entry {
            Entry::Decision(decision) if decision.payload.kind() == "seal" => Some((logged, decision)),
            _ => None,
        })
    };
    for (_, decision) in seals() {
        hit_if(decision.key == "c-nobody", "of a contest that nobody defines");
    }
    for revisions in &world.contests {
        let id = revisions[0].id.as_str();
        let own: Vec<_> = seals().filter(|(_, decision)| decision.key == id).collect();
        let Some(result) = sealed(log, id, last.position) else {
            hit_if(!own.is_empty(), "before the definition, none after it");
            continue;
        };
        let first = own
            .iter()
            .find(|(logged, decision)| logged.position == result.position || !decision.change_set.is_empty());
        hit_if(
            own[0].0.position < result.position && own[0].1.change_set.is_empty(),
            "before the definition",
        );
        hit_if(first.is_some_and(|(logged, _)| logged.position < result.position), "in a change set");
        hit_if(own.iter().any(|(logged, _)| logged.position > result.position), "another one after it");
        let after: Vec<&Logged> = log.iter().filter(|logged| logged.position > result.position).collect();
        let is_event = |logged: &&Logged| matches!(logged.entry, Entry::Event(_));
        hit_if(is_last(log, result.position), "at the end");
        hit_if(after.iter().any(is_event), "in the middle");
        let decided = |kind: &str| {
            after.iter().any(|logged| match &logged.entry {
                Entry::Decision(decision) if kind == "contest" => {
                    decision.payload.kind() == kind
                        && decision.key == id
                        && decision.revision > result.standings.revision
                }
                Entry::Decision(decision) => decision.payload.kind() == kind,
                _ => false,
            })
        };
        hit_if(decided("contest"), "amended after");
        hit_if(decided("employee"), "organisation changed after");
        count_late(log, id, &after, &mut hit_if);
    }
}

fn count_late(log: &[Logged], id: &str, after: &[&Logged], hit_if: &mut dyn FnMut(bool, &'static str)) {
    let Some(last) = log.last() else { return };
    let late = late_entries(log, id, last.position);
    for logged in after {
        let Entry::Event(event) = &logged.entry else { continue };
        let is_listed = late.contains(&logged.position);
        hit_if(is_listed && event.reverses.is_none(), "late entry listed");
        hit_if(is_listed && event.reverses.is_some(), "late reversal listed");
        hit_if(!is_listed, "entry after it changes nothing");
    }
}

/// Whether nothing after this position can change a standing or a result.
pub fn is_last(log: &[Logged], position: longhu_core::Position) -> bool {
    log.iter().filter(|logged| logged.position > position).all(|logged| match &logged.entry {
        Entry::Event(_) => false,
        Entry::Decision(decision) => matches!(decision.payload, Payload::Seal(_)),
        Entry::Tick => true,
    })
}
