//! The check of plans: every contradiction is a violation with the path of its field. Nothing is repaired. Of
//! a contest only the definition is used.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::catalogue::edit_distance;
use crate::contest::Contest;
use crate::organisation::{EMPLOYEE, Organisation};
use crate::plan::{Calendar, Target, Targets};
use crate::rule::unit::Unit;
use crate::types::violation::{Violation, check_id, check_slug};

/// The most targets of one participant.
pub const TARGETS_MAX: usize = 2_000;
/// The greatest target, in 1/10,000 of the measure's unit: 10^14 units.
pub const VALUE_E4_MAX: i64 = 1_000_000_000_000_000_000;
/// The most dates of a calendar, counting closed and open days together.
pub const DATES_MAX: usize = 4_000;

/// Everything that is wrong with a participant's targets, given the contest's present definition, in the
/// order of the fields.
pub fn targets(targets: &Targets, contest: &Contest, organisation: &Organisation) -> Vec<Violation> {
    let mut found = Vec::new();
    found.extend(participant(&targets.participant, contest, organisation).err());
    if targets.targets.len() > TARGETS_MAX {
        let reason = format!("a participant has at most {TARGETS_MAX} targets; leave some out");
        found.push(Violation::new("targets", "TOO_MANY", reason));
    }
    let mut seen = BTreeSet::new();
    for (index, target) in targets.targets.iter().enumerate() {
        let at = |violation: Violation| Violation {
            field: format!("targets[{index}].{}", violation.field),
            ..violation
        };
        found.extend(one(target, contest).into_iter().map(at));
        if !seen.insert((&target.indicator, &target.round)) {
            let of = if target.round.is_empty() { "the whole" } else { &target.round };
            let reason = format!("`{}` has a target for {of} already; keep one of them", target.indicator);
            found.push(at(Violation::new("indicator", "DUPLICATE_TARGET", reason)));
        }
    }
    found
}

fn participant(id: &str, contest: &Contest, organisation: &Organisation) -> Result<(), Violation> {
    check_id("participant", id)?;
    let kind = match (organisation.unit(id), organisation.employee(id)) {
        (Some(unit), _) => unit.kind.as_str(),
        (None, Some(_)) => EMPLOYEE,
        (None, None) => {
            let reason = format!(
                "neither a unit nor an employee has the id `{id}`; check its spelling, or apply the organisation first"
            );
            return Err(Violation::new("participant", "NOT_IN_CONTEST", reason));
        }
    };
    if contest.boards.iter().any(|board| board == kind) {
        return Ok(());
    }
    let reason = format!(
        "`{id}` is of the kind `{kind}`, and `{}` has no such board: it has {}; correct the id, or add the board",
        contest.id,
        contest.boards.join(", ")
    );
    Err(Violation::new("participant", "NOT_IN_CONTEST", reason))
}

fn one(target: &Target, contest: &Contest) -> Vec<Violation> {
    let mut found = Vec::new();
    let indicator = contest.indicators.iter().position(|indicator| indicator.id == target.indicator);
    if indicator.is_none() {
        let known = contest.indicators.iter().map(|indicator| indicator.id.as_str());
        let reason = unknown("indicator", &target.indicator, &contest.id, known);
        found.push(Violation::new("indicator", "UNKNOWN_INDICATOR", reason));
    }
    if !target.round.is_empty() && !contest.rounds.iter().any(|round| round.id == target.round) {
        let known = contest.rounds.iter().map(|round| round.id.as_str());
        let reason = unknown("round", &target.round, &contest.id, known);
        found.push(Violation::new("round", "UNKNOWN_ROUND", reason));
    }
    found.extend(value(target.value_e4, indicator, contest).err());
    found
}

/// A value is from 0, or from below where the indicator says what is better, and has no digits that the measure has not.
fn value(value_e4: i64, indicator: Option<usize>, contest: &Contest) -> Result<(), Violation> {
    if !(-VALUE_E4_MAX..=VALUE_E4_MAX).contains(&value_e4) {
        let reason = "a target is a number up to 100,000,000,000,000; correct it";
        return Err(Violation::new("value_e4", "OUT_OF_RANGE", reason));
    }
    if value_e4 < 0 && indicator.is_some_and(|index| contest.indicators[index].better.is_none()) {
        let reason = "a target below zero is a fall to reach or a loss not to exceed; let the indicator say `better = \"down\"` \
                      or `\"up\"`, or give a number from 0";
        return Err(Violation::new("value_e4", "NEGATIVE_TARGET", reason));
    }
    let digits = contest.currency.digits();
    let smallest = 10i64.pow(4u32.saturating_sub(digits));
    if indicator.is_some_and(|index| contest.unit_of(index) == Unit::Money) && value_e4 % smallest != 0 {
        let reason = format!(
            "the target is an amount of money, and {} has {digits} digits after the point; round it to those",
            contest.currency
        );
        return Err(Violation::new("value_e4", "TOO_MANY_DIGITS", reason));
    }
    Ok(())
}

fn unknown<'k>(
    what: &str,
    name: &str,
    contest: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> String {
    let nearest = known.clone().map(|known| (edit_distance(name, known), known)).min();
    let nearest = nearest.filter(|(distance, _)| *distance <= 1 + name.chars().count() / 3);
    let all: Vec<&str> = known.collect();
    let hint = match (nearest, all.is_empty()) {
        (Some((_, nearest)), _) => format!("did you mean `{nearest}`?"),
        (None, false) => format!("there are {}", all.join(", ")),
        (None, true) => "it has none; leave it out".to_owned(),
    };
    format!("`{contest}` has no {what} `{name}`; {hint}")
}

/// Everything that is wrong with a calendar, in the order of its fields. The dates may be in any order.
pub fn calendar(calendar: &Calendar) -> Vec<Violation> {
    let mut found = Vec::new();
    found.extend(check_slug("id", &calendar.id, "-_.").err());
    for (index, weekday) in calendar.weekend.iter().enumerate() {
        let field = format!("weekend[{index}]");
        if !(1..=7).contains(weekday) {
            let reason = format!("{weekday} is not a day of the week; give 1 for Monday to 7 for Sunday");
            found.push(Violation::new(field, "OUT_OF_RANGE", reason));
        } else if calendar.weekend[..index].contains(weekday) {
            let reason = format!("day {weekday} of the week is named twice; keep one");
            found.push(Violation::new(field, "DUPLICATE_WEEKDAY", reason));
        }
    }
    if (1..=7).all(|weekday| calendar.weekend.contains(&weekday)) && calendar.open.is_empty() {
        let reason =
            "every day of the week is free and no date is open, so there is no working day; leave one out";
        found.push(Violation::new("weekend", "NO_WORKING_DAY", reason));
    }
    if calendar.closed.len() + calendar.open.len() > DATES_MAX {
        let reason = format!("a calendar has at most {DATES_MAX} dates; leave out the oldest ones");
        found.push(Violation::new("closed_dates", "TOO_MANY", reason));
    }
    let closed: BTreeSet<Date> = calendar.closed.iter().copied().collect();
    found.extend(twice("closed_dates", &calendar.closed));
    found.extend(twice("open_dates", &calendar.open));
    for (index, date) in calendar.open.iter().enumerate().filter(|(_, date)| closed.contains(date)) {
        let reason = format!("{date} is closed and open; keep it in one of the two lists");
        found.push(Violation::new(format!("open_dates[{index}]"), "CONTRADICTION", reason));
    }
    found
}

fn twice(list: &str, dates: &[Date]) -> Vec<Violation> {
    let mut seen = BTreeSet::new();
    let again = dates.iter().enumerate().filter(|(_, date)| !seen.insert(**date));
    let violation = |(index, date): (usize, &Date)| {
        let reason = format!("{date} is named twice; keep one");
        Violation::new(format!("{list}[{index}]"), "DUPLICATE_DATE", reason)
    };
    again.map(violation).collect()
}

#[cfg(test)]
mod tests;
