//! Counts which rules of the dated organisation a standing covered, and what corrections moved, according to
//! the oracle only.

use std::collections::{BTreeMap, BTreeSet};

use longhu_core::contest::{Contest, Listing, TieBreak};
use longhu_core::control::{Decision, Payload};
use longhu_core::oracle::{Credit, End, Entry, Logged, Origin, Standings, Table, standings};
use longhu_core::organisation::Unit;
use longhu_core::rule::tie_break;

use crate::generated::counters::Counters;
use crate::generated::tally_naming::tally_renaming;
use crate::generated::world::World;

/// Counts the rules that one standing covered.
pub fn tally_organisation(contest: &Contest, standings: &Standings, counters: &mut Counters) {
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "organisation", name);
    let mut units: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for credit in &standings.credits {
        if is_member(credit) {
            count_membership(credit, &mut hit_if);
            units.entry(credit.employee.unwrap_or_default()).or_default().insert(credit.unit);
        }
        count_way(credit, &mut hit_if);
        let is_idle =
            credit.known.is_some_and(|employee| !employee.is_active_within(contest.start, contest.end));
        hit_if(contest.listing == Listing::Eligible && is_idle, "listed although taking no part");
        let own = |other: &&Credit| {
            other.taken_by.is_none()
                && other.position == of_original(credit, standings)
                && written(other) == written(credit)
        };
        let original = credit.taken_by.and_then(|_| standings.credits.iter().find(own));
        let is_elsewhere = original.is_some_and(|original| ids(original) != ids(credit));
        hit_if(is_elsewhere, "taken back from another unit");
    }
    for units in units.values() {
        hit_if(units.len() > 1, "moved within the period");
    }
    for table in &standings.tables {
        count_rows(contest, table, &mut hit_if);
    }
}

fn written<'a>(credit: &Credit<'a>) -> Option<&'a str> {
    credit.creditor.as_ref().map(|creditor| creditor.written)
}

fn is_member(credit: &Credit) -> bool {
    matches!(credit.origin, Origin::Membership | Origin::NoBranch)
}

fn of_original(taking: &Credit, standings: &Standings) -> longhu_core::Position {
    let own = standings
        .credits
        .iter()
        .find(|credit| credit.taken_by.is_none() && std::ptr::eq(credit.event, taking.event));
    own.map_or(taking.position, |credit| credit.position)
}

fn ids<'a>(credit: &Credit<'a>) -> Vec<&'a str> {
    credit.way.standing.iter().map(|unit| unit.id.as_str()).collect()
}

fn count_membership(credit: &Credit, hit_if: &mut dyn FnMut(bool, &'static str)) {
    let Some(employee) = credit.known else { return };
    let is_beside = employee.memberships.iter().any(|membership| {
        membership.is_secondary
            && membership.covers(credit.date)
            && Some(membership.unit.as_str()) != credit.unit
    });
    hit_if(is_beside, "secondary ignored");
    let Some(membership) = credit.membership else {
        let is_member = employee.memberships.iter().any(|membership| !membership.is_secondary);
        hit_if(is_member, "gap in membership");
        return;
    };
    hit_if(membership.start == Some(credit.date), "first day of a membership");
    hit_if(membership.end == Some(credit.date), "last day of a membership");
}

fn count_way(credit: &Credit, hit_if: &mut dyn FnMut(bool, &'static str)) {
    let (way, date) = (&credit.way, credit.date);
    let leads_somewhere = !way.standing.is_empty();
    hit_if(leads_somewhere && !way.merged.is_empty(), "merged");
    hit_if(leads_somewhere && way.merged.len() > 1, "merged twice");
    let moves = |unit: &Unit| {
        let dates = unit.changes.iter().filter(|change| change.parent.is_some()).map(|change| change.date);
        dates.filter(|from| *from <= date).max()
    };
    let moved = || way.standing.iter().filter_map(|unit| moves(unit));
    hit_if(moved().count() > 0, "moved unit");
    hit_if(moved().any(|from| from == date), "very day of a unit's move");
    hit_if(way.standing.iter().any(|unit| unit.start == Some(date)), "first day of a unit");
    hit_if(way.standing.iter().any(|unit| unit.end == Some(date)), "last day of a unit");
    hit_if(
        way.merged.iter().any(|unit| unit.end.and_then(|end| end.tomorrow().ok()) == Some(date)),
        "first day after a merger",
    );
    hit_if(leads_somewhere && way.end == End::Closed, "way ends under a closed unit");
    hit_if(leads_somewhere && way.end == End::NotYetOpen, "way ends under a unit not yet open");
    hit_if(way.end == End::TooLong, "way cut");
    let is_waiting = credit.is_held && !credit.employee_is_unknown;
    hit_if(is_waiting && way.end == End::Closed, "closed unit holds");
    hit_if(is_waiting && way.end == End::NotYetOpen, "unit not yet open holds");
}

fn count_rows(contest: &Contest, table: &Table, hit_if: &mut dyn FnMut(bool, &'static str)) {
    let leaves_out = contest.listing == Listing::Eligible && table.unlisted > 0;
    hit_if(leaves_out && table.kind == "employee", "employee not eligible");
    hit_if(leaves_out && table.kind != "employee", "unit not eligible");
    for pair in table.rows.windows(2) {
        let (above, below) = (&pair[0], &pair[1]);
        let decider = (1..above.keys.len()).find(|at| above.keys[*at] != below.keys[*at]);
        let by_name = decider.is_some_and(|at| contest.tie_breaks[at - 1] == TieBreak::Name(tie_break::Name));
        let is_tied = above.score == below.score;
        hit_if(is_tied && by_name && (above.is_renamed || below.is_renamed), "renamed unit breaks a tie");
    }
}

/// Counts how later revisions of units, employees, hand-overs and codes changed credits that had been given.
pub fn tally_corrections(world: &World, log: &[Logged], counters: &mut Counters) {
    for revisions in &world.contests {
        let id = revisions[0].id.as_str();
        let says = |logged: &Logged| standings(log, id, logged.position);
        // Most of them follow each other directly.
        let mut last: Option<(usize, Option<Standings>)> = None;
        for (at, pair) in log.windows(2).enumerate() {
            let Entry::Decision(decision) = &pair[1].entry else { continue };
            if !is_correction(decision) {
                continue;
            }
            let before = last.take().filter(|(known, _)| *known == at);
            let before = before.map_or_else(|| says(&pair[0]), |(_, before)| before);
            let after = says(&pair[1]);
            if let (Some(before), Some(after)) = (&before, &after) {
                count_correction(decision, before, after, counters);
                tally_renaming(decision, before, after, counters);
            }
            last = Some((at + 1, after));
        }
    }
}

fn is_correction(decision: &Decision) -> bool {
    match &decision.payload {
        Payload::Unit(_) | Payload::Employee(_) => decision.revision > 1 && decision.change_set.is_empty(),
        Payload::HandOver(_) | Payload::SourceCode(_) => decision.change_set.is_empty(),
        Payload::Close { .. } => true,
        _ => false,
    }
}

fn count_correction(decision: &Decision, before: &Standings, after: &Standings, counters: &mut Counters) {
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "organisation", name);
    let is_of_unit = matches!(decision.payload, Payload::Unit(_));
    let is_of_employee = matches!(decision.payload, Payload::Employee(_));
    // The organisation does not change which credits are given, only to whom.
    let pairs = || before.credits.iter().zip(&after.credits);
    let moved = pairs().any(|(before, after)| ids(before) != ids(after));
    hit_if(moved && is_of_employee, "employee moved back-dated after facts were counted");
    hit_if(moved && is_of_unit, "unit moved back-dated after facts were counted");
    // A credit that waits at a unit which is known, but not open.
    let waits = |credit: &Credit| {
        credit.is_held
            && !credit.employee_is_unknown
            && matches!(credit.way.end, End::Closed | End::NotYetOpen)
    };
    hit_if(pairs().any(|(before, after)| waits(before) && !after.is_held), "resolved by a correction");
    hit_if(pairs().any(|(before, after)| !before.is_held && waits(after)), "held by a correction");
    let listed = |standings: &Standings| -> Vec<usize> {
        standings.tables.iter().map(|table| table.unlisted).collect()
    };
    hit_if(
        is_of_employee && !moved && listed(before) != listed(after),
        "rows come or go by a correction alone",
    );
}
