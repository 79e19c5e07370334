//! Names whose meaning changes after facts were counted: several hand-overs in a row, a branch that is a
//! code, a successor who is not known. Each test was checked by breaking the fold on purpose.

use jiff::civil::{Date, date};
use longhu_core::Time;
use longhu_core::contest::{Contest, TieBreak, UnitFrom};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::organisation::{Employee, HandOver, Meaning, Membership, SourceCode, Unit};
use longhu_core::rule::tie_break;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards, with};
use longhu_core::testkit::rules::march;
use longhu_core::testkit::scenario::rows;

const DAY: Date = date(2025, 3, 10);

fn recorded() -> Time {
    at(date(2025, 3, 30), 9)
}

fn march_by_branch() -> Contest {
    Contest { unit_from: UnitFrom::Event, ..march(10_000) }
}

/// `an` at `b1`, `bo` at `b2`, `chen` at `b3`.
fn scenario(contest: Contest) -> Scenario {
    [("an", "b1"), ("bo", "b2"), ("chen", "b3")]
        .into_iter()
        .fold(Scenario::given(), |scenario, (id, unit)| {
            scenario.unit(unit, "branch", None).employee(id, Some(unit))
        })
        .contest(contest)
}

/// A hand-over of the customer `sun`.
fn hand(scenario: Scenario, id: &str, revision: u64, from: &str, to: &str, start: Date) -> Scenario {
    hand_some(scenario, id, revision, from, to, start, vec!["sun".into()])
}

/// A hand-over of these customers, or of all if none are listed.
fn hand_some(
    scenario: Scenario,
    id: &str,
    revision: u64,
    from: &str,
    to: &str,
    start: Date,
    customers: Vec<String>,
) -> Scenario {
    let hand_over = HandOver {
        id: id.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        start,
        end: None,
        is_for_all: customers.is_empty(),
        customers,
    };
    scenario.decided(id, revision, Payload::HandOver(hand_over))
}

/// The meaning of one of `cards`' own codes, without dates.
fn code(scenario: Scenario, code: &str, revision: u64, meaning: Option<&str>) -> Scenario {
    let meanings = meaning.map(|id| Meaning { id: id.to_owned(), start: None, end: None });
    let key = format!("cards\t{code}");
    let meanings = meanings.into_iter().collect();
    let code = SourceCode { source: "cards".into(), code: code.to_owned(), meanings };
    scenario.decided(&key, revision, Payload::SourceCode(code))
}

fn card(id: &str, creditor: &'static str, branch: &'static str) -> Event<'static> {
    Event { customer: "sun".into(), branch: branch.into(), ..cards(id, DAY, 1, &[(creditor, "")]) }
}

fn one(id: &str) -> Vec<(u64, String, String)> {
    rows(&[(1, id, "1")])
}

/// A hand-over: id, to whom, first day, and whether it is for all customers or only for `sun`, with the cards
/// that have no customer.
type Told = (&'static str, &'static str, Date, bool);

#[test]
fn hand_overs_are_followed_by_date_then_those_that_name_the_customer_then_by_id() {
    let earlier = date(2025, 3, 9);
    let cases: [(&[Told], &str, &str); 5] = [
        (&[("h1", "bo", DAY, false), ("h2", "chen", earlier, true)], "sun", "chen"),
        (&[("h1", "bo", earlier, true), ("h2", "chen", DAY, true)], "sun", "bo"),
        (&[("h1", "bo", DAY, true), ("h2", "chen", DAY, false)], "sun", "chen"),
        (&[("h1", "bo", DAY, false), ("h10", "chen", DAY, false)], "sun", "bo"),
        (&[("h1", "bo", DAY, false), ("h2", "chen", DAY, true)], "", "chen"),
    ];
    for (told, customer, taker) in cases {
        for turned in [false, true] {
            let order: Vec<&Told> = if turned { told.iter().rev().collect() } else { told.iter().collect() };
            let scenario =
                order.into_iter().fold(scenario(march(10_000)), |scenario, (id, to, start, is_for_all)| {
                    let customers = if *is_for_all { vec![] } else { vec![String::new(), "sun".into()] };
                    hand_some(scenario, id, 1, "an", to, *start, customers)
                });
            let scenario =
                scenario.when_at(recorded(), Event { customer: customer.into(), ..card("1", "an", "b1") });
            assert_eq!(scenario.then("employee"), one(taker), "{told:?}, {turned}");
        }
    }
}

#[test]
fn events_without_customer_are_not_covered_by_hand_overs_of_named_customers() {
    let named = |customers| hand_some(scenario(march(10_000)), "h", 1, "an", "bo", DAY, customers);
    let scenario = named(vec![String::new(), "sun".into()]);
    let scenario = scenario.when_at(recorded(), Event { customer: "".into(), ..card("1", "an", "b1") });
    assert_eq!(scenario.then("employee"), one("an"));
}

/// The employee named in the event may have moved on another day than the employee it means.
#[test]
fn units_follow_the_moves_of_whoever_is_meant() {
    let moved = |id: &str, first: &str, then: &str, day: Date| {
        let at = |unit: &str, start, end| Membership {
            unit: unit.to_owned(),
            start,
            end,
            ..Membership::default()
        };
        let memberships = vec![at(first, None, Some(day.yesterday().unwrap())), at(then, Some(day), None)];
        Payload::Employee(Employee { memberships, ..Employee::new(id, id, None) })
    };
    let scenario = scenario(march(10_000))
        .decided("an", 2, moved("an", "b1", "b3", date(2025, 3, 5)))
        .decided("bo", 2, moved("bo", "b2", "b1", date(2025, 3, 15)));
    let scenario =
        hand(scenario, "h", 1, "an", "bo", date(2025, 3, 1)).when_at(recorded(), card("1", "an", "b1"));
    assert_eq!(scenario.then("branch"), one("b2"));
}

#[test]
fn the_last_of_several_hand_overs_moves_what_a_code_names() {
    let (first, second, third) = (date(2025, 3, 1), date(2025, 3, 2), date(2025, 3, 3));
    let scenario =
        code(scenario(march(10_000)), "0417", 1, Some("an")).when_at(recorded(), card("1", "0417", "b1"));
    let scenario = hand(hand(scenario, "h1", 1, "an", "bo", first), "h2", 1, "bo", "chen", second);
    let scenario = scenario.employee("du", Some("b1"));
    assert_eq!((scenario.then("employee"), scenario.then("branch")), (one("chen"), one("b3")));
    let scenario = hand(scenario.restarted(), "h3", 1, "chen", "du", third);
    assert_eq!((scenario.then("employee"), scenario.then("branch")), (one("du"), one("b1")));
    // The middle hand-over is now dated after the last one, so the last one is never reached.
    let scenario = hand(scenario.restarted(), "h2", 2, "bo", "chen", date(2025, 3, 4));
    assert_eq!((scenario.then("employee"), scenario.then("branch")), (one("chen"), one("b3")));
    let scenario = hand(scenario, "h1", 2, "an", "bo", date(2025, 3, 11));
    assert_eq!((scenario.then("employee"), scenario.then("branch")), (one("an"), one("b1")));
}

#[test]
fn a_hand_over_changed_to_another_giver_returns_what_it_had_moved() {
    let scenario = hand(scenario(march(10_000)), "h", 1, "an", "chen", DAY);
    let scenario =
        scenario.when_at(recorded(), card("1", "an", "b1")).when_at(recorded(), card("2", "bo", "b1"));
    let scenario = hand(scenario, "h", 2, "bo", "chen", DAY);
    let expected = rows(&[(1, "an", "1"), (1, "chen", "1")]);
    assert_eq!(scenario.then("employee"), expected);
    let scenario = scenario.restarted().when_at(recorded(), card("3", "an", "b1"));
    assert_eq!(scenario.then("employee"), rows(&[(1, "an", "2"), (2, "chen", "1")]));
}

/// If units follow the event's branch, no credit waits at a place for an unknown employee.
#[test]
fn the_employee_meant_may_become_known_after_the_facts() {
    let ways: [fn(Scenario) -> Scenario; 2] =
        [|scenario| hand(scenario, "h", 1, "an", "du", DAY), |scenario| code(scenario, "an", 1, Some("du"))];
    let cases = ways.iter().flat_map(|told| [(told, march(10_000)), (told, march_by_branch())]);
    for (told, contest) in cases {
        let scenario = told(scenario(contest).when_at(recorded(), card("1", "an", "b1")));
        assert_eq!((scenario.then("employee"), scenario.held()), (vec![], 1));
        let scenario = scenario.restarted().employee("du", Some("b1"));
        assert_eq!(
            (scenario.then("employee"), scenario.then("branch"), scenario.held()),
            (one("du"), one("b1"), 0)
        );
        // And may move, like anybody.
        let moved = Payload::Employee(Employee::new("du", "du", Some("b2")));
        let scenario = scenario.decided("du", 2, moved);
        assert_eq!(scenario.then("employee"), one("du"));
    }
}

#[test]
fn a_successor_who_moves_to_another_unit_takes_the_credits_along() {
    let scenario =
        hand(scenario(march(10_000)), "h", 1, "an", "bo", DAY).when_at(recorded(), card("1", "an", "b1"));
    let moved = |unit| Payload::Employee(Employee::new("bo", "bo", Some(unit)));
    let scenario = scenario.restarted().decided("bo", 2, moved("b3"));
    assert_eq!((scenario.then("employee"), scenario.then("branch")), (one("bo"), one("b3")));
    // Moves of the employee named on the card do not matter.
    let scenario = scenario.decided("an", 2, Payload::Employee(Employee::new("an", "an", Some("b2"))));
    assert_eq!((scenario.then("employee"), scenario.then("branch")), (one("bo"), one("b3")));
}

#[test]
fn a_code_for_a_branch_moves_the_credits_of_employees_in_a_contest_by_branch() {
    let scenario =
        code(scenario(march_by_branch()), "7001", 1, Some("b1")).when_at(recorded(), card("1", "an", "7001"));
    let scenario = code(scenario, "7001", 2, Some("b2"));
    assert_eq!((scenario.then("employee"), scenario.then("branch")), (one("an"), one("b2")));
    let scenario = code(scenario.restarted(), "7001", 3, None);
    assert_eq!((scenario.then("employee"), scenario.then("branch"), scenario.held()), (one("an"), vec![], 1));
    let scenario = code(scenario, "7001", 4, Some("b3"));
    assert_eq!(
        (scenario.then("employee"), scenario.then("branch"), scenario.held()),
        (one("an"), one("b3"), 0)
    );
    // The unit that the code means now belongs to another unit.
    let team = Payload::Unit(Unit::new("b3", "team", Some("b2"), "b3"));
    let scenario = scenario.restarted().decided("b3", 2, team);
    assert_eq!(scenario.then("branch"), one("b2"));
}

#[test]
fn a_branch_that_is_a_unit_may_become_a_code_of_another_unit() {
    let nobodys = Event { credits: vec![], ..card("2", "", "b1") };
    let scenario =
        scenario(march_by_branch()).when_at(recorded(), card("1", "an", "b1")).when_at(recorded(), nobodys);
    let scenario = code(scenario, "b1", 1, Some("b2"));
    assert_eq!(scenario.then("branch"), rows(&[(1, "b2", "2")]));
    let scenario = code(scenario.restarted(), "b1", 2, Some("b1"));
    assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "2")]));
}

/// An id may be both a unit's and an employee's. Used as a branch it is never handed over.
#[test]
fn a_branch_is_never_handed_over() {
    let nobodys = Event { credits: vec![], ..card("2", "", "b1") };
    let scenario =
        scenario(march_by_branch()).when_at(recorded(), card("1", "an", "b1")).when_at(recorded(), nobodys);
    let scenario = hand(scenario, "h", 1, "b1", "b2", date(2025, 3, 1));
    assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "2")]));
}

#[test]
fn an_older_revision_that_comes_after_a_restart_has_no_effect() {
    let scenario = hand(scenario(march(10_000)), "h", 2, "an", "bo", DAY);
    let scenario = code(scenario, "0417", 2, Some("an")).when_at(recorded(), card("1", "0417", "b1"));
    let scenario = code(hand(scenario.restarted(), "h", 1, "an", "chen", DAY), "0417", 1, Some("chen"));
    assert_eq!(scenario.then("employee"), one("bo"));
    let scenario = scenario.when_at(recorded(), card("2", "0417", "b1"));
    assert_eq!(scenario.then("employee"), rows(&[(1, "bo", "2")]));
}

/// Two cards under two names of one employee are in two leaves; both must be visited to find out who was
/// first.
#[test]
fn who_was_first_is_searched_under_all_names_of_an_employee() {
    let earliest = Contest { tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)], ..march(10_000) };
    let on = |id: &str, day, creditor| Event {
        business_date: date(2025, 3, day),
        occurred: at(date(2025, 3, day), 10),
        ..card(id, creditor, "b1")
    };
    let scenario = hand(scenario(earliest), "h", 1, "an", "bo", date(2025, 3, 12));
    let scenario = code(scenario, "0417", 1, Some("bo"));
    let scenario = scenario
        .when_at(recorded(), on("1", 14, "an"))
        .when_at(recorded(), on("2", 12, "0417"))
        .when_at(recorded(), on("3", 20, "an"))
        .when_at(recorded(), on("4", 10, "chen"))
        .when_at(recorded(), on("5", 13, "chen"))
        .restarted()
        .when_at(recorded(), back("6", "3", date(2025, 3, 25)));
    // `bo` reached it on the 14th under one name, and on the 12th under the other.
    assert_eq!(scenario.then("employee"), rows(&[(1, "chen", "2"), (2, "bo", "2")]));
    let scenario = scenario.when_at(recorded(), on("7", 15, "0417")).when_at(recorded(), on("8", 16, "chen"));
    assert_eq!(scenario.then("employee"), rows(&[(1, "bo", "3"), (2, "chen", "3")]));
}

/// The part of a card that is left counts for whom the name means on the card's own day; what is taken counts
/// for whom it means on the later day.
#[test]
fn a_reversal_that_came_first_waits_for_the_customer_of_the_card() {
    let dated = with(back("2", "1", date(2025, 3, 12)), |part| part.dated = true);
    let scenario =
        hand(scenario(march(10_000)), "h", 1, "an", "bo", date(2025, 3, 11)).when_at(recorded(), dated);
    let scenario = scenario.restarted().when_at(recorded(), card("1", "an", "b1"));
    assert_eq!(scenario.then("employee"), rows(&[(1, "an", "1"), (2, "bo", "-1")]));
}

#[test]
fn a_result_stays_and_lists_the_decision_that_would_have_changed_it() {
    let told = |scenario: Scenario| {
        let late = scenario.ask(|shard, _| {
            shard
                .subscribers()
                .contest("c")
                .and_then(|served| served.sealed.as_ref())
                .unwrap()
                .result
                .late_entries
        });
        let result = scenario.result().unwrap();
        let ids = result.standings.tables[0].rows.iter().map(|row| row.id.clone());
        (ids.collect::<Vec<String>>(), late)
    };
    let sealed = || {
        let scenario = scenario(march(10_000)).when_at(recorded(), card("1", "an", "b1"));
        assert_eq!(scenario.then("employee"), one("an"));
        scenario.sealed("c")
    };
    let an = || vec!["an".to_owned()];
    assert_eq!(told(hand(sealed(), "h", 1, "an", "bo", DAY)), (an(), 1));
    assert_eq!(told(hand(sealed(), "h", 1, "an", "bo", date(2025, 3, 11))), (an(), 0));
    assert_eq!(told(code(sealed(), "an", 1, Some("bo"))), (an(), 1));
    // If a fact after the seal changes a credit that a hand-over moved, the fact is listed.
    let after = hand(sealed(), "h", 1, "bo", "chen", DAY);
    assert_eq!(told(after.when_at(recorded(), card("2", "bo", "b1"))), (an(), 1));
    let after = hand(sealed(), "h", 1, "an", "bo", DAY);
    assert_eq!(after.then("employee"), one("bo"));
}

fn lines(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(id, points)| ((*id).to_owned(), (*points).to_owned())).collect()
}

#[test]
fn a_statement_has_the_credits_under_any_name_that_stayed() {
    let scenario = code(scenario(march(10_000)), "0417", 1, Some("an"));
    let scenario = hand(scenario, "h", 1, "an", "bo", date(2025, 3, 11));
    let dated = with(back("4", "1", date(2025, 3, 12)), |part| part.dated = true);
    let scenario = scenario
        .when_at(recorded(), card("1", "0417", "b1"))
        .when_at(recorded(), Event { business_date: date(2025, 3, 11), ..card("2", "an", "b1") })
        .when_at(recorded(), card("3", "bo", "b1"))
        .when_at(recorded(), dated);
    assert_eq!(scenario.account("an"), lines(&[("1", "1")]));
    assert_eq!(scenario.account("bo"), lines(&[("4", "-1"), ("2", "1"), ("3", "1")]));
    assert_eq!((scenario.account("chen"), scenario.account("0417")), (vec![], vec![]));
}
