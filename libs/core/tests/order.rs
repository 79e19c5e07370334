//! The three cases in which the order of the log matters, by name: which copy of an identity comes first, on which side of
//! a deadline an entry was recorded, and on which side of a seal it stands. Everything else must not depend on it.

#[allow(dead_code, reason = "each test target uses its own part of it")]
#[path = "support/given.rs"]
mod given;

use given::{Bank, at, back, cards, march, rows};
use jiff::civil::{Date, date};
use longhu_core::contest::Contest;
use longhu_core::event::Event;

const DAY: Date = date(2025, 3, 10);

fn bank() -> Bank {
    Bank::given().unit("b1", "branch", None).employee("wang", Some("b1")).employee("li", Some("b1"))
}

fn of(id: &str, count: i64, employee: &'static str) -> Event<'static> {
    cards(id, DAY, count, &[(employee, "")])
}

#[test]
fn of_copies_that_conflict_the_first_in_the_log_counts() {
    let recorded = at(DAY, 18);
    let told = |first: Event<'static>, second: Event<'static>| {
        let mut bank = bank().contest(march(10_000)).when(recorded, first).when(recorded, second);
        assert_eq!(bank.shard.head().counters.conflicts, 1);
        bank.then("employee")
    };
    assert_eq!(told(of("1", 1, "wang"), of("1", 5, "li")), rows(&[(1, "wang", "1")]));
    assert_eq!(told(of("1", 5, "li"), of("1", 1, "wang")), rows(&[(1, "li", "5")]));
}

#[test]
fn of_copies_on_both_sides_of_the_deadline_the_first_in_the_log_counts() {
    let deadline = at(date(2025, 4, 5), 0);
    let (before, after) = (at(date(2025, 4, 4), 0), at(date(2025, 4, 6), 0));
    let contest = Contest { grace_days: Some(4), scoring_deadline: Some(deadline), ..march(10_000) };
    let told = |first, second| {
        let bank = bank().contest(contest.clone());
        let mut bank = bank.when(first, of("1", 3, "wang")).when(second, of("1", 3, "wang"));
        let late = bank.shard.contest("c").and_then(|served| served.live.as_ref()).map(|live| live.late());
        (bank.then("employee"), late)
    };
    assert_eq!(told(before, after), (rows(&[(1, "wang", "3")]), Some(0)));
    // Two ingest processes may write their batches in another order than their clocks say: the first copy is late.
    assert_eq!(told(after, before), (rows(&[]), Some(1)));
}

#[test]
fn what_stands_before_the_seal_is_in_the_result_and_what_stands_after_it_is_listed() {
    let recorded = at(date(2025, 4, 2), 9);
    let told = |bank: Bank| {
        let mut bank = bank;
        bank.shard.settle();
        let sealed = bank.shard.contest("c").and_then(|served| served.sealed.clone()).unwrap();
        let board = sealed.board("employee").unwrap();
        let scores: Vec<String> =
            board.from(0, bank.shard.sources()).map(|(_, row)| board.score(row).to_string()).collect();
        (scores, sealed.result.late_entries, bank.then("employee"))
    };
    let begun = || bank().contest(march(10_000)).when(recorded, of("1", 3, "wang"));
    let before = begun().when(recorded, of("2", 4, "wang")).sealed();
    assert_eq!(told(before), (vec!["7".to_owned()], 0, rows(&[(1, "wang", "7")])));
    let after = begun().sealed().when(recorded, of("2", 4, "wang"));
    assert_eq!(told(after), (vec!["3".to_owned()], 1, rows(&[(1, "wang", "7")])));
    let taken = begun().sealed().when(recorded, back("3", "1", DAY));
    assert_eq!(told(taken), (vec!["3".to_owned()], 1, rows(&[])));
}

#[test]
fn of_copies_on_both_sides_of_the_seal_the_first_is_in_the_result_and_the_second_is_nothing() {
    let recorded = at(date(2025, 4, 2), 9);
    let begun = bank().contest(march(10_000)).when(recorded, of("1", 3, "wang")).sealed();
    let mut bank = begun.when(recorded, of("1", 3, "wang")).when(recorded, of("1", 8, "li"));
    let late =
        bank.shard.contest("c").and_then(|served| served.sealed.as_ref()).map(|s| s.result.late_entries);
    assert_eq!((late, bank.then("employee")), (Some(0), rows(&[(1, "wang", "3")])));
    let counters = bank.shard.head().counters;
    assert_eq!((counters.duplicates, counters.conflicts), (1, 1));
}
