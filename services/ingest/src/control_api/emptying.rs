//! Protects against a feed that would empty the bank, such as an export that was cut off or has a wrong last
//! day in every row. It only looks at one day.

use std::collections::HashSet;

use jiff::civil::Date;
use longhu_core::organisation::{Employee, Organisation, Unit};
use longhu_proto::status::refusal;
use tonic::{Code, Status};

/// Refuses a feed after which no unit would be open, or no employee in a unit, on a day on which there are
/// some now.
///
/// # Errors
/// FAILED_PRECONDITION with WOULD_EMPTY_BANK and the figures.
pub(super) fn refuse(
    in_force: &Organisation,
    units: &[Unit],
    employees: &[Employee],
    today: Date,
) -> Result<(), Status> {
    let open = |unit: &Unit| unit.is_open(today);
    let placed = |employee: &Employee| employee.primary_on(today).is_some();
    let closing = emptied(in_force.units(), units, |unit| &unit.id, open);
    let leaving = emptied(in_force.employees(), employees, |employee| &employee.id, placed);
    let figures = match (closing, leaving) {
        (None, None) => return Ok(()),
        (Some(units), None) => format!("0 units would be open ({units} are now)"),
        (None, Some(people)) => format!("0 employees would belong to a unit ({people} do now)"),
        (Some(units), Some(people)) => format!(
            "0 units would be open ({units} are now), and 0 employees would belong to one ({people} do now)"
        ),
    };
    let message = format!(
        "on {today} {figures}; correct the dates, or confirm it: `allow_empty`, `longhu org apply FILE --yes`"
    );
    Err(refusal(Code::FailedPrecondition, "WOULD_EMPTY_BANK", message))
}

/// How many there are, if a feed leaves none of them. Stops at the first that stays, because a feed is large
/// and most leave many.
fn emptied<'a, T: 'a>(
    in_force: impl Iterator<Item = &'a T>,
    feed: &'a [T],
    id: impl Fn(&'a T) -> &'a String,
    counts: impl Fn(&T) -> bool,
) -> Option<usize> {
    if feed.iter().any(&counts) {
        return None;
    }
    let replaced: HashSet<&String> = feed.iter().map(&id).collect();
    let mut now = 0;
    for one in in_force.filter(|one| counts(one)) {
        if !replaced.contains(id(one)) {
            return None;
        }
        now += 1;
    }
    (now > 0).then_some(now)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 2, 15);

    fn unit(id: &str, end: Option<Date>) -> Unit {
        Unit { end, ..Unit::new(id, "branch", None, id) }
    }

    fn employee(id: &str, end: Option<Date>) -> Employee {
        let mut employee = Employee::new(id, id, Some("a"));
        employee.memberships[0].end = end;
        employee
    }

    fn bank() -> Organisation {
        let mut bank = Organisation::default();
        for id in ["a", "b"] {
            bank.put_unit(unit(id, None));
        }
        for id in ["e", "f", "g"] {
            bank.put_employee(employee(id, None));
        }
        bank
    }

    fn said(in_force: &Organisation, units: &[Unit], employees: &[Employee]) -> String {
        refuse(in_force, units, employees, TODAY)
            .err()
            .map_or(String::new(), |status| status.message().into())
    }

    #[test]
    fn a_feed_may_not_remove_the_last_unit_or_the_last_employee() {
        let (yesterday, today) = (Some(date(2026, 2, 14)), Some(TODAY));
        let all = |end| ["e", "f", "g"].map(|id| employee(id, end));
        let units = |end| ["a", "b"].map(|id| unit(id, end));
        assert!(
            said(&bank(), &[], &all(yesterday)).contains("0 employees would belong to a unit (3 do now)")
        );
        assert!(
            said(&bank(), &units(yesterday), &[]).contains("on 2026-02-15 0 units would be open (2 are now)")
        );
        let both = said(&bank(), &units(yesterday), &all(yesterday));
        assert!(both.contains("(2 are now), and 0 employees would belong to one (3 do now)"), "{both}");
        // Units that are open today, or not in the feed, keep the bank from being empty.
        assert_eq!(said(&bank(), &units(today), &all(today)), "");
        assert_eq!(said(&bank(), &units(yesterday)[..1], &all(yesterday)[..2]), "");
    }

    #[test]
    fn a_bank_that_is_already_empty_may_stay_empty() {
        let yesterday = Some(date(2026, 2, 14));
        assert_eq!(said(&Organisation::default(), &[unit("a", yesterday)], &[employee("e", yesterday)]), "");
        let mut gone = Organisation::default();
        gone.put_unit(unit("a", yesterday));
        assert_eq!(said(&gone, &[unit("a", yesterday)], &[]), "");
    }
}
