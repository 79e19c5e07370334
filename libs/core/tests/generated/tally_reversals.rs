//! Counts which rules on reversals a standing covered, according to the oracle, and by comparison with the
//! standing without them.

use std::collections::BTreeMap;

use longhu_core::Time;
use longhu_core::contest::{Contest, Listing};
use longhu_core::event::{Event, Reversal};
use longhu_core::oracle::{
    Copy, Entry, Fate, Key, Logged, Outcome, Refusal, Row, Standings, standings_under,
};

use crate::generated::counters::Counters;
use crate::generated::events::UNREGISTERED;

/// Counts the reversals that one standing covered.
pub fn tally_reversals(contest: &Contest, log: &[Logged], standings: &Standings, counters: &mut Counters) {
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "reversal", name);
    for outcome in &standings.outcomes {
        count_outcome(outcome, &mut hit_if);
    }
    for (at, outcome) in standings.outcomes.iter().enumerate() {
        let of_same = |other: &Outcome| {
            other.original.is_some() && other.original.map(same) == outcome.original.map(same)
        };
        hit_if(standings.outcomes[..at].iter().any(of_same), "several of one original");
    }
    for refusal in &standings.refusals {
        hit_if(*refusal == Refusal::ReversalAfterDeadline, "late");
        hit_if(*refusal == Refusal::TakenBack, "nothing left on the own date");
    }
    for credit in standings.credits.iter().filter(|credit| credit.taken_by.is_some()) {
        let own = credit.event.business_date;
        hit_if(!(contest.start..=contest.end).contains(&own), "original outside the period");
        hit_if(credit.points > 0, "raises a score");
        hit_if(credit.points < 0, "lowers a score");
        hit_if(credit.is_held, "credits held");
        hit_if(credit.event.credits.len() > 1, "shared");
    }
    count_copies(log, standings, &mut hit_if);
    let has_effect = standings.outcomes.iter().any(|outcome| takes(outcome.fate));
    if has_effect && let Some(last) = log.last() {
        let idle = idled(log, standings);
        let without = standings_under(contest, standings.revision, &idle, last.position);
        count_differences(contest, standings, &without, &mut hit_if);
    }
}

fn same<'a>(event: &'a Event) -> (&'a str, &'a str, Option<u64>, Time) {
    (&event.source, &event.id, event.source_sequence, event.occurred)
}

fn takes(fate: Fate) -> bool {
    matches!(fate, Fate::TookAll | Fate::TookPart | Fate::TookLess)
}

fn count_outcome(outcome: &Outcome, hit_if: &mut dyn FnMut(bool, &'static str)) {
    let Some(reverses) = &outcome.reversal.reverses else { return };
    match outcome.fate {
        Fate::Waits => hit_if(true, "waits for ever"),
        Fate::DeadLetter => hit_if(true, "of a reversal that came later"),
        Fate::OriginalLate => hit_if(true, "of a late original"),
        Fate::NothingLeft => hit_if(reverses.quantity.is_none() && reverses.amount.is_none(), "second full"),
        Fate::TookNothing => count_misfit(outcome, reverses, hit_if),
        Fate::TookLess => hit_if(true, "more than there was"),
        Fate::TookPart | Fate::TookAll | Fate::Late => {}
    }
    if !takes(outcome.fate) {
        return;
    }
    hit_if(!reverses.dated, "void");
    hit_if(reverses.dated, "dated");
    hit_if(outcome.fate == Fate::TookAll, "everything");
    hit_if(reverses.quantity.is_some(), "part of quantity");
    hit_if(reverses.amount.is_some(), "part of amount");
    hit_if(reverses.quantity.is_some() && reverses.amount.is_some(), "part of both");
    hit_if(outcome.came_first, "came first");
    hit_if(!outcome.came_first, "came after");
    let Some(original) = outcome.original else { return };
    let before = outcome.reversal.business_date < original.business_date;
    hit_if(reverses.dated && before, "dated before its original");
    hit_if(reverses.quantity.is_some() && original.quantity.is_none(), "part of an absent quantity");
    let below_zero = original.amount.is_some_and(|amount| amount.minor < 0);
    hit_if(reverses.amount.is_some() && below_zero, "part of an amount below zero");
    hit_if(original.source == UNREGISTERED, "in an unregistered source");
    hit_if(original.source_sequence.is_some(), "by number");
    hit_if(original.source_sequence.is_none(), "by id");
}

fn count_misfit(outcome: &Outcome, reverses: &Reversal, hit_if: &mut dyn FnMut(bool, &'static str)) {
    let Some(asked) = reverses.amount else { return };
    match outcome.original.and_then(|original| original.amount) {
        None => hit_if(true, "amount of what has none"),
        Some(has) if has.currency != asked.currency => hit_if(true, "other currency"),
        Some(has) => hit_if(has.minor.signum() == -asked.minor.signum() && has.minor != 0, "other sign"),
    }
}

fn count_copies(log: &[Logged], standings: &Standings, hit_if: &mut dyn FnMut(bool, &'static str)) {
    let events = log.iter().filter_map(|logged| match &logged.entry {
        Entry::Event(event) => Some(event),
        _ => None,
    });
    for (event, copy) in events.zip(&standings.copies) {
        let Some(reverses) = &event.reverses else { continue };
        let itself = reverses.id == event.id && reverses.source_sequence == event.source_sequence;
        hit_if(*copy == Copy::DeadLetter && itself, "of itself");
        hit_if(*copy == Copy::DeadLetter && !itself, "of a reversal, dead at arrival");
        hit_if(*copy == Copy::Duplicate, "duplicate");
        hit_if(*copy == Copy::Conflict, "conflict");
    }
}

/// The same log, except that the original of every counted reversal never arrives.
fn idled(log: &[Logged], standings: &Standings) -> Vec<Logged> {
    let mut copies = standings.copies.iter();
    let mut idle = log.to_vec();
    for logged in &mut idle {
        let Entry::Event(event) = &mut logged.entry else { continue };
        if copies.next() == Some(&Copy::First)
            && let Some(reverses) = &mut event.reverses
        {
            reverses.id = "never".into();
            reverses.source_sequence = reverses.source_sequence.map(|_| u64::MAX);
        }
    }
    idle
}

fn count_differences(
    contest: &Contest,
    with: &Standings,
    without: &Standings,
    hit_if: &mut dyn FnMut(bool, &'static str),
) {
    for (with, without) in with.tables.iter().zip(&without.tables) {
        let after: BTreeMap<&str, &Row> = with.rows.iter().map(|row| (row.id.as_str(), row)).collect();
        for row in &without.rows {
            let Some(now) = after.get(row.id.as_str()) else {
                hit_if(contest.listing == Listing::Scored, "row unlisted again");
                continue;
            };
            hit_if(now.rank != row.rank, "rank changed");
            hit_if(now.score == 0 && row.score != 0, "score taken to zero, still listed");
            let reaches = now.keys.iter().zip(&row.keys).filter(|(key, _)| matches!(key, Key::Reach(..)));
            for (now, before) in reaches {
                hit_if(now < before, "reach searched again, earlier");
                hit_if(now > before && !matches!(now, Key::Reach(true, _)), "reach searched again, later");
                hit_if(now != before && matches!(now, Key::Reach(true, _)), "never raised any more");
            }
        }
        for row in &with.rows {
            let before = without.rows.iter().find(|other| other.id == row.id);
            hit_if(before.is_none(), "row listed for a reversal alone");
            hit_if(row.score < 0 && before.is_none_or(|row| row.score >= 0), "score taken below zero");
        }
    }
}
