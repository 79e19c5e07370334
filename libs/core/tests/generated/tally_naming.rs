//! Counts which rules on names a standing covered (hand-overs and source codes) and what later revisions of
//! them moved, according to the oracle only.

use longhu_core::control::{Decision, Payload};
use longhu_core::oracle::LastUnit;
use longhu_core::oracle::{Credit, Meant, Origin, Standings};
use longhu_core::organisation::HandOver;

use crate::generated::counters::Counters;

/// Counts the rules that one standing covered.
pub fn tally_naming(standings: &Standings, counters: &mut Counters) {
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "naming", name);
    for credit in &standings.credits {
        if let Some(creditor) = &credit.creditor {
            count_codes(credit, creditor, &mut hit_if);
            count_hand_overs(credit, creditor, &mut hit_if);
            count_left_out(credit, creditor, &standings.hand_overs, &mut hit_if);
            let is_same = |other: &Credit| {
                (other.position, other.indicator, other.employee)
                    == (credit.position, credit.indicator, credit.employee)
                    && other.creditor.as_ref().is_some_and(|meant| meant.written != creditor.written)
            };
            hit_if(
                credit.known.is_some() && standings.credits.iter().any(is_same),
                "two who come to mean one",
            );
        }
        if let Some(branch) = &credit.branch
            && branch.code.is_some()
            && matches!(credit.origin, Origin::Branch | Origin::Unassigned)
        {
            hit_if(!credit.way.standing.is_empty(), "code for a branch");
            hit_if(branch.id.is_none(), "code for a branch unknown on the day");
        }
    }
}

fn count_codes(credit: &Credit, creditor: &Meant, hit_if: &mut dyn FnMut(bool, &'static str)) {
    if let Some(code) = creditor.code {
        hit_if(credit.known.is_some(), "by code");
        hit_if(
            credit.known.is_some() && creditor.written.starts_with('p'),
            "code that reads like another id",
        );
        hit_if(creditor.id.is_none(), "code unknown on the day");
        hit_if(
            creditor.id.is_none() && credit.origin == Origin::Branch,
            "code unknown on the day, by branch",
        );
        hit_if(!creditor.handed.is_empty(), "by code, then handed over");
        let turns = |meaning: &longhu_core::organisation::Meaning| {
            meaning.start == Some(credit.date) || meaning.end == Some(credit.date)
        };
        hit_if(credit.known.is_some() && code.meanings.iter().any(turns), "edge of a code's meaning");
    }
    let is_other = credit.employee != Some(creditor.written);
    hit_if(is_other && credit.last_unit == LastUnit::Employee, "odd unit by the written name");
    hit_if(is_other && credit.taken_by.is_some(), "taken back from whom the name means");
}

fn count_hand_overs(credit: &Credit, creditor: &Meant, hit_if: &mut dyn FnMut(bool, &'static str)) {
    let handed = &creditor.handed;
    let (Some(first), Some(last)) = (handed.first(), handed.last()) else { return };
    hit_if(credit.known.is_some(), "handed over");
    hit_if(credit.known.is_none(), "handed over to nobody who is known");
    hit_if(handed.len() > 1, "chained");
    hit_if(handed.len() > 1 && first.from == last.to, "came back");
    hit_if(credit.origin == Origin::Branch, "handed over, units by branch");
    hit_if(credit.event.customer.is_empty(), "handed over with all, of no customer");
    hit_if(handed.iter().any(|one| one.start == credit.date), "first day of a hand-over");
    hit_if(handed.iter().any(|one| one.end == Some(credit.date)), "last day of a hand-over");
}

/// Hand-overs that were not followed.
fn count_left_out(
    credit: &Credit,
    creditor: &Meant,
    in_force: &[&HandOver],
    hit_if: &mut dyn FnMut(bool, &'static str),
) {
    let customer = credit.event.customer.as_ref();
    let first = creditor.handed.first().map(|first| first.from.as_str()).or(creditor.id);
    for other in in_force.iter().filter(|other| !creditor.handed.contains(other)) {
        let is_begun = other.start <= credit.date;
        let is_over = other.end.is_some_and(|end| end < credit.date);
        let is_about = other.is_for_all || other.customers.iter().any(|own| own == customer);
        let goes_from_first = Some(other.from.as_str()) == first;
        hit_if(goes_from_first && is_over && is_about, "ended");
        hit_if(goes_from_first && !is_begun && is_about, "not yet begun");
        hit_if(goes_from_first && is_begun && !is_over && !is_about, "of another customer");
        if !is_begun || is_over || !is_about {
            continue;
        }
        for own in &creditor.handed {
            let is_same_day = own.start == other.start;
            let is_swap = is_same_day && (&own.from, &own.to) == (&other.to, &other.from);
            hit_if(is_swap && creditor.id == Some(own.to.as_str()), "swapped");
            let is_rival = is_same_day && own.from == other.from;
            hit_if(is_rival && !own.is_for_all && other.is_for_all, "some before all");
            hit_if(is_rival && own.is_for_all == other.is_for_all, "least id of equals");
            hit_if(own.from == other.from && own.start < other.start, "earliest of several");
        }
    }
}

/// Counts how a decision changed credits that had been given.
pub fn tally_renaming(decision: &Decision, before: &Standings, after: &Standings, counters: &mut Counters) {
    let pairs = || before.credits.iter().zip(&after.credits);
    let is_first = decision.revision == 1;
    let name = match decision.payload {
        Payload::HandOver(_) if is_first => Some("handed over after facts were counted"),
        Payload::HandOver(_) => Some("hand-over changed after facts were counted"),
        Payload::SourceCode(_) if is_first => Some("code told after facts were counted"),
        Payload::SourceCode(_) => Some("code changed after facts were counted"),
        _ => None,
    };
    let place = |credit: &Credit<'_>| {
        let standing: Vec<String> = credit.way.standing.iter().map(|unit| unit.id.clone()).collect();
        (credit.employee.map(str::to_owned), standing)
    };
    if let Some(name) = name {
        counters.hit_if(pairs().any(|(before, after)| place(before) != place(after)), "naming", name);
    }
    let is_named_otherwise =
        |credit: &Credit| credit.creditor.as_ref().is_some_and(|it| Some(it.written) != it.id);
    let moved = |(before, after): (&Credit, &Credit)| {
        is_named_otherwise(before)
            && before.employee == after.employee
            && before.membership != after.membership
    };
    counters.hit_if(pairs().any(moved), "naming", "who is meant moved after facts were counted");
}
