//! Rules that generated worlds meet too seldom to hold: each of these was broken on purpose and nothing else noticed.

#[allow(dead_code, reason = "each test target uses its own part of it")]
#[path = "support/given.rs"]
mod given;

use given::{Bank, at, back, cards, march, rows, with};
use jiff::civil::date;
use longhu_core::Time;
use longhu_core::contest::{Contest, Measure, TieBreak};
use longhu_core::event::Event;
use longhu_core::money::{Amount, Currency};

const RECORDED_DAY: jiff::civil::Date = date(2025, 3, 30);

fn recorded() -> Time {
    at(RECORDED_DAY, 9)
}

fn two_tellers(points_e4: i64) -> Bank {
    let earliest = Contest { tie_breaks: vec![TieBreak::Earliest], ..march(points_e4) };
    Bank::given().employee("li", None).employee("zhao", None).contest(earliest)
}

fn of(id: &str, employee: &'static str, day: i8, hour: i64, count: i64) -> Event<'static> {
    let day = date(2025, 3, day);
    Event { occurred: at(day, hour), ..cards(id, day, count, &[(employee, "")]) }
}

/// The walk ends when no earlier entry may have a later date than the best; one of the same day may have a later hour.
#[test]
fn who_was_first_is_asked_of_every_entry_of_the_day_on_which_the_score_was_reached() {
    let mut bank = two_tellers(10_000)
        .when(recorded(), of("1", "li", 10, 15, 1))
        .when(recorded(), of("2", "li", 10, 9, 1))
        .when(recorded(), of("3", "li", 20, 9, 1))
        .when(recorded(), of("4", "zhao", 10, 12, 2))
        .when(recorded(), back("5", "3", date(2025, 3, 25)));
    assert_eq!(bank.then("employee"), rows(&[(1, "zhao", "2"), (2, "li", "2")]));
}

/// In a contest of deductions a dated reversal raises the score, later than its original's day. The walk must not end
/// before an original for having a better day than the original's own, whichever of the two came first.
#[test]
fn who_was_first_is_asked_of_dated_reversals_of_older_originals() {
    let part = |id: &str, of: &str, day| {
        let taking = |part: &mut longhu_core::event::Reversal| (part.dated, part.quantity) = (true, Some(1));
        with(back(id, of, date(2025, 3, day)), taking)
    };
    for came_first in [true, false] {
        let bank = two_tellers(-10_000);
        let (original, taking) = (of("1", "li", 5, 9, 2), part("2", "1", 20));
        let (first, second) = if came_first { (taking, original) } else { (original, taking) };
        let mut bank = bank
            .when(recorded(), first)
            .when(recorded(), second)
            .when(recorded(), of("3", "li", 7, 9, 2))
            .when(recorded(), part("4", "3", 12))
            .when(recorded(), of("5", "li", 6, 9, 2))
            .when(recorded(), part("6", "5", 25))
            .when(recorded(), of("7", "zhao", 8, 9, 3))
            .when(recorded(), part("8", "7", 15))
            .when(recorded(), back("9", "5", date(2025, 3, 26)));
        // Since the 20th and since the 15th.
        let expected = [(1, "zhao", "-2"), (2, "li", "-2")];
        assert_eq!(bank.then("employee"), rows(&expected), "the reversal came first: {came_first}");
    }
}

/// What nobody is credited for is in the chain of the event's branch, which the walk asks like anybody's.
#[test]
fn who_was_first_is_asked_of_branches_for_what_stays_with_them() {
    for share_ppm in [None, Some(500_000)] {
        let stays = |id: &str, branch: &'static str, day, count| {
            let mut event = Event { branch: branch.into(), ..of(id, "li", day, 9, count) };
            match share_ppm {
                Some(_) => event.credits[0].share_ppm = share_ppm,
                None => event.credits.clear(),
            }
            event
        };
        let mut bank = two_tellers(20_000)
            .unit("b1", "branch", None)
            .unit("b2", "branch", None)
            .when(recorded(), stays("1", "b1", 10, 2))
            .when(recorded(), stays("2", "b1", 20, 1))
            .when(recorded(), stays("3", "b2", 15, 2))
            .when(recorded(), back("4", "2", date(2025, 3, 25)));
        let points = if share_ppm.is_some() { "2" } else { "4" };
        assert_eq!(bank.then("branch"), rows(&[(1, "b1", points), (2, "b2", points)]), "{share_ppm:?}");
    }
}

/// The chains of entries are there again after a restart.
#[test]
fn who_was_first_is_asked_of_entries_from_before_a_restart() {
    let mut bank = two_tellers(10_000)
        .when(recorded(), of("1", "li", 10, 9, 1))
        .when(recorded(), of("2", "zhao", 12, 9, 1))
        .when(recorded(), of("3", "li", 20, 9, 1))
        .restarted()
        .when(recorded(), back("4", "3", date(2025, 3, 25)));
    assert_eq!(bank.then("employee"), rows(&[(1, "li", "1"), (2, "zhao", "1")]));
}

/// While a contest is read again from the log, the walk meets originals that it does not have yet. One that is taken back
/// before it is read never raised a score.
#[test]
fn who_was_first_is_asked_of_those_entries_only_that_are_computed_already() {
    let earliest = Contest { tie_breaks: vec![TieBreak::Earliest], ..march(10_000) };
    let mut bank = Bank::given()
        .employee("li", None)
        .employee("zhao", None)
        .contest(march(10_000))
        .when(recorded(), of("1", "li", 10, 9, 1))
        .amended(2, earliest)
        .when(recorded(), of("2", "zhao", 7, 9, 1))
        .when(recorded(), of("3", "li", 20, 9, 1))
        .when(recorded(), of("4", "li", 5, 9, 1))
        .when(recorded(), back("5", "3", date(2025, 3, 25)))
        .when(recorded(), back("6", "1", date(2025, 3, 25)));
    assert_eq!(bank.then("employee"), rows(&[(1, "li", "1"), (2, "zhao", "1")]));
}

/// What a source took back at one instant of one day under one id is told apart by its numbers, never by arrival: 50 of
/// 500 yuan still leave what the filter asks for and change the credit, and so do not after 150.
#[test]
fn parts_that_only_their_numbers_tell_apart_are_taken_in_the_order_of_numbers() {
    let mut contest = march(10_000);
    contest.indicators[0].measure = Measure::SumAmount;
    contest.indicators[0].filter.amount_min = Some(40_000);
    let yuan = |minor| Some(Amount { currency: Currency::parse("CNY").unwrap(), minor });
    let sold = Event { amount: yuan(50_000), source_sequence: Some(1), ..of("1", "nobody", 3, 9, 1) };
    let taken = |number, minor| {
        let event = with(back("r", "1", date(2025, 3, 20)), |part| {
            (part.dated, part.amount, part.source_sequence) = (true, yuan(minor), Some(1));
        });
        Event { source_sequence: Some(number), ..event }
    };
    let held = |entries: [Event<'static>; 3]| {
        let bank = Bank::given().contest(contest.clone());
        entries.into_iter().fold(bank, |bank, entry| bank.when(recorded(), entry)).held()
    };
    // The sale, and the two steps in which it goes.
    assert_eq!(held([sold.clone(), taken(2, 5_000), taken(3, 10_000)]), 3);
    assert_eq!(held([sold.clone(), taken(3, 10_000), taken(2, 5_000)]), 3);
    assert_eq!(held([taken(3, 10_000), taken(2, 5_000), sold.clone()]), 3);
    // The other way round there is one step.
    assert_eq!(held([sold.clone(), taken(2, 15_000), taken(3, 5_000)]), 2);
    assert_eq!(held([sold.clone(), taken(3, 5_000), taken(2, 15_000)]), 2);
}
