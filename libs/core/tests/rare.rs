//! Rules that generated worlds cover too rarely. Each of these tests was checked by breaking the fold on
//! purpose: this test failed and no other did.

use jiff::civil::date;
use longhu_core::Time;
use longhu_core::contest::{Contest, Indicator, Measure, Points, TieBreak};
use longhu_core::event::Event;
use longhu_core::rule::{measure, tie_break};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards, with};
use longhu_core::testkit::rules::march;
use longhu_core::testkit::scenario::rows;
use longhu_core::types::ids::RowId;
use longhu_core::types::money::{Amount, Currency};

const RECORDED_DAY: jiff::civil::Date = date(2025, 3, 30);

fn recorded() -> Time {
    at(RECORDED_DAY, 9)
}

fn two_tellers(points_e4: i64) -> Scenario {
    let earliest = Contest { tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)], ..march(points_e4) };
    Scenario::given().employee("li", None).employee("zhao", None).contest(earliest)
}

fn of(id: &str, employee: &'static str, day: i8, hour: i64, count: i64) -> Event<'static> {
    let day = date(2025, 3, day);
    Event { occurred: at(day, hour), ..cards(id, day, count, &[(employee, "")]) }
}

/// The search may end only when all earlier entries have earlier dates than the best one. An entry of the
/// same day may still have a later time.
#[test]
fn who_was_first_is_searched_in_all_entries_of_the_day_on_which_the_score_was_reached() {
    let scenario = two_tellers(10_000)
        .when_at(recorded(), of("1", "li", 10, 15, 1))
        .when_at(recorded(), of("2", "li", 10, 9, 1))
        .when_at(recorded(), of("3", "li", 20, 9, 1))
        .when_at(recorded(), of("4", "zhao", 10, 12, 2))
        .when_at(recorded(), back("5", "3", date(2025, 3, 25)));
    assert_eq!(scenario.then("employee"), rows(&[(1, "zhao", "2"), (2, "li", "2")]));
}

/// In a contest of deductions a dated reversal raises the score, on a later day than the original's. The
/// search must not skip the original because its own day is before the best day, whichever of the two entries
/// came first.
#[test]
fn who_was_first_is_searched_in_dated_reversals_of_older_originals() {
    let part = |id: &str, of: &str, day| {
        let taking = |part: &mut longhu_core::event::Reversal| (part.dated, part.quantity) = (true, Some(1));
        with(back(id, of, date(2025, 3, day)), taking)
    };
    for came_first in [true, false] {
        let scenario = two_tellers(-10_000);
        let (original, taking) = (of("1", "li", 5, 9, 2), part("2", "1", 20));
        let (first, second) = if came_first { (taking, original) } else { (original, taking) };
        let scenario = scenario
            .when_at(recorded(), first)
            .when_at(recorded(), second)
            .when_at(recorded(), of("3", "li", 7, 9, 2))
            .when_at(recorded(), part("4", "3", 12))
            .when_at(recorded(), of("5", "li", 6, 9, 2))
            .when_at(recorded(), part("6", "5", 25))
            .when_at(recorded(), of("7", "zhao", 8, 9, 3))
            .when_at(recorded(), part("8", "7", 15))
            .when_at(recorded(), back("9", "5", date(2025, 3, 26)));
        // Reached on the 20th and on the 15th.
        let expected = [(1, "zhao", "-2"), (2, "li", "-2")];
        assert_eq!(scenario.then("employee"), rows(&expected), "the reversal came first: {came_first}");
    }
}

/// The unassigned part of an event is in the chain of the event's branch, and the search must find it there.
#[test]
fn who_was_first_is_searched_in_unassigned_parts_of_branches() {
    for share_ppm in [None, Some(500_000)] {
        let stays = |id: &str, branch: &'static str, day, count| {
            let mut event = Event { branch: branch.into(), ..of(id, "li", day, 9, count) };
            match share_ppm {
                Some(_) => event.credits[0].share_ppm = share_ppm,
                None => event.credits.clear(),
            }
            event
        };
        let scenario = two_tellers(20_000)
            .unit("b1", "branch", None)
            .unit("b2", "branch", None)
            .when_at(recorded(), stays("1", "b1", 10, 2))
            .when_at(recorded(), stays("2", "b1", 20, 1))
            .when_at(recorded(), stays("3", "b2", 15, 2))
            .when_at(recorded(), back("4", "2", date(2025, 3, 25)));
        let points = if share_ppm.is_some() { "2" } else { "4" };
        assert_eq!(scenario.then("branch"), rows(&[(1, "b1", points), (2, "b2", points)]), "{share_ppm:?}");
    }
}

/// Chains of entries are restored after a restart.
#[test]
fn who_was_first_is_searched_in_entries_from_before_a_restart() {
    let scenario = two_tellers(10_000)
        .when_at(recorded(), of("1", "li", 10, 9, 1))
        .when_at(recorded(), of("2", "zhao", 12, 9, 1))
        .when_at(recorded(), of("3", "li", 20, 9, 1))
        .restarted()
        .when_at(recorded(), back("4", "3", date(2025, 3, 25)));
    assert_eq!(scenario.then("employee"), rows(&[(1, "li", "1"), (2, "zhao", "1")]));
}

/// While a contest is read again from the log, the search meets originals that the contest has not read yet.
/// One that is reversed before it is read never raised a score.
#[test]
fn who_was_first_is_searched_only_in_entries_that_are_computed_already() {
    let earliest = Contest { tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)], ..march(10_000) };
    let scenario = Scenario::given()
        .employee("li", None)
        .employee("zhao", None)
        .contest(march(10_000))
        .when_at(recorded(), of("1", "li", 10, 9, 1))
        .amended(2, earliest)
        .when_at(recorded(), of("2", "zhao", 7, 9, 1))
        .when_at(recorded(), of("3", "li", 20, 9, 1))
        .when_at(recorded(), of("4", "li", 5, 9, 1))
        .when_at(recorded(), back("5", "3", date(2025, 3, 25)))
        .when_at(recorded(), back("6", "1", date(2025, 3, 25)));
    assert_eq!(scenario.then("employee"), rows(&[(1, "li", "1"), (2, "zhao", "1")]));
}

/// Reversals with the same time are applied in the order of ids, then of numbers where a source used one id
/// twice, never in the order of arrival. If 50 of 500 yuan are taken first, the rest still passes the filter
/// and the credit changes; if 150 are taken first, the credit ends.
#[test]
fn reversals_of_one_instant_apply_in_the_order_of_ids_and_numbers() {
    let mut contest = march(10_000);
    contest.indicators[0].measure = Measure::Amount(measure::Amount);
    contest.indicators[0].filter.amount_min = Some(40_000);
    let yuan = |minor| Some(Amount { currency: Currency::parse("CNY").unwrap(), minor });
    for numbered in [true, false] {
        let number = |number: u64| numbered.then_some(number);
        let sold =
            || Event { amount: yuan(50_000), source_sequence: number(1), ..of("1", "nobody", 3, 9, 1) };
        let taken = |nth: u64, minor| {
            let id = if numbered { "r".to_owned() } else { nth.to_string() };
            let event = with(back(&id, "1", date(2025, 3, 20)), |part| {
                (part.dated, part.amount, part.source_sequence) = (true, yuan(minor), number(1));
            });
            Event { source_sequence: number(nth), ..event }
        };
        let held = |entries: [Event<'static>; 3]| {
            let scenario = Scenario::given().contest(contest.clone());
            entries.into_iter().fold(scenario, |scenario, entry| scenario.when_at(recorded(), entry)).held()
        };
        // The sale, and the two steps in which it is reversed.
        assert_eq!(held([sold(), taken(2, 5_000), taken(3, 10_000)]), 3);
        assert_eq!(held([sold(), taken(3, 10_000), taken(2, 5_000)]), 3);
        assert_eq!(held([taken(3, 10_000), taken(2, 5_000), sold()]), 3);
        // In the other order there is only one step.
        assert_eq!(held([sold(), taken(2, 15_000), taken(3, 5_000)]), 2);
        assert_eq!(held([sold(), taken(3, 5_000), taken(2, 15_000)]), 2);
    }
}

/// Events of a type that no contest counted are not in the journal. A contest of a later period that counts
/// the type must read them from the log, because a dated reversal can still take them back in that period.
#[test]
fn a_contest_of_a_later_period_reads_the_log_for_what_may_still_be_reversed() {
    let april = Contest { start: date(2025, 4, 1), end: date(2025, 4, 30), ..march(10_000) };
    let dated = || with(back("2", "1", date(2025, 4, 2)), |part| part.dated = true);
    let given = || Scenario::given().employee("li", None).when_at(recorded(), of("1", "li", 3, 9, 1));
    let scenario = given().contest(april.clone()).when_at(at(date(2025, 4, 2), 9), dated());
    assert_eq!(scenario.then("employee"), rows(&[(1, "li", "-1")]));
    // Another contest counts the type, but is replaced before it has read the log.
    let overtaken = given().contest(march(10_000)).amended(2, april);
    let scenario = overtaken.when_at(at(date(2025, 4, 2), 9), dated());
    assert_eq!(scenario.then("employee"), rows(&[(1, "li", "-1")]));
}

/// Once a contest has read the log, all events of its types are in the journal, also after a restart: a
/// contest of another period is served at once.
#[test]
fn types_that_were_read_whole_are_not_read_again_after_a_restart() {
    let april = Contest { start: date(2025, 4, 1), end: date(2025, 4, 30), ..march(10_000) };
    let given = Scenario::given().employee("li", None).when_at(recorded(), of("1", "li", 3, 9, 1));
    let scenario = given.contest(march(10_000)).restarted();
    assert_eq!(scenario.folded().shard.waiting().len(), 1);
    assert_eq!(scenario.then("employee"), rows(&[(1, "li", "1")]));
    let scenario = scenario.restarted().amended(2, april);
    assert!(scenario.folded().shard.waiting().is_empty());
    assert_eq!(scenario.then("employee"), rows(&[]));
}

#[test]
fn an_amendment_whose_first_or_last_day_is_the_only_one_with_events_reads_the_log() {
    let march = |start, end| Contest { start, end, ..march(10_000) };
    let (first, only, last) = (date(2025, 3, 1), date(2025, 3, 15), date(2025, 3, 31));
    for (start, end) in [(first, only), (only, last)] {
        let scenario = Scenario::given()
            .employee("li", None)
            .contest(march(first, last))
            .when_at(recorded(), of("1", "li", 15, 9, 1))
            .amended(2, march(start, end));
        assert_eq!(scenario.then("employee"), rows(&[(1, "li", "1")]), "{start} to {end}");
    }
}

#[test]
fn each_indicator_of_a_tie_break_chain_uses_its_own_measure() {
    let mut contest = march(0);
    contest.indicators[0].measure = Measure::Count(measure::Count);
    for kind in ["card.activated", "visit.made"] {
        let events = vec![kind.to_owned()];
        contest.indicators.push(Indicator { id: kind.into(), events, ..contest.indicators[0].clone() });
    }
    contest.indicators[2].points = Points::per_unit(10_000);
    contest.tie_breaks =
        vec![TieBreak::Indicator(tie_break::Indicator(0)), TieBreak::Indicator(tie_break::Indicator(1))];
    let events =
        [("li", "card.issued"), ("zhao", "card.issued"), ("zhao", "card.activated"), ("li", "visit.made")];
    let events = events.into_iter().chain([("zhao", "visit.made")]).zip(1..);
    let scenario = Scenario::given().employee("li", None).employee("zhao", None).contest(contest);
    let scenario = events.fold(scenario, |scenario, ((employee, kind), id)| {
        scenario.when_at(recorded(), Event { kind: kind.into(), ..of(&id.to_string(), employee, 3, 9, 1) })
    });
    assert_eq!(scenario.then("employee"), rows(&[(1, "zhao", "1"), (2, "li", "1")]));
}

/// A result with more rows than fit into a page.
#[test]
fn a_result_of_many_rows_is_whole_after_a_restart() {
    let ids: Vec<String> = (0..600).map(|number| format!("e{number:03}")).collect();
    let scenario =
        ids.iter().fold(Scenario::given(), |scenario, id| scenario.employee(id, None)).contest(march(10_000));
    let scenario = ids.iter().fold(scenario, |scenario, id| {
        let mut event = of(id, "", 3, 9, 1);
        event.credits[0].employee = id.clone().into();
        scenario.when_at(recorded(), event)
    });
    let scenario = scenario.sealed("c");
    let board = |scenario: &Scenario| {
        scenario.ask(|shard, _| {
            let sealed = shard.subscribers().contest("c").and_then(|served| served.sealed.as_ref()).unwrap();
            let board = sealed.board("employee").unwrap();
            (board.len(), board.digest(), sealed.name("employee", RowId::new(599)).map(str::to_owned))
        })
    };
    let before = board(&scenario);
    assert_eq!((before.0, before.2.as_deref()), (600, Some("e599")));
    assert_eq!(board(&scenario.restarted()), before);
}
