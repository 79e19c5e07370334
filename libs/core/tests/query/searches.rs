//! The searches for unresolved names and for mismatches, in slices of every size. They are queries of the
//! fold, without a twin in the oracle.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use longhu_core::contest::{Contest, UnitFrom};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::fold::placement::name_resolution::Reason;
use longhu_core::fold::query::journal_scan::Slice;
use longhu_core::fold::query::mismatches::{MismatchSearch, Scope};
use longhu_core::fold::query::unresolved::UnresolvedSearch;
use longhu_core::organisation::{Employee, Membership, Unit, UnitChange};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards, with};
use longhu_core::testkit::rules::march;

const WHOLE: Slice = Slice { names: usize::MAX, entries: usize::MAX };
const SLICES: [Slice; 4] = [
    WHOLE,
    Slice { names: 1, entries: usize::MAX },
    Slice { names: usize::MAX, entries: 1 },
    Slice { names: 2, entries: 3 },
];

fn day(day: i8) -> Date {
    date(2025, 3, day)
}

fn of(id: &str, employee: &'static str, branch: &'static str, on: i8) -> Event<'static> {
    Event { branch: branch.into(), ..cards(id, day(on), 1, &[(employee, "")]) }
}

fn of_nobody(id: &str, branch: &'static str, on: i8) -> Event<'static> {
    Event { credits: vec![], ..of(id, "", branch, on) }
}

fn member(unit: &str, start: Option<Date>, end: Option<Date>) -> Membership {
    Membership { unit: unit.to_owned(), start, end, ..Membership::default() }
}

/// Shorthands for these searches.
trait Searched: Sized {
    /// Adds an event.
    fn on(self, event: Event<'static>) -> Self;
    /// Adds an employee with these memberships.
    fn member(self, id: &str, memberships: Vec<Membership>) -> Self;
    /// Adds a unit.
    fn put(self, unit: Unit) -> Self;
    /// Reason, name, source, entries, first and last day, example. Must be the same in slices of any size.
    fn unresolved(&self) -> Vec<String>;
    /// The list as `id employee unit branch`, the total, and the number of unresolved branches.
    fn mismatches(&self, scope: &Scope) -> (Vec<String>, u64, u64);
}

impl Searched for Scenario {
    fn on(self, event: Event<'static>) -> Scenario {
        self.when_at(at(day(30), 9), event)
    }

    fn member(self, id: &str, memberships: Vec<Membership>) -> Scenario {
        self.decided(id, 1, Payload::Employee(Employee { memberships, ..Employee::new(id, id, None) }))
    }

    fn put(self, unit: Unit) -> Scenario {
        self.decided(&unit.id.clone(), 1, Payload::Unit(unit))
    }

    fn unresolved(&self) -> Vec<String> {
        let found = SLICES.map(|slice| {
            let mut search = UnresolvedSearch::default();
            let mut found = Vec::new();
            while !search.is_done() {
                found.extend(self.ask(|shard, pages| search.go_on(shard, pages, slice)).unwrap());
            }
            found.sort_by(|a, b| (a.reason, &a.name, &a.source).cmp(&(b.reason, &b.name, &b.source)));
            found
        });
        assert!(found.iter().all(|other| *other == found[0]), "{found:#?}");
        let [found, ..] = found;
        let waiting: u64 = found.iter().filter(|one| one.reason.waits()).map(|one| one.entries).sum();
        assert_eq!(waiting, self.held(), "what waits is what the contest holds: {found:#?}");
        let line = |one: longhu_core::fold::query::unresolved::Unresolved| {
            let (first, last) = (one.first.day(), one.last.day());
            let example = format!("{}@{}", one.example.1, one.example.0.sequence);
            format!("{:?} {} {} {} {first}-{last} {example}", one.reason, one.name, one.source, one.entries)
        };
        found.into_iter().map(line).collect()
    }

    fn mismatches(&self, scope: &Scope) -> (Vec<String>, u64, u64) {
        let found = SLICES.map(|slice| {
            let mut search = MismatchSearch::new(scope.clone());
            let mut found = Vec::new();
            while !search.is_done() {
                found.extend(self.ask(|shard, pages| search.go_on(shard, pages, slice)).unwrap());
            }
            (found, search.total(), search.branch_unresolved())
        });
        assert!(found.iter().all(|other| *other == found[0]), "{found:#?}");
        let [(found, total, unresolved), ..] = found;
        let line = |one: longhu_core::fold::query::mismatches::Mismatch| {
            assert_eq!((one.source.as_str(), one.kind.as_str()), ("cards", "card.issued"));
            format!("{} {} {} {}", one.id, one.employee, one.unit, one.branch)
        };
        (found.into_iter().map(line).collect(), total, unresolved)
    }
}

fn everything() -> Scope {
    Scope { from: Date::MIN, until: Date::MAX, kinds: None, limit: 100 }
}

/// A branch `b1` with an outlet `o1`, and a branch `b2`; `li` is in the outlet.
fn scenario() -> Scenario {
    Scenario::given()
        .unit("b1", "branch", None)
        .unit("o1", "outlet", Some("b1"))
        .unit("b2", "branch", None)
        .employee("li", Some("o1"))
        .contest(march(10_000))
}

#[test]
fn an_unknown_employee_is_listed_by_source_until_the_organisation_has_one() {
    let scenario = scenario()
        .on(of("1", "qian", "b1", 3))
        .on(of("2", "li", "b1", 3))
        .on(of("3", "qian", "b1", 20))
        .on(Event { source: "loans".into(), ..of("4", "qian", "b1", 7) });
    let expected = ["UnknownEmployee qian cards 2 3-20 3@8", "UnknownEmployee qian loans 1 7-7 4@9"];
    assert_eq!(scenario.unresolved(), expected);
    let scenario = scenario.restarted();
    assert_eq!(scenario.unresolved(), expected);
    assert!(scenario.employee("qian", Some("o1")).unresolved().is_empty());
}

#[test]
fn every_reason_is_told_apart() {
    let opened = Unit { start: Some(day(10)), ..Unit::new("new", "branch", None, "new") };
    let scenario = scenario()
        .put(opened)
        .member("early", vec![member("new", None, None)])
        .member("later", vec![member("o1", Some(day(10)), None)])
        .on(of("1", "early", "b1", 9))
        .on(of("2", "early", "b1", 10))
        .on(of("3", "later", "b1", 9))
        .on(of("4", "later", "b1", 10))
        .on(of("5", "b2", "b1", 5))
        .on(of_nobody("6", "li", 5))
        .on(of_nobody("7", "new", 9))
        .on(of_nobody("8", "new", 10))
        .on(of_nobody("9", "nowhere", 5))
        .on(of("10", "nobody", "nobody", 5));
    let said = [
        "UnknownEmployee nobody cards 1 5-5 10@18",
        "UnknownBranch nowhere cards 1 5-5 9@17",
        "UnitNotOpen early cards 1 9-9 1@9",
        "BranchNotOpen new cards 1 9-9 7@15",
        "UnitAsEmployee b2 cards 1 5-5 5@13",
        "EmployeeAsBranch li cards 1 5-5 6@14",
        "InNoUnit later cards 1 9-9 3@11",
    ];
    assert_eq!(scenario.unresolved(), said);
    assert!(!Reason::InNoUnit.waits());
}

#[test]
fn a_void_event_does_not_wait_but_a_dated_reversal_does() {
    let dated = with(back("4", "2", day(25)), |part| (part.dated, part.quantity) = (true, Some(1)));
    let half = |id: &str| with(back(id, "5", day(26)), |part| part.quantity = Some(1));
    let scenario = scenario()
        .on(of("1", "qian", "b1", 3))
        .on(back("3", "1", day(20)))
        .on(Event { quantity: Some(3), ..of("2", "qian", "b1", 5) })
        .on(dated)
        .on(Event { quantity: Some(2), ..of("5", "qian", "b1", 6) })
        .on(half("6"))
        .on(half("7"));
    assert_eq!(scenario.unresolved(), ["UnknownEmployee qian cards 2 5-25 4@9"]);
}

#[test]
fn a_branch_waits_if_a_contest_credits_units_by_branch() {
    let event = Contest { unit_from: UnitFrom::Event, ..march(10_000) };
    let two = cards("2", day(4), 1, &[("li", ""), ("zhao", "")]);
    let scenario = scenario()
        .employee("zhao", Some("o1"))
        .amended(2, event)
        .on(of("1", "li", "b-1", 3))
        .on(Event { branch: "b-1".into(), ..two })
        .on(of_nobody("3", "b-1", 5))
        .on(of("4", "li", "b1", 6));
    assert_eq!(scenario.unresolved(), ["UnknownBranch b-1 cards 4 3-5 3@10"]);
    // A contest that credits the creditors' units does not use the branch.
    let scenario = scenario.amended(3, march(10_000));
    assert_eq!(scenario.unresolved(), ["UnknownBranch b-1 cards 1 5-5 3@10"]);
}

#[test]
fn a_branch_is_a_mismatch_if_it_is_not_above_the_creditors_unit() {
    let scenario = || {
        let moved = vec![member("o1", None, Some(day(14))), member("b2", Some(day(15)), None)];
        self::scenario().member("zhao", moved)
    };
    let scenario = scenario()
        .on(of("1", "li", "b1", 3))
        .on(of("2", "li", "o1", 3))
        .on(of("3", "li", "b2", 3))
        .on(of("4", "li", "", 3))
        .on(of("5", "zhao", "b1", 14))
        .on(of("6", "zhao", "b2", 14))
        .on(of("7", "zhao", "b1", 15))
        .on(of("8", "zhao", "b2", 15));
    let said = ["3 li o1 b2", "7 zhao b2 b1", "6 zhao o1 b2"].map(str::to_owned).to_vec();
    assert_eq!(scenario.mismatches(&everything()), (said, 3, 0));
    // A member of the branch itself does not belong to the units below it.
    let scenario = Scenario::given()
        .unit("b1", "branch", None)
        .unit("o1", "outlet", Some("b1"))
        .employee("wu", Some("b1"))
        .contest(march(10_000))
        .on(of("1", "wu", "o1", 3));
    assert_eq!(scenario.mismatches(&everything()).0, ["1 wu b1 o1"]);
}

#[test]
fn a_merged_branch_counts_as_the_unit_that_replaced_it() {
    let merged = |into: &str| {
        let (end, merged_into) = (Some(day(14)), Some(into.to_owned()));
        Unit { end, merged_into, ..Unit::new("old", "branch", None, "old") }
    };
    let given = |into: &str| {
        scenario()
            .put(merged(into))
            .on(of("1", "li", "old", 14))
            .on(of("2", "li", "old", 15))
            .mismatches(&everything())
    };
    assert_eq!(given("b1"), (vec!["1 li o1 old".to_owned()], 1, 0));
    assert_eq!(given("b2"), (vec!["2 li o1 old".to_owned(), "1 li o1 old".to_owned()], 2, 0));
}

#[test]
fn names_without_a_unit_are_not_mismatches() {
    let scenario = scenario()
        .member("later", vec![member("o1", Some(day(10)), None)])
        .on(of("1", "nobody", "b2", 3))
        .on(of("2", "later", "b2", 3))
        .on(of("3", "li", "nowhere", 3))
        .on(of("4", "li", "li", 3))
        .on(of("5", "b1", "b2", 3));
    assert_eq!(scenario.mismatches(&everything()), (vec![], 0, 2));
}

#[test]
fn mismatches_are_listed_newest_first_and_within_the_scope() {
    let moves = UnitChange { date: day(20), parent: Some(Some("b2".into())), name: None };
    let scenario = scenario()
        .put(Unit { changes: vec![moves], ..Unit::new("o2", "outlet", Some("b1"), "o2") })
        .member("zhao", vec![member("o2", None, None)])
        .on(of("1", "zhao", "b2", 19))
        .on(of("2", "zhao", "b1", 20))
        .on(of("3", "zhao", "b1", 25))
        .on(of("4", "zhao", "b1", 21))
        .on(with(back("5", "2", day(26)), |part| part.dated = true))
        .on(of("6", "zhao", "b1", 22))
        .on(back("7", "6", day(27)));
    let ids = |scope: Scope, scenario: &Scenario| {
        let (found, total, _) = scenario.mismatches(&scope);
        let ids: Vec<String> = found.iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
        (ids.join(" "), total)
    };
    let all = everything();
    assert_eq!(ids(all.clone(), &scenario), ("4 3 2 1".into(), 4));
    assert_eq!(ids(Scope { limit: 1, ..all.clone() }, &scenario).1, 4);
    let from = Scope { from: day(21), ..all.clone() };
    assert_eq!(ids(from, &scenario), ("4 3".into(), 2));
    let until = Scope { until: day(20), ..all.clone() };
    assert_eq!(ids(until, &scenario), ("2 1".into(), 2));
    let kinds = |kind: &str| Scope { kinds: Some(BTreeSet::from([kind.to_owned()])), ..everything() };
    assert_eq!(ids(kinds("card.issued"), &scenario).1, 4);
    assert_eq!(ids(kinds("card.activated"), &scenario).1, 0);
}
