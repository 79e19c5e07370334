//! Whom a name means: hand-overs from first to last day, one after the other, for all customers or for some;
//! and codes of a source for employees and for branches.

use jiff::civil::{Date, date};
use longhu_core::contest::{Contest, UnitFrom};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::oracle::Origin;
use longhu_core::organisation::{Employee, HandOver, Meaning, SourceCode, Unit};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{back, cards, with};
use longhu_core::testkit::rules::march;

const EVE: Date = date(2025, 3, 14);
const DAY: Date = date(2025, 3, 15);
const NEXT: Date = date(2025, 3, 16);

/// Employees `a` to `d`, each at a branch of the same letter.
fn given() -> Scenario {
    ["a", "b", "c", "d"].into_iter().fold(Scenario::given(), |scenario, letter| {
        let branch = format!("at-{letter}");
        let employee = Employee::new(letter, letter, Some(&branch));
        scenario.decided(&branch, 1, Payload::Unit(Unit::new(&branch, "branch", None, &branch))).decided(
            letter,
            1,
            Payload::Employee(employee),
        )
    })
}

fn march_by_branch() -> Contest {
    Contest { unit_from: UnitFrom::Event, ..march(10_000) }
}

/// A hand-over of all customers of one employee, without a last day.
fn all(id: &str, from: &str, to: &str, start: Date) -> HandOver {
    let (id, from, to) = (id.to_owned(), from.to_owned(), to.to_owned());
    HandOver { id, from, to, start, end: None, is_for_all: true, customers: Vec::new() }
}

fn some(id: &str, from: &str, to: &str, start: Date, customers: &[&str]) -> HandOver {
    let customers = customers.iter().map(|customer| (*customer).to_owned()).collect();
    HandOver { is_for_all: false, customers, ..all(id, from, to, start) }
}

fn until(hand_over: HandOver, end: Date) -> HandOver {
    HandOver { end: Some(end), ..hand_over }
}

fn handed(hand_overs: &[HandOver]) -> Scenario {
    hand_overs.iter().fold(given(), hand)
}

fn hand(scenario: Scenario, hand_over: &HandOver) -> Scenario {
    scenario.decided(&hand_over.id, 1, Payload::HandOver(hand_over.clone()))
}

/// A code of a source, with meanings given by id, first and last day.
fn code(source: &str, code: &str, meanings: &[(&str, Option<Date>, Option<Date>)]) -> SourceCode {
    let meanings = meanings
        .iter()
        .map(|(id, start, end)| Meaning { id: (*id).to_owned(), start: *start, end: *end })
        .collect();
    SourceCode { source: source.to_owned(), code: code.to_owned(), meanings }
}

fn told(scenario: Scenario, code: SourceCode) -> Scenario {
    scenario.decided(&format!("{}\t{}", code.source, code.code), 1, Payload::SourceCode(code))
}

/// A card on a day for a customer, with a creditor and the branch `at-d`.
fn card(day: Date, customer: &'static str, creditor: &'static str) -> Event<'static> {
    Event { customer: customer.into(), branch: "at-d".into(), ..cards("1", day, 1, &[(creditor, "")]) }
}

/// Rows of employees, rows of branches, waiting credits.
type Said = (Vec<String>, Vec<String>, u64);

fn says(scenario: Scenario, contest: Contest, event: Event<'static>) -> Said {
    let scenario = scenario.amended(1, contest).when(event);
    let says = scenario.says();
    let ids = |table: usize| says.tables[table].rows.iter().map(|row| row.id.clone()).collect();
    (ids(0), ids(1), says.held)
}

fn of(employee: &str) -> Said {
    (vec![employee.to_owned()], vec![format!("at-{employee}")], 0)
}

const WAITS: Said = (Vec::new(), Vec::new(), 1);

/// Who gets a card of `a` for the customer `k` on a day.
fn on(hand_overs: &[HandOver], day: Date) -> Said {
    says(handed(hand_overs), march(10_000), card(day, "k", "a"))
}

#[test]
fn a_hand_over_applies_from_its_first_day_to_its_last() {
    let substitute = [until(all("h", "a", "b", DAY), DAY)];
    assert_eq!(on(&substitute, EVE), of("a"));
    assert_eq!(on(&substitute, DAY), of("b"));
    assert_eq!(on(&substitute, NEXT), of("a"));
    assert_eq!(on(&[all("h", "a", "b", DAY)], date(2025, 3, 31)), of("b"));
}

#[test]
fn customers_that_were_handed_over_can_be_handed_on() {
    let chain = [all("h1", "a", "b", EVE), all("h2", "b", "c", DAY), all("h3", "c", "d", NEXT)];
    assert_eq!(on(&chain, EVE), of("b"));
    assert_eq!(on(&chain, DAY), of("c"));
    assert_eq!(on(&chain, NEXT), of("d"));
}

#[test]
fn a_hand_over_dated_before_the_previous_one_is_not_followed() {
    let earlier = [all("h1", "b", "c", EVE), all("h2", "a", "b", DAY)];
    assert_eq!(on(&earlier, DAY), of("b"));
}

#[test]
fn customers_can_be_handed_back() {
    let back = [all("h1", "a", "b", EVE), all("h2", "b", "a", DAY)];
    assert_eq!(on(&back, EVE), of("b"));
    assert_eq!(on(&back, DAY), of("a"));
    // Customers can be handed over again.
    let again = [back[0].clone(), back[1].clone(), all("h0", "a", "c", NEXT)];
    assert_eq!(on(&again, DAY), of("a"));
    assert_eq!(on(&again, NEXT), of("c"));
}

#[test]
fn two_employees_can_swap_customers_on_one_day() {
    let swap = [all("h1", "a", "b", DAY), all("h2", "b", "a", DAY)];
    assert_eq!(on(&swap, DAY), of("b"));
    assert_eq!(says(handed(&swap), march(10_000), card(DAY, "k", "b")), of("a"));
}

#[test]
fn the_earliest_hand_over_is_followed_first_whatever_customers_it_names() {
    let both = [some("h1", "a", "c", DAY, &["k"]), all("h2", "a", "b", EVE)];
    assert_eq!(on(&both, DAY), of("b"));
    // If the earliest hand-over has ended by the event's day, the other one is followed.
    assert_eq!(on(&[both[0].clone(), until(both[1].clone(), EVE)], DAY), of("c"));
}

#[test]
fn on_the_same_day_a_hand_over_that_names_the_customer_goes_before_one_for_all() {
    let both = [all("h1", "a", "b", DAY), some("h2", "a", "c", DAY, &["j", "k"])];
    assert_eq!(on(&both, DAY), of("c"));
    assert_eq!(says(handed(&both), march(10_000), card(DAY, "other", "a")), of("b"));
}

#[test]
fn among_equal_hand_overs_the_least_id_is_followed() {
    assert_eq!(on(&[all("h2", "a", "b", DAY), all("h10", "a", "c", DAY)], DAY), of("c"));
    let named = [some("h2", "a", "b", DAY, &["k"]), some("h10", "a", "c", DAY, &["k", "l"])];
    assert_eq!(on(&named, DAY), of("c"));
}

#[test]
fn a_hand_over_of_named_customers_covers_only_those_and_never_events_without_customer() {
    for (customer, whose) in [("k", "b"), ("K", "a"), ("kk", "a"), ("", "a")] {
        let named = handed(&[some("h", "a", "b", DAY, &["", "k"])]);
        assert_eq!(says(named, march(10_000), card(DAY, customer, "a")), of(whose), "{customer}");
    }
    assert_eq!(on(&[some("h", "a", "b", DAY, &[])], DAY), of("a"));
    let to_all = handed(&[all("h", "a", "b", DAY)]);
    assert_eq!(says(to_all, march(10_000), card(DAY, "", "a")), of("b"));
}

#[test]
fn a_credit_waits_until_an_unknown_successor_is_known() {
    let to_stranger = [all("h", "a", "stranger", EVE)];
    assert_eq!(on(&to_stranger, DAY), WAITS);
    // An unknown employee can hand customers over like any other.
    let handed_on = [to_stranger[0].clone(), all("h2", "stranger", "c", DAY)];
    assert_eq!(on(&handed_on, DAY), of("c"));
}

#[test]
fn in_a_contest_by_branch_the_employee_changes_and_the_branch_stays() {
    let handed = || handed(&[all("h", "a", "b", DAY)]);
    let by_branch = (vec!["b".to_owned()], vec!["at-d".to_owned()], 0);
    assert_eq!(says(handed(), march_by_branch(), card(DAY, "k", "a")), by_branch);
    let no_branch = Event { branch: "".into(), ..card(DAY, "k", "a") };
    assert_eq!(says(handed(), march_by_branch(), no_branch), of("b"));
}

#[test]
fn units_cannot_hand_over() {
    let of_units = [all("h1", "at-d", "at-a", EVE)];
    let nobodys = || Event { credits: vec![], ..card(DAY, "k", "a") };
    assert_eq!(says(handed(&of_units), march(10_000), nobodys()).1, ["at-d"]);
    let by_branch = says(handed(&of_units), march_by_branch(), card(DAY, "k", "a"));
    assert_eq!(by_branch.1, ["at-d"]);
}

#[test]
fn a_reversal_on_a_later_day_takes_from_whoever_is_meant_on_that_day() {
    let dated = with(back("2", "1", NEXT), |part| part.dated = true);
    let scenario = handed(&[some("h", "a", "b", NEXT, &["k"])]).amended(1, march(10_000));
    // The reversal has no customer: the original's is used.
    let scenario = scenario.when(card(DAY, "k", "a")).when(dated);
    assert_eq!(scenario.rows(), [("a".to_owned(), 1), ("b".to_owned(), -1)]);
    let void = handed(&[some("h", "a", "b", NEXT, &["k"])]).amended(1, march(10_000));
    let void = void.when(card(DAY, "k", "a")).when(back("2", "1", NEXT));
    assert_eq!(void.rows(), []);
}

#[test]
fn a_higher_revision_replaces_a_hand_over() {
    let once = handed(&[all("h", "a", "b", DAY)]);
    let later = once.clone().decided("h", 2, Payload::HandOver(all("h", "a", "b", NEXT)));
    assert_eq!(says(later, march(10_000), card(DAY, "k", "a")), of("a"));
    let emptied = once.clone().decided("h", 3, Payload::HandOver(some("h", "a", "b", DAY, &[])));
    assert_eq!(says(emptied, march(10_000), card(DAY, "k", "a")), of("a"));
    let open = once.in_set("h", 2, "set", Payload::HandOver(all("h", "a", "c", DAY)));
    assert_eq!(says(open.clone(), march(10_000), card(DAY, "k", "a")), of("b"));
    let closed = open.in_set("", 1, "set", Payload::Close { count: 1 });
    assert_eq!(says(closed, march(10_000), card(DAY, "k", "a")), of("c"));
}

#[test]
fn a_code_has_the_meaning_that_its_source_gives_it_on_the_day() {
    let next_teller = || {
        let code = code("cards", "0417", &[("a", None, Some(EVE)), ("b", Some(DAY), Some(NEXT))]);
        told(given(), code)
    };
    let on = |day| says(next_teller(), march(10_000), card(day, "k", "0417"));
    assert_eq!(on(EVE), of("a"));
    assert_eq!(on(DAY), of("b"));
    assert_eq!(on(NEXT), of("b"));
    assert_eq!(on(date(2025, 3, 17)), WAITS);
}

#[test]
fn a_code_applies_only_in_its_own_source_and_exactly_as_written() {
    let scenario = || told(given(), code("loans", "a", &[("b", None, None)]));
    assert_eq!(says(scenario(), march(10_000), card(DAY, "k", "a")), of("a"));
    let scenario = || told(given(), code("cards", "a", &[("b", None, None)]));
    assert_eq!(says(scenario(), march(10_000), card(DAY, "k", "a")), of("b"));
    let loans = || Event { source: "loans".into(), ..card(DAY, "k", "a") };
    assert_eq!(says(scenario(), march(10_000), loans()), of("a"));
    assert_eq!(says(scenario(), march(10_000), card(DAY, "k", "A")), WAITS);
    // The meaning of a code is an id; it is not looked up as a code again.
    let twice = told(scenario(), code("cards", "b", &[("c", None, None)]));
    assert_eq!(says(twice, march(10_000), card(DAY, "k", "a")), of("b"));
}

#[test]
fn a_code_without_a_meaning_makes_the_credit_wait_even_if_it_equals_an_id() {
    let nobody = || told(given(), code("cards", "a", &[]));
    assert_eq!(says(nobody(), march(10_000), card(DAY, "k", "a")), WAITS);
    // A code without a meaning leads to no employee, so no hand-over can be followed.
    let handed = hand(nobody(), &all("h", "a", "b", EVE));
    assert_eq!(says(handed, march(10_000), card(DAY, "k", "a")), WAITS);
    let by_branch = says(nobody(), march_by_branch(), card(DAY, "k", "a"));
    assert_eq!(by_branch, (vec![], vec!["at-d".to_owned()], 1));
    let no_branch = Event { branch: "".into(), ..card(DAY, "k", "a") };
    assert_eq!(says(nobody(), march_by_branch(), no_branch), WAITS);
    let unit = told(given(), code("cards", "0417", &[("at-a", None, None)]));
    assert_eq!(says(unit, march(10_000), card(DAY, "k", "0417")), WAITS);
}

#[test]
fn a_code_for_a_branch_means_a_unit() {
    let scenario = || told(given(), code("cards", "at-d", &[("at-c", Some(DAY), None)]));
    let by_branch = |day| says(scenario(), march_by_branch(), card(day, "k", "a"));
    assert_eq!(by_branch(DAY), (vec!["a".to_owned()], vec!["at-c".to_owned()], 0));
    assert_eq!(by_branch(EVE), (vec!["a".to_owned()], vec![], 1));
    let nobodys = |day| Event { credits: vec![], ..card(day, "k", "a") };
    assert_eq!(says(scenario(), march(10_000), nobodys(DAY)), (vec![], vec!["at-c".to_owned()], 0));
    assert_eq!(says(scenario(), march(10_000), nobodys(EVE)), WAITS);
    // If units follow membership, the branch is not used.
    assert_eq!(says(scenario(), march(10_000), card(EVE, "k", "a")), of("a"));
    // A branch without a unit still counts as named.
    let scenario = scenario().amended(1, march_by_branch()).when(card(EVE, "k", "a"));
    let credit = &scenario.says().credits[0];
    assert_eq!((credit.origin, credit.unit), (Origin::Branch, None));
}

#[test]
fn hand_overs_apply_to_the_employee_that_a_code_means() {
    let scenario = || {
        let code = code("cards", "0417", &[("a", None, Some(DAY)), ("c", Some(NEXT), None)]);
        hand(told(given(), code), &all("h1", "a", "b", DAY))
    };
    let on = |day| says(scenario(), march(10_000), card(day, "k", "0417"));
    assert_eq!(on(EVE), of("a"));
    assert_eq!(on(DAY), of("b"));
    assert_eq!(on(NEXT), of("c"));
    // A hand-over is not followed from the name as written.
    let written = hand(scenario(), &all("h0", "0417", "d", EVE));
    assert_eq!(says(written, march(10_000), card(DAY, "k", "0417")), of("b"));
}

/// Ten points in three parts: the remaining unit is assigned by the names as written, and two names that mean
/// one employee are two creditors.
#[test]
fn a_value_is_divided_by_the_names_as_written() {
    let scenario = hand(told(given(), code("cards", "0417", &[("d", None, None)])), &all("h", "a", "c", DAY));
    let scenario = scenario.amended(1, march(100_000));
    let event = cards("1", DAY, 1, &[("b", ""), ("0417", ""), ("a", "")]);
    let rows = |scenario: &Scenario| -> Vec<(String, i128, usize)> {
        let says = scenario.says();
        says.tables[0].rows.iter().map(|row| (row.id.clone(), row.score, row.live)).collect()
    };
    let expected = [("d", 33_334, 1), ("b", 33_333, 1), ("c", 33_333, 1)];
    assert_eq!(rows(&scenario.clone().when(event)), expected.map(|(id, s, n)| (id.to_owned(), s, n)));
    let event = cards("1", DAY, 1, &[("c", ""), ("b", ""), ("a", "")]);
    let expected = [("c", 66_667, 2), ("b", 33_333, 1)];
    assert_eq!(rows(&scenario.when(event)), expected.map(|(id, s, n)| (id.to_owned(), s, n)));
}
