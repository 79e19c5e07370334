//! The three cases in which the order of the log matters: which copy of an identity comes first, on which
//! side of a deadline an entry was recorded, and on which side of a seal it is. Nothing else may depend on
//! the order.

use jiff::civil::{Date, date};
use longhu_core::contest::Contest;
use longhu_core::event::Event;
use longhu_core::fold::result::sealed::Sealed;
use longhu_core::fold::shard::Shard;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards};
use longhu_core::testkit::rules::march;
use longhu_core::testkit::scenario::rows;

const DAY: Date = date(2025, 3, 10);

fn scenario() -> Scenario {
    Scenario::given().unit("b1", "branch", None).employee("wang", Some("b1")).employee("li", Some("b1"))
}

fn of(id: &str, count: i64, employee: &'static str) -> Event<'static> {
    cards(id, DAY, count, &[(employee, "")])
}

fn sealed(shard: &Shard) -> &Sealed {
    shard.subscribers().contest("c").and_then(|served| served.sealed.as_ref()).unwrap()
}

#[test]
fn the_first_in_the_log_of_conflicting_copies_counts() {
    let recorded = at(DAY, 18);
    let told = |first: Event<'static>, second: Event<'static>| {
        let scenario = scenario().contest(march(10_000)).when_at(recorded, first).when_at(recorded, second);
        assert_eq!(scenario.folded().shard.head().counters.conflicts, 1);
        scenario.then("employee")
    };
    assert_eq!(told(of("1", 1, "wang"), of("1", 5, "li")), rows(&[(1, "wang", "1")]));
    assert_eq!(told(of("1", 5, "li"), of("1", 1, "wang")), rows(&[(1, "li", "5")]));
}

#[test]
fn the_first_in_the_log_of_copies_before_and_after_the_deadline_counts() {
    let deadline = at(date(2025, 4, 5), 0);
    let (before, after) = (at(date(2025, 4, 4), 0), at(date(2025, 4, 6), 0));
    let contest = Contest { grace_days: Some(4), scoring_deadline: Some(deadline), ..march(10_000) };
    let told = |first, second| {
        let scenario = scenario().contest(contest.clone());
        let scenario = scenario.when_at(first, of("1", 3, "wang")).when_at(second, of("1", 3, "wang"));
        (scenario.then("employee"), scenario.says().late)
    };
    assert_eq!(told(before, after), (rows(&[(1, "wang", "3")]), 0));
    // Two ingest processes may write batches in a different order than their clocks say: here the first copy
    // is late.
    assert_eq!(told(after, before), (rows(&[]), 1));
}

#[test]
fn entries_before_the_seal_are_in_the_result_and_those_after_it_are_listed() {
    let recorded = at(date(2025, 4, 2), 9);
    let told = |scenario: Scenario| {
        let late = scenario.ask(|shard, _| sealed(shard).result.late_entries);
        let result = scenario.result().unwrap();
        let scores = result.standings.tables[0].rows.iter().map(|row| row.score / 10_000);
        (scores.collect::<Vec<i128>>(), late, scenario.then("employee"))
    };
    let begun = || scenario().contest(march(10_000)).when_at(recorded, of("1", 3, "wang"));
    let before = begun().when_at(recorded, of("2", 4, "wang")).sealed("c");
    assert_eq!(told(before), (vec![7], 0, rows(&[(1, "wang", "7")])));
    let after = begun().sealed("c").when_at(recorded, of("2", 4, "wang"));
    assert_eq!(told(after), (vec![3], 1, rows(&[(1, "wang", "7")])));
    let taken = begun().sealed("c").when_at(recorded, back("3", "1", DAY));
    assert_eq!(told(taken), (vec![3], 1, rows(&[])));
}

#[test]
fn a_copy_after_the_seal_of_an_entry_before_it_has_no_effect() {
    let recorded = at(date(2025, 4, 2), 9);
    let begun = scenario().contest(march(10_000)).when_at(recorded, of("1", 3, "wang")).sealed("c");
    let scenario = begun.when_at(recorded, of("1", 3, "wang")).when_at(recorded, of("1", 8, "li"));
    let late = scenario.ask(|shard, _| sealed(shard).result.late_entries);
    assert_eq!((late, scenario.then("employee")), (0, rows(&[(1, "wang", "3")])));
    let counters = scenario.folded().shard.head().counters;
    assert_eq!((counters.duplicates, counters.conflicts), (1, 1));
}
