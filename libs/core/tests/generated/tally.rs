//! Counts which rules a standing covered, according to the oracle only, so that a fold that forgets a rule
//! cannot hide it.

use longhu_core::contest::{Contest, Listing, Measure, Points, TieBreak, TieRule};
use longhu_core::oracle::LastUnit;
use longhu_core::oracle::{Copy, Credit, Entry, Key, Logged, Meant, Origin, Refusal, Standings, Table};
use longhu_core::rule::{measure, tie_break, tie_rule};

use crate::generated::contests::{DEADLINES, instant};
use crate::generated::counters::Counters;
use crate::generated::events::{NAMED, NUMBERED, UNREGISTERED};
use crate::generated::reporting::tally_balances;
use crate::generated::tally_naming::tally_naming;
use crate::generated::tally_organisation::tally_organisation;
use crate::generated::tally_reversals::tally_reversals;
use crate::generated::tally_rules::tally_rules;

/// Counts the rules that one standing covered.
pub fn tally(contest: &Contest, log: &[Logged], standings: &Standings, counters: &mut Counters) {
    for credit in standings.credits.iter().filter(|credit| credit.taken_by.is_none()) {
        count_worth(contest, credit, counters);
        count_filter(contest, credit, counters);
        count_sharing(credit, counters);
        count_place(credit, counters);
    }
    for refusal in &standings.refusals {
        count_refusal(*refusal, counters);
    }
    for table in &standings.tables {
        count_rows(contest, table, counters);
    }
    count_copies(log, standings, counters);
    tally_reversals(contest, log, standings, counters);
    tally_organisation(contest, standings, counters);
    tally_naming(standings, counters);
    tally_rules(contest, log, standings, counters);
    tally_balances(contest, log, counters);
}

fn count_worth(contest: &Contest, credit: &Credit, counters: &mut Counters) {
    let indicator = &contest.indicators[credit.indicator];
    counters.hit("measure", indicator.measure.word());
    let is_absent = credit.event.quantity.is_none();
    counters.hit_if(
        is_absent && matches!(indicator.measure, Measure::Quantity(_)),
        "measure",
        "quantity absent",
    );
    let points = match &indicator.points {
        Points::PerUnit(_) => "per unit",
        Points::PerAmount(_) => "per amount",
        Points::Tiers(_) => "tiers",
        Points::Completion(_) => "completion",
    };
    counters.hit("points", points);
    counters.hit_if(credit.worth < 0, "points", "below zero");
    counters.hit_if(credit.worth == 0, "points", "zero");
    counters.hit_if(credit.was_half, "points", "half to even");
    let event = credit.event;
    counters.hit_if(event.business_date == contest.start, "edge", "first day");
    counters.hit_if(event.business_date == contest.end, "edge", "last day");
    let uses_money = indicator.measure == Measure::Amount(measure::Amount);
    counters.hit_if(uses_money && contest.currency.digits() == 0, "currency", "without minor unit");
    counters.hit_if(uses_money && contest.currency.digits() == 3, "currency", "with three digits");
}

fn count_filter(contest: &Contest, credit: &Credit, counters: &mut Counters) {
    let filter = &contest.indicators[credit.indicator].filter;
    counters.hit_if(!filter.products.is_empty(), "filter met", "product");
    counters.hit_if(!filter.channels.is_empty(), "filter met", "channel");
    counters.hit_if(!filter.segments.is_empty(), "filter met", "segment");
    counters.hit_if(filter.amount_min.is_some(), "filter met", "least amount");
    counters.hit_if(filter.amount_max.is_some(), "filter met", "greatest amount");
    counters.hit_if(!filter.attributes.is_empty(), "filter met", "attribute");
}

fn count_sharing(credit: &Credit, counters: &mut Counters) {
    let credits = &credit.event.credits;
    let (explicit, open): (Vec<_>, Vec<_>) = credits.iter().partition(|credit| credit.share_ppm.is_some());
    let creditors = match credits.len() {
        0 => "none",
        1 => "one",
        _ => "several",
    };
    counters.hit("creditors", creditors);
    let written = credit.creditor.as_ref().map(|creditor| creditor.written);
    let employees = credits.iter().filter(|other| written == Some(&other.employee));
    counters.hit_if(employees.count() > 1, "creditors", "same employee twice");
    counters.hit_if(!explicit.is_empty() && open.is_empty(), "share", "explicit");
    counters.hit_if(explicit.is_empty() && open.len() > 1, "share", "open");
    counters.hit_if(!explicit.is_empty() && !open.is_empty(), "share", "explicit beside open");
    counters.hit_if(explicit.iter().any(|credit| credit.share_ppm == Some(0)), "share", "of zero");
    let left = written.is_none() && !credits.is_empty();
    counters.hit_if(left, "share", "some left unassigned");
    let by = match credit.last_unit {
        LastUnit::Remainder => "by remainder",
        LastUnit::Creditor => "to a creditor before unassigned",
        LastUnit::Role => "by role",
        LastUnit::Employee => "by employee",
        LastUnit::NoneLeft | LastUnit::Everybody => return,
    };
    counters.hit("last odd unit", by);
    counters.hit_if(credit.worth < 0, "last odd unit", "below zero");
}

fn count_place(credit: &Credit, counters: &mut Counters) {
    let origin = match credit.origin {
        Origin::Membership => "membership",
        Origin::Branch => "branch",
        Origin::NoBranch => "membership for want of a branch",
        Origin::Unassigned => "unassigned",
    };
    counters.hit("unit from", origin);
    let is_member = credit.origin == Origin::Membership || credit.origin == Origin::NoBranch;
    counters.hit_if(is_member && !credit.is_held && credit.unit.is_none(), "unit", "employee without unit");
    let is_unit = |id: &str| id.starts_with('u');
    let by_unit = credit.employee.is_some_and(is_unit);
    counters.hit_if(by_unit, "organisation", "creditor who is a unit");
    let is_employee =
        |meant: Option<&Meant>| meant.is_some_and(|it| it.id.is_some_and(|id| id.starts_with('p')));
    let at_employee = credit.origin != Origin::Membership && is_employee(credit.branch.as_ref());
    counters.hit_if(at_employee, "organisation", "branch that is an employee");
    let elsewhere = is_member && credit.unit.is_some_and(|unit| unit != credit.event.branch);
    counters.hit_if(elsewhere && !credit.event.branch.is_empty(), "unit", "branch is not the creditor's");
    counters.hit_if(credit.boards_missed > 0, "unit", "kind missing above");
    counters.hit_if(credit.is_held && credit.employee_is_unknown, "held", "unknown employee");
    counters.hit_if(credit.is_held && !credit.employee_is_unknown, "held", "unknown unit");
}

fn count_refusal(refusal: Refusal, counters: &mut Counters) {
    let name = match refusal {
        Refusal::TooEarly => "before the period",
        Refusal::TooLate => "after the period",
        Refusal::AfterDeadline => "deadline",
        Refusal::OtherType => "type",
        Refusal::Product => "product",
        Refusal::Channel => "channel",
        Refusal::Segment => "segment",
        Refusal::AmountBelow => "amount below",
        Refusal::AmountAbove => "amount above",
        Refusal::Attribute => "attribute",
        Refusal::NoAmount => "no amount",
        Refusal::OtherCurrency => "other currency",
        // The contests of these worlds have no rounds and do not count customers.
        Refusal::BetweenSpans | Refusal::NoCustomer => return,
        Refusal::TakenBack | Refusal::ReversalAfterDeadline => return,
    };
    counters.hit("refused", name);
}

fn count_rows(contest: &Contest, table: &Table, counters: &mut Counters) {
    let unlisted = contest.listing == Listing::Scored && table.unlisted > 0;
    counters.hit_if(unlisted, "listing", "scored leaves out");
    for row in &table.rows {
        counters.hit_if(row.live == 0, "listing", "eligible lists a zero");
        counters.hit_if(row.live > 0 && row.score == 0, "listing", "listed with no points");
        counters.hit_if(row.score < 0, "score", "below zero");
    }
    for pair in table.rows.windows(2) {
        let (above, below) = (&pair[0].keys, &pair[1].keys);
        let Some(decider) = (0..above.len()).find(|at| above[*at] != below[*at]) else {
            let rule = match contest.tie_rule {
                TieRule::Standard(tie_rule::Standard) => "1224",
                TieRule::Dense(tie_rule::Dense) => "1223",
                TieRule::Ordinal(tie_rule::Ordinal) => "1234",
            };
            counters.hit("tied", rule);
            counters.hit("rank decided by", "participant id");
            continue;
        };
        let by = match decider.checked_sub(1).map(|link| &contest.tie_breaks[link]) {
            None => "score",
            Some(TieBreak::Earliest(tie_break::Earliest)) => match &below[decider] {
                Key::Reach(true, _) => "earliest before never",
                _ => "earliest",
            },
            Some(TieBreak::Indicator(_)) => "indicator",
            Some(TieBreak::Name(tie_break::Name)) => "name",
        };
        counters.hit("rank decided by", by);
    }
}

fn count_copies(log: &[Logged], standings: &Standings, counters: &mut Counters) {
    let events = log.iter().filter_map(|logged| match &logged.entry {
        Entry::Event(event) => Some((logged.recorded, event)),
        _ => None,
    });
    for ((recorded, event), copy) in events.zip(&standings.copies) {
        let is_numbered = event.source_sequence.is_some() && event.source != NAMED;
        match copy {
            Copy::First | Copy::DeadLetter => {}
            Copy::Conflict => counters.hit("copy", "conflict"),
            Copy::Duplicate if is_numbered => counters.hit("copy", "duplicate by number"),
            Copy::Duplicate => counters.hit("copy", "duplicate by id"),
        }
        let is_other = *copy == Copy::Duplicate && event.customer.ends_with("epoch");
        counters.hit_if(is_other, "copy", "duplicate with other pseudonyms");
        counters.hit_if(event.source == UNREGISTERED, "identity", "unregistered source");
        let has_number = event.source_sequence.is_some();
        counters.hit_if(event.source == NAMED && has_number, "identity", "number in an un-numbered source");
        let lacks_number = event.source == NUMBERED && !has_number;
        counters.hit_if(lacks_number, "identity", "no number in a numbered source");
        for deadline in DEADLINES.map(instant) {
            let before = recorded.0 == deadline.0 - 1;
            counters.hit_if(before, "edge", "last instant before the deadline");
            counters.hit_if(recorded == deadline, "edge", "very instant of the deadline");
        }
    }
}
