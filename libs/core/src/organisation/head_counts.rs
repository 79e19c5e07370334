//! The number of employees of each unit on a day. All units are counted in one pass over the employees, and
//! nothing is cached from one day to another.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::organisation::employee::{Employee, Membership};
use crate::organisation::in_force::Organisation;
use crate::organisation::path::Path;

/// The head counts of a day.
#[derive(Clone, Debug, Default)]
pub struct HeadCounts<'a> {
    units: FxHashMap<&'a str, u64>,
    /// Employees without a primary membership on the day.
    pub in_no_unit: u64,
    /// Employees whose unit is not known, or is not open on the day and was not merged into an open one.
    pub unit_missing: u64,
}

impl HeadCounts<'_> {
    /// The number of employees whose primary membership is in this unit or below it.
    pub fn of(&self, unit: &str) -> u64 {
        self.units.get(unit).copied().unwrap_or(0)
    }
}

impl Organisation {
    /// The head counts of all units on a day.
    pub fn head_counts(&self, date: Date) -> HeadCounts<'_> {
        self.count(date, |_, _, _| ())
    }

    /// The head counts of all units on a day, and the employees who directly belong to one of them, in no
    /// order: with a membership in the unit itself, or in a unit that was merged into it.
    pub fn head_counts_and_members(
        &self,
        unit: &str,
        date: Date,
    ) -> (HeadCounts<'_>, Vec<(&Employee, &Membership)>) {
        let mut members = Vec::new();
        let counts = self.count(date, |employee, primary, path| {
            if path.first() == Some(unit) {
                members.push((employee, primary));
            }
        });
        (counts, members)
    }

    /// Counts employees, and calls `show` for every employee who belongs to a unit, with the path upwards
    /// from there.
    fn count<'a>(
        &'a self,
        date: Date,
        mut show: impl FnMut(&'a Employee, &'a Membership, &Path<'a>),
    ) -> HeadCounts<'a> {
        let mut counts = HeadCounts::default();
        let mut named: FxHashMap<&str, (Path, u64)> = FxHashMap::default();
        for employee in self.employees() {
            let Some(primary) = employee.primary_on(date) else {
                counts.in_no_unit += 1;
                continue;
            };
            let unit = primary.unit.as_str();
            let (path, count) = named.entry(unit).or_insert_with(|| (self.path(unit, date), 0));
            *count += 1;
            show(employee, primary, path);
        }
        for (path, count) in named.values() {
            if path.first().is_none() {
                counts.unit_missing += count;
            }
            // A path can contain a unit twice, if a unit above was merged into one below.
            let above: BTreeSet<&str> = path.units().collect();
            for unit in above {
                *counts.units.entry(unit).or_default() += count;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::organisation::unit::{Unit, UnitChange};

    const BEFORE: Date = date(2025, 3, 14);
    const LATER: Date = date(2025, 3, 15);

    fn member(unit: &str, start: Option<Date>, end: Option<Date>) -> Membership {
        Membership { unit: unit.to_owned(), start, end, ..Membership::default() }
    }

    /// Two outlets of a branch. `b` moves away on the later day; `old` ends before that day, merged into `a`.
    fn bank() -> Organisation {
        let mut bank = Organisation::default();
        let moved = UnitChange { date: LATER, parent: Some(None), name: None };
        let outlet = |id: &str| Unit::new(id, "outlet", Some("top"), id);
        bank.put_unit(Unit::new("top", "branch", None, "top"));
        bank.put_unit(outlet("a"));
        bank.put_unit(Unit { changes: vec![moved], ..outlet("b") });
        let merged_into = Some("a".to_owned());
        bank.put_unit(Unit { end: Some(BEFORE), merged_into, ..outlet("old") });
        bank.put_unit(Unit { end: Some(BEFORE), ..outlet("closed") });
        for (id, unit) in [("1", "a"), ("2", "b"), ("3", "b"), ("4", "old"), ("5", "closed"), ("6", "top")] {
            bank.put_employee(Employee::new(id, id, Some(unit)));
        }
        let left = vec![member("a", None, Some(BEFORE))];
        bank.put_employee(Employee { memberships: left, ..Employee::new("7", "7", None) });
        let beside = vec![Membership { is_secondary: true, ..member("a", None, None) }];
        bank.put_employee(Employee { memberships: beside, ..Employee::new("8", "8", None) });
        bank
    }

    fn counted(bank: &Organisation, date: Date) -> ([u64; 4], u64, u64) {
        let counts = bank.head_counts(date);
        (["top", "a", "b", "old"].map(|unit| counts.of(unit)), counts.in_no_unit, counts.unit_missing)
    }

    #[test]
    fn everybody_counts_once_in_each_unit_on_the_way_of_the_day() {
        let bank = bank();
        assert_eq!(counted(&bank, BEFORE), ([7, 2, 2, 1], 1, 0));
        // `b` has left the branch with its two employees; `old` was merged into `a`; `closed` was not merged
        // into anything.
        assert_eq!(counted(&bank, LATER), ([3, 2, 2, 0], 2, 1));
    }

    #[test]
    fn the_members_of_a_merged_unit_belong_to_the_one_that_goes_on_for_it() {
        let bank = bank();
        let of = |unit: &str, date: Date| {
            let (_, members) = bank.head_counts_and_members(unit, date);
            let mut ids: Vec<&str> = members.iter().map(|(employee, _)| employee.id.as_str()).collect();
            ids.sort_unstable();
            ids
        };
        assert_eq!(of("a", BEFORE), ["1", "7"]);
        assert_eq!(of("a", LATER), ["1", "4"]);
        assert_eq!((of("old", BEFORE), of("old", LATER)), (vec!["4"], vec![]));
        assert_eq!(of("top", LATER), ["6"]);
    }

    #[test]
    fn who_belongs_to_a_unit_whose_parent_was_merged_into_it_is_one_head() {
        let mut bank = Organisation::default();
        bank.put_unit(Unit::new("low", "outlet", Some("high"), "low"));
        let merged_into = Some("low".to_owned());
        bank.put_unit(Unit { end: Some(BEFORE), merged_into, ..Unit::new("high", "branch", None, "high") });
        bank.put_employee(Employee::new("1", "1", Some("low")));
        assert_eq!(bank.head_counts(LATER).of("low"), 1);
    }
}
