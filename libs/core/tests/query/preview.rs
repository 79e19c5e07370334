//! The preview of a change of the organisation: it shows what the change then does, and asking for it changes
//! nothing.

use jiff::civil::{Date, date};
use longhu_core::contest::{Credited, Measure};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::fold::board::rank_moves::Standing;
use longhu_core::fold::query::preview::{MOVES_MAX, Move, TouchedBoard};
use longhu_core::organisation::{Employee, Membership};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, cards};
use longhu_core::testkit::rules::march;
use longhu_core::testkit::scenario::rows;
use longhu_core::types::money::{Amount, Currency};
use longhu_core::types::score::Score;

const RECORDED_DAY: Date = date(2025, 3, 30);

fn moved(to: &str, on: Date) -> Payload {
    let before = on.yesterday().unwrap();
    let first = Membership { unit: "a".into(), end: Some(before), ..Membership::default() };
    let second = Membership { unit: to.into(), start: Some(on), ..Membership::default() };
    Payload::Employee(Employee { memberships: vec![first, second], ..Employee::new("li", "li", None) })
}

fn scenario() -> Scenario {
    let recorded = at(RECORDED_DAY, 9);
    Scenario::given()
        .unit("a", "branch", None)
        .unit("b", "branch", None)
        .employee("li", Some("a"))
        .employee("zhao", Some("b"))
        .contest(march(10_000))
        .when_at(recorded, cards("1", date(2025, 3, 5), 3, &[("li", "")]))
        .when_at(recorded, cards("2", date(2025, 3, 20), 4, &[("li", "")]))
        .when_at(recorded, cards("3", date(2025, 3, 20), 5, &[("zhao", "")]))
        .when_at(recorded, cards("4", date(2025, 3, 21), 2, &[("sun", "")]))
}

fn stands(rank: u64, points: i128) -> Option<Standing> {
    Some((rank, Score(points * 10_000)))
}

#[test]
fn a_transfer_is_shown_with_the_ranks_that_it_changes_and_nothing_is_done() {
    let scenario = scenario().restarted();
    let before = (scenario.then("branch"), scenario.digest("branch"), scenario.digest("employee"));
    let told = scenario.preview(&[("li", 2, moved("b", date(2025, 3, 15)))]);
    assert_eq!((scenario.then("branch"), scenario.digest("branch"), scenario.digest("employee")), before);
    assert_eq!(before.0, rows(&[(1, "a", "7"), (2, "b", "5")]));
    let [touched] = &told[..] else { panic!("{told:?}") };
    let one = |participant: &str, now, then| Move { participant: participant.into(), now, then };
    let moves = vec![one("b", stands(2, 5), stands(1, 9)), one("a", stands(1, 7), stands(2, 3))];
    assert_eq!(touched.boards, [TouchedBoard { kind: "branch".into(), total: 2, moves }]);
    assert_eq!(touched.held, (1, 1));
    let done = scenario.decided("li", 2, moved("b", date(2025, 3, 15)));
    assert_eq!(done.then("branch"), rows(&[(1, "b", "9"), (2, "a", "3")]));
}

/// The balances of moved holders were missing: the copy had no dossiers, in particular none of those since
/// the last checkpoint.
#[test]
fn balances_move_with_their_holders() {
    let mut contest = march(10_000);
    let credited = Credited::HolderOfTheDay;
    contest.indicators[0].events = vec!["account.balance_reported".into()];
    contest.indicators[0].measure = Measure::NetChange(measure::NetChange { credited, base: None });
    let reported = |id: &str, day: i8, yuan: i64, who: &'static str| Event {
        kind: "account.balance_reported".into(),
        subject: who.into(),
        amount: Some(Amount { currency: Currency::parse("CNY").unwrap(), minor: yuan * 100 }),
        ..cards(id, date(2025, 3, day), 1, &[(who, "")])
    };
    let recorded = at(RECORDED_DAY, 9);
    let scenario = Scenario::given()
        .unit("a", "branch", None)
        .unit("b", "branch", None)
        .employee("li", Some("a"))
        .employee("zhao", Some("b"))
        .contest(contest)
        .when_at(recorded, reported("1", 5, 3, "li"))
        .when_at(recorded, reported("2", 20, 7, "li"))
        .when_at(recorded, reported("3", 20, 5, "zhao"));
    let told = scenario.preview(&[("li", 2, moved("b", date(2025, 3, 15)))]);
    let one = |participant: &str, now, then| Move { participant: participant.into(), now, then };
    let moves = vec![one("b", stands(2, 5), stands(1, 9)), one("a", stands(1, 7), stands(2, 3))];
    assert_eq!(told[0].boards, [TouchedBoard { kind: "branch".into(), total: 2, moves }]);
    let done = scenario.decided("li", 2, moved("b", date(2025, 3, 15)));
    assert_eq!(done.then("branch"), rows(&[(1, "b", "9"), (2, "a", "3")]));
}

#[test]
fn new_participants_and_credits_that_no_longer_wait_are_shown() {
    let scenario = scenario();
    let sun = Payload::Employee(Employee::new("sun", "sun", Some("a")));
    let told = scenario.preview(&[("sun", 1, sun)]);
    assert_eq!(told[0].held, (1, 0));
    let employees = told[0].boards.iter().find(|board| board.kind == "employee").unwrap();
    let comes = Move { participant: "sun".into(), now: None, then: stands(3, 2) };
    assert_eq!((employees.total, &employees.moves[..]), (1, &[comes][..]));
}

#[test]
fn a_change_without_effect_shows_no_contest_and_long_lists_are_cut() {
    let mut scenario = scenario();
    assert_eq!(scenario.preview(&[("li", 2, moved("b", date(2025, 4, 1)))]), []);
    let recorded = at(RECORDED_DAY, 9);
    for teller in 0..150 {
        let id: &'static str = Box::leak(format!("t-{teller:03}").into_boxed_str());
        scenario = scenario.employee(id, None).when_at(recorded, cards(id, date(2025, 3, 9), 1, &[(id, "")]));
    }
    let told = scenario.preview(&[("sun", 1, Payload::Employee(Employee::new("sun", "sun", None)))]);
    let employees = told[0].boards.iter().find(|board| board.kind == "employee").unwrap();
    assert_eq!((employees.total, employees.moves.len()), (151, MOVES_MAX));
    assert_eq!(employees.moves[0].participant, "sun");
}
