//! Paths up the tree on a day: memberships until their last day, moves from their first day, mergers, units
//! that are not open, and who has a row.

use jiff::civil::{Date, date};
use longhu_core::contest::{Contest, Listing};
use longhu_core::control::Payload;
use longhu_core::oracle::End;
use longhu_core::organisation::{Employee, Membership, Unit, UnitChange};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::cards;
use longhu_core::testkit::rules::march;

const EVE: Date = date(2025, 3, 14);
const DAY: Date = date(2025, 3, 15);

fn of(kind: &str, id: &str, parent: Option<&str>) -> Unit {
    Unit::new(id, kind, parent, id)
}

fn closed(id: &str, into: Option<&str>) -> Unit {
    Unit { end: Some(EVE), merged_into: into.map(str::to_owned), ..of("outlet", id, Some("b1")) }
}

/// Branches `b1` and `b2`, these units, and `wang` with memberships given by unit, first and last day.
fn given(units: &[Unit], memberships: &[(&str, Option<Date>, Option<Date>)]) -> Scenario {
    let memberships = memberships.iter().map(|(unit, start, end)| Membership {
        unit: (*unit).to_owned(),
        start: *start,
        end: *end,
        ..Membership::default()
    });
    let wang = Employee { memberships: memberships.collect(), ..Employee::new("wang", "wang", None) };
    let boards = ["outlet", "branch"].map(str::to_owned).to_vec();
    let branches = [of("branch", "b1", None), of("branch", "b2", None)];
    let scenario = branches
        .iter()
        .chain(units)
        .fold(Scenario::given(), |scenario, unit| scenario.decided(&unit.id, 1, Payload::Unit(unit.clone())));
    scenario.decided("wang", 1, Payload::Employee(wang)).amended(1, Contest { boards, ..march(10_000) })
}

/// The rows of outlets and branches with a card on a day, and whether the card waits.
fn on(scenario: &Scenario, day: Date) -> (Vec<String>, bool) {
    let scenario = scenario.clone().when(cards("1", day, 1, &[("wang", "")]));
    let says = scenario.says();
    let rows = says.tables.iter().flat_map(|table| &table.rows);
    (rows.filter(|row| row.live > 0).map(|row| row.id.clone()).collect(), says.held > 0)
}

fn at(ids: &[&str]) -> (Vec<String>, bool) {
    (ids.iter().map(|id| (*id).to_owned()).collect(), false)
}

const WAITS: (Vec<String>, bool) = (Vec::new(), true);

#[test]
fn a_membership_lasts_from_its_first_day_to_its_last() {
    let units = [of("outlet", "a", Some("b1")), of("outlet", "b", Some("b2"))];
    let scenario = given(&units, &[("a", None, Some(EVE)), ("b", Some(DAY), Some(DAY))]);
    assert_eq!(on(&scenario, EVE), at(&["a", "b1"]));
    assert_eq!(on(&scenario, DAY), at(&["b", "b2"]));
    // After the membership the employee is in no unit, so nothing waits.
    assert_eq!(on(&scenario, date(2025, 3, 16)), at(&[]));
}

#[test]
fn a_unit_has_its_new_parent_from_the_day_of_the_move_on() {
    let moves = UnitChange { date: DAY, parent: Some(Some("b2".into())), name: None };
    let unit = Unit { changes: vec![moves], ..of("outlet", "a", Some("b1")) };
    let scenario = given(&[unit], &[("a", None, None)]);
    assert_eq!(on(&scenario, EVE), at(&["a", "b1"]));
    assert_eq!(on(&scenario, DAY), at(&["a", "b2"]));
}

#[test]
fn a_merged_unit_is_replaced_from_the_day_after_its_end() {
    let units = [closed("a", Some("b")), of("outlet", "b", Some("b2"))];
    let scenario = given(&units, &[("a", None, None)]);
    assert_eq!(on(&scenario, EVE), at(&["a", "b1"]));
    assert_eq!(on(&scenario, DAY), at(&["b", "b2"]));
}

#[test]
fn before_its_first_day_a_merged_unit_has_no_path() {
    let unit = Unit { start: Some(date(2025, 3, 10)), ..closed("a", Some("b")) };
    let scenario = given(&[unit, of("outlet", "b", Some("b2"))], &[("a", None, None)]);
    assert_eq!(on(&scenario, date(2025, 3, 9)), WAITS);
    assert_eq!(on(&scenario, date(2025, 3, 10)), at(&["a", "b1"]));
}

#[test]
fn a_card_waits_at_a_closed_unit_but_not_at_an_open_unit_below_one() {
    let under = of("team", "t", Some("a"));
    assert_eq!(on(&given(&[closed("a", None)], &[("a", None, None)]), DAY), WAITS);
    let scenario = given(&[closed("a", None), under], &[("t", None, None)]);
    assert_eq!(on(&scenario, EVE), at(&["a", "b1"]));
    // The team is on the path, so nothing waits, although no board has a row for it.
    assert_eq!(on(&scenario, DAY), at(&[]));
}

#[test]
fn a_cycle_of_mergers_is_followed_for_thirty_two_units() {
    let scenario = given(&[closed("a", Some("b")), closed("b", Some("a"))], &[("a", None, None)]);
    assert_eq!(on(&scenario, DAY), WAITS);
    let scenario = scenario.when(cards("1", DAY, 1, &[("wang", "")]));
    let says = scenario.says();
    assert_eq!((says.credits[0].way.merged.len(), says.credits[0].way.end), (32, End::TooLong));
}

#[test]
fn with_eligible_listing_everyone_who_takes_part_on_any_day_is_listed() {
    let open = |id, start, end| Unit { start, end, ..of("outlet", id, None) };
    let (eve, first, last) = (date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 31));
    let units = [
        open("before", None, Some(eve)),
        open("first", None, Some(first)),
        open("last", Some(last), None),
        open("after", Some(date(2025, 4, 1)), None),
    ];
    let scenario = given(&units, &[]).amended(
        2,
        Contest {
            listing: Listing::Eligible,
            boards: vec!["outlet".into(), "employee".into()],
            ..march(10_000)
        },
    );
    let ids = |table: usize| -> Vec<String> {
        scenario.says().tables[table].rows.iter().map(|row| row.id.clone()).collect()
    };
    assert_eq!(ids(0), ["first", "last"]);
    // An employee who never belonged to a unit takes part.
    assert_eq!(ids(1), ["wang"]);
    assert_eq!(scenario.says().tables[0].unlisted, 2);
}

#[test]
fn a_unit_has_the_name_of_the_last_day() {
    let named = |date, name: &str| UnitChange { date, parent: None, name: Some(name.to_owned()) };
    let changes = vec![named(date(2025, 3, 31), "March"), named(date(2025, 4, 1), "April")];
    let unit = Unit { changes, ..of("outlet", "a", None) };
    let scenario = given(&[unit], &[("a", None, None)]).when(cards("1", EVE, 1, &[("wang", "")]));
    assert_eq!(scenario.says().tables[0].rows[0].name, "March");
}
