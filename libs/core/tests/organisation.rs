//! The refusals of the check of units and employees, one test each, and what it just accepts. Only the
//! organisation is used; nothing is folded.

use jiff::civil::{Date, date};
use longhu_core::organisation::{Employee, Feed, Membership, Organisation, Unit, UnitChange};
use longhu_core::types::violation::Violation;

const FIRST: Date = date(2025, 3, 1);
const LATER: Date = date(2025, 3, 15);
const LAST: Date = date(2025, 3, 31);

fn outlet(id: &str, parent: Option<&str>) -> Unit {
    Unit::new(id, "outlet", parent, id)
}

fn moves(date: Date, parent: Option<&str>) -> UnitChange {
    UnitChange { date, parent: Some(parent.map(str::to_owned)), name: None }
}

fn changed(id: &str, parent: Option<&str>, changes: &[UnitChange]) -> Unit {
    Unit { changes: changes.to_vec(), ..outlet(id, parent) }
}

fn merged(id: &str, into: &str, end: Option<Date>) -> Unit {
    Unit { merged_into: Some(into.to_owned()), end, ..outlet(id, None) }
}

fn member(unit: &str, start: Option<Date>, end: Option<Date>) -> Membership {
    Membership { unit: unit.to_owned(), start, end, ..Membership::default() }
}

fn teller(memberships: &[Membership]) -> Employee {
    Employee { memberships: memberships.to_vec(), ..Employee::new("wang", "wang", None) }
}

fn feed(units: &[Unit], employees: &[Employee]) -> Feed {
    Feed { units: units.to_vec(), employees: employees.to_vec(), ..Feed::default() }
}

/// Checks units and employees for an empty organisation. Returns field and code of the violation.
fn refusal(units: &[Unit], employees: &[Employee]) -> Option<(String, &'static str)> {
    refusal_of(&Organisation::default(), units, employees)
}

fn refusal_of(
    organisation: &Organisation,
    units: &[Unit],
    employees: &[Employee],
) -> Option<(String, &'static str)> {
    let named = |Violation { field, code, .. }| (field, code);
    organisation.check(&feed(units, employees)).err().map(named)
}

fn is(field: &str, code: &'static str) -> Option<(String, &'static str)> {
    Some((field.to_owned(), code))
}

mod the_tree {
    use super::*;

    #[test]
    fn a_unit_may_not_be_its_own_ancestor() {
        let ring = [outlet("a", Some("b")), outlet("b", Some("a"))];
        assert_eq!(refusal(&ring, &[]), is("units[0].parent", "CYCLE"));
        assert_eq!(refusal(&[outlet("a", Some("a"))], &[]), is("units[0].parent", "CYCLE"));
    }

    #[test]
    fn a_unit_may_not_become_its_own_ancestor_on_a_later_day() {
        let above = changed("a", None, &[moves(LATER, Some("b"))]);
        assert_eq!(refusal(&[above.clone(), outlet("b", Some("a"))], &[]), is("units[0].parent", "CYCLE"));
        // It is fine if `b` leaves `a` on that very day; one day later is too late.
        let leaves = |day| changed("b", Some("a"), &[moves(day, None)]);
        assert_eq!(refusal(&[above.clone(), leaves(LATER)], &[]), None);
        let late = leaves(LATER.tomorrow().unwrap());
        assert_eq!(refusal(&[above, late], &[]), is("units[0].parent", "CYCLE"));
    }

    #[test]
    fn the_refusal_names_the_day_on_which_the_cycle_begins() {
        let above = changed("a", None, &[moves(LATER, Some("b"))]);
        let violation =
            Organisation::default().check(&feed(&[above, outlet("b", Some("a"))], &[])).unwrap_err();
        assert!(violation.reason.contains("2025-03-15"), "{}", violation.reason);
    }

    #[test]
    fn a_merger_may_not_close_a_cycle() {
        let into_its_own = [merged("a", "b", Some(LAST)), outlet("b", Some("a"))];
        assert_eq!(refusal(&into_its_own, &[]), is("units[0].parent", "CYCLE"));
    }

    #[test]
    fn a_tree_has_at_most_sixteen_levels() {
        let id = |number: usize| format!("u{number:02}");
        let tower = |height: usize| -> Vec<Unit> {
            let above = |number: usize| number.checked_sub(1).map(id);
            (0..height).map(|number| outlet(&id(number), above(number).as_deref())).collect()
        };
        assert_eq!(refusal(&tower(16), &[]), None);
        assert_eq!(refusal(&tower(17), &[]), is("units[16].parent", "TOO_DEEP"));
    }

    #[test]
    fn parents_must_be_known_units() {
        let field = "units[0].parent";
        assert_eq!(refusal(&[outlet("a", Some("b"))], &[]), is(field, "UNKNOWN_UNIT"));
        assert_eq!(refusal(&[outlet("a", Some("b")), outlet("b", None)], &[]), None);
        let mut organisation = Organisation::default();
        organisation.put_unit(outlet("b", None));
        assert_eq!(refusal_of(&organisation, &[outlet("a", Some("b"))], &[]), None);
    }

    #[test]
    fn parents_from_a_later_day_on_must_be_known_as_well() {
        let unit = changed("a", None, &[moves(FIRST, None), moves(LATER, Some("b"))]);
        assert_eq!(refusal(&[unit], &[]), is("units[0].changes[1].parent", "UNKNOWN_UNIT"));
    }

    #[test]
    fn the_unit_that_another_was_merged_into_must_be_known() {
        let unit = merged("a", "b", Some(LAST));
        let field = "units[0].merged_into";
        assert_eq!(refusal(std::slice::from_ref(&unit), &[]), is(field, "UNKNOWN_UNIT"));
        assert_eq!(refusal(&[unit, outlet("b", None)], &[]), None);
    }

    #[test]
    fn a_unit_is_not_named_twice_nor_an_employee() {
        let units = [outlet("a", None), outlet("a", None)];
        assert_eq!(refusal(&units, &[]), is("units[1].id", "DUPLICATE_ID"));
        assert_eq!(refusal(&[], &[teller(&[]), teller(&[])]), is("employees[1].id", "DUPLICATE_ID"));
        assert_eq!(refusal(&[outlet("wang", None)], &[teller(&[])]), is("employees[0].id", "DUPLICATE_ID"));
    }

    #[test]
    fn a_unit_and_an_employee_may_not_have_the_same_id() {
        let mut with_employee = Organisation::default();
        with_employee.put_employee(teller(&[]));
        let field = "units[0].id";
        assert_eq!(refusal_of(&with_employee, &[outlet("wang", None)], &[]), is(field, "ID_OF_BOTH"));
        let mut with_unit = Organisation::default();
        with_unit.put_unit(outlet("wang", None));
        assert_eq!(refusal_of(&with_unit, &[], &[teller(&[])]), is("employees[0].id", "ID_OF_BOTH"));
    }
}

mod the_history_of_a_unit {
    use super::*;

    fn open(start: Option<Date>, end: Option<Date>, changes: &[UnitChange]) -> Unit {
        Unit { start, end, ..changed("a", None, changes) }
    }

    #[test]
    fn a_unit_does_not_end_before_it_begins() {
        let reversed = open(Some(LAST), Some(FIRST), &[]);
        assert_eq!(refusal(&[reversed], &[]), is("units[0].end_date", "DATES_REVERSED"));
        assert_eq!(refusal(&[open(Some(FIRST), Some(FIRST), &[])], &[]), None);
    }

    #[test]
    fn the_earliest_change_comes_first() {
        let unit = open(None, None, &[moves(LATER, None), moves(FIRST, None)]);
        assert_eq!(refusal(&[unit], &[]), is("units[0].changes[1].date", "DATES_REVERSED"));
    }

    #[test]
    fn a_unit_does_not_change_twice_on_one_day() {
        let renamed = UnitChange { date: LATER, parent: None, name: Some("other".into()) };
        let unit = open(None, None, &[moves(LATER, None), renamed]);
        assert_eq!(refusal(&[unit], &[]), is("units[0].changes[1].date", "TWO_ON_ONE_DAY"));
    }

    #[test]
    fn a_unit_changes_only_while_it_is_open() {
        let (start, end) = (Some(FIRST), Some(LATER));
        for day in [FIRST.yesterday().unwrap(), LATER.tomorrow().unwrap()] {
            let unit = open(start, end, &[moves(day, None)]);
            assert_eq!(refusal(&[unit], &[]), is("units[0].changes[0].date", "NOT_OPEN"));
        }
        assert_eq!(refusal(&[open(start, end, &[moves(FIRST, None), moves(LATER, None)])], &[]), None);
    }

    #[test]
    fn a_unit_is_not_merged_into_itself() {
        let unit = merged("a", "a", Some(LAST));
        assert_eq!(refusal(&[unit], &[]), is("units[0].merged_into", "MERGED_INTO_ITSELF"));
    }

    #[test]
    fn a_merged_unit_has_an_end() {
        let units = [merged("a", "b", None), outlet("b", None)];
        assert_eq!(refusal(&units, &[]), is("units[0].merged_into", "MISSING_FIELD"));
    }

    #[test]
    fn a_unit_may_not_have_the_kind_employee() {
        let unit = Unit::new("a", "employee", None, "a");
        assert_eq!(refusal(&[unit], &[]), is("units[0].kind", "BAD_NAME"));
    }
}

mod the_history_of_an_employee {
    use super::*;

    fn of(memberships: &[Membership]) -> Option<(String, &'static str)> {
        refusal(&[outlet("a", None), outlet("b", None)], &[teller(memberships)])
    }

    #[test]
    fn memberships_must_be_of_known_units() {
        let memberships = [member("a", None, Some(FIRST)), member("c", Some(LATER), None)];
        assert_eq!(of(&memberships), is("employees[0].memberships[1].unit", "UNKNOWN_UNIT"));
    }

    #[test]
    fn a_membership_does_not_end_before_it_begins() {
        let field = "employees[0].memberships[0].end_date";
        assert_eq!(of(&[member("a", Some(LAST), Some(FIRST))]), is(field, "DATES_REVERSED"));
        assert_eq!(of(&[member("a", Some(FIRST), Some(FIRST))]), None);
    }

    #[test]
    fn primary_memberships_do_not_overlap() {
        let next = |start: Date| [member("b", Some(start), None), member("a", None, Some(LATER))];
        assert_eq!(of(&next(LATER)), is("employees[0].memberships[0]", "OVERLAPPING_MEMBERSHIPS"));
        assert_eq!(of(&next(LATER.tomorrow().unwrap())), None);
        let both = [member("a", None, None), member("b", None, None)];
        assert_eq!(of(&both), is("employees[0].memberships[1]", "OVERLAPPING_MEMBERSHIPS"));
    }

    #[test]
    fn a_membership_inside_another_overlaps_it() {
        let memberships = [member("a", Some(FIRST), Some(LAST)), member("b", Some(LATER), Some(LATER))];
        assert_eq!(of(&memberships), is("employees[0].memberships[1]", "OVERLAPPING_MEMBERSHIPS"));
    }

    #[test]
    fn secondary_memberships_may_overlap() {
        let beside = |unit: &str| Membership { is_secondary: true, ..member(unit, Some(FIRST), None) };
        assert_eq!(of(&[member("a", None, None), beside("b"), beside("a")]), None);
        let memberships = [member("a", None, None), beside("b"), member("b", Some(LAST), None)];
        assert_eq!(of(&memberships), is("employees[0].memberships[2]", "OVERLAPPING_MEMBERSHIPS"));
    }
}

/// The check covers everyone whom a feed names and all units above them, wherever those were defined.
#[test]
fn a_feed_of_the_lowest_unit_only_is_checked_up_to_the_top() {
    let mut bank = Organisation::default();
    for (id, parent) in [("a", None), ("b", Some("a")), ("c", Some("b")), ("d", Some("c"))] {
        bank.put_unit(outlet(id, parent));
    }
    bank.put_employee(Employee::new("e", "e", Some("d")));
    assert_eq!(refusal_of(&bank, &[outlet("a", Some("d"))], &[]), is("units[0].parent", "CYCLE"));
    assert_eq!(
        refusal_of(&bank, &[changed("b", None, &[moves(LATER, Some("d"))])], &[]),
        is("units[0].parent", "CYCLE")
    );
    assert_eq!(refusal_of(&bank, &[outlet("e", None)], &[]), is("units[0].id", "ID_OF_BOTH"));
    assert_eq!(refusal_of(&bank, &[], &[Employee::new("a", "a", None)]), is("employees[0].id", "ID_OF_BOTH"));
    assert_eq!(refusal_of(&bank, &[], &[teller(&[member("d", None, None)])]), None);
}
