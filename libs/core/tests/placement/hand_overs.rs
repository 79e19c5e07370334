//! Customers handed over, and numbers given to the next teller, each computed by hand. Several hand-overs in
//! a row are tested in `name_resolution.rs`.

use jiff::civil::{Date, date};
use longhu_core::contest::{Contest, UnitFrom};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::organisation::{HandOver, Meaning, SourceCode};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards, with};
use longhu_core::testkit::rules::march;
use longhu_core::testkit::scenario::rows;

const MARCH: Date = date(2025, 3, 5);

fn february() -> Contest {
    Contest { start: date(2025, 2, 1), end: date(2025, 2, 28), ..march(10_000) }
}

/// `an` at `b1` and `bo` at `b2`.
fn two_branches() -> Scenario {
    Scenario::given()
        .unit("b1", "branch", None)
        .unit("b2", "branch", None)
        .employee("an", Some("b1"))
        .employee("bo", Some("b2"))
}

fn same(scenario: Scenario, other: Scenario) {
    for board in ["employee", "branch"] {
        assert_eq!(scenario.then(board), other.then(board));
        assert_eq!(scenario.digest(board), other.digest(board));
    }
    assert_eq!(scenario.held(), other.held());
}

mod a_customer_handed_over_on_15_february {
    use super::*;

    const HANDED: Date = date(2025, 2, 15);
    const CORRECTED: Date = date(2025, 2, 10);

    fn handed(start: Date) -> Payload {
        Payload::HandOver(HandOver {
            id: "h".into(),
            from: "an".into(),
            to: "bo".into(),
            start,
            end: None,
            is_for_all: false,
            customers: vec!["sun".into()],
        })
    }

    fn card(day: i8, customer: &'static str) -> Event<'static> {
        let day = date(2025, 2, day);
        let id = format!("{customer}-{}", day.day());
        Event { customer: customer.into(), ..cards(&id, day, 1, &[("an", "")]) }
    }

    /// On each day from the 8th to the 16th a card for `sun`, and one for `zhou` on the 15th, all naming
    /// `an`.
    fn cards_of_february(scenario: Scenario) -> Scenario {
        let scenario = (8..=16)
            .fold(scenario, |scenario, day| scenario.when_at(at(date(2025, 2, day), 18), card(day, "sun")));
        scenario.when_at(at(date(2025, 2, 15), 19), card(15, "zhou"))
    }

    fn handed_over() -> Scenario {
        cards_of_february(two_branches().decided("h", 1, handed(HANDED)).contest(february()))
    }

    fn corrected() -> Scenario {
        handed_over().decided("h", 2, handed(CORRECTED))
    }

    #[test]
    fn cards_up_to_the_14th_stay_with_the_giver_and_later_ones_count_for_the_successor() {
        for (day, employee, branch) in [(14, "an", "b1"), (15, "bo", "b2")] {
            let scenario = two_branches().decided("h", 1, handed(HANDED)).contest(february());
            let scenario = scenario.when_at(at(MARCH, 9), card(day, "sun"));
            assert_eq!(scenario.then("employee"), rows(&[(1, employee, "1")]));
            assert_eq!(scenario.then("branch"), rows(&[(1, branch, "1")]));
        }
    }

    #[test]
    fn sums_of_branches_follow_the_hand_over() {
        // `an` has seven cards of the 8th to the 14th and the one of the other customer; `bo` has the 15th
        // and the 16th.
        let scenario = handed_over();
        assert_eq!(scenario.then("employee"), rows(&[(1, "an", "8"), (2, "bo", "2")]));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "8"), (2, "b2", "2")]));
    }

    #[test]
    fn a_correction_in_march_that_dates_it_the_10th_moves_the_cards_of_five_days() {
        let scenario = corrected();
        assert_eq!(scenario.then("employee"), rows(&[(1, "bo", "7"), (2, "an", "3")]));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b2", "7"), (2, "b1", "3")]));
        // And corrected back again.
        same(corrected().decided("h", 3, handed(HANDED)), handed_over());
    }

    #[test]
    fn after_the_correction_everything_is_as_if_the_date_had_never_been_another() {
        let known =
            || cards_of_february(two_branches().decided("h", 1, handed(CORRECTED)).contest(february()));
        let last = cards_of_february(two_branches()).decided("h", 1, handed(CORRECTED));
        same(last.contest(february()), known());
        same(corrected(), known());
        same(handed_over().restarted().decided("h", 2, handed(CORRECTED)).restarted(), known());
        // An older revision that comes later has no effect.
        let older = two_branches().decided("h", 2, handed(CORRECTED)).decided("h", 1, handed(HANDED));
        same(cards_of_february(older.contest(february())), known());
    }

    #[test]
    fn in_a_contest_by_branch_only_rows_of_employees_change() {
        let by_branch = || Contest { unit_from: UnitFrom::Event, ..february() };
        let scenario =
            || cards_of_february(two_branches().decided("h", 1, handed(HANDED)).contest(by_branch()));
        let scenario = scenario().decided("h", 2, handed(CORRECTED));
        assert_eq!(scenario.then("employee"), rows(&[(1, "bo", "7"), (2, "an", "3")]));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "10")]));
    }

    #[test]
    fn a_reversal_dated_after_the_hand_over_takes_from_the_successor() {
        let dated = |day| with(back("back", "sun-12", date(2025, 2, day)), |part| part.dated = true);
        let scenario = handed_over().restarted().when_at(at(MARCH, 9), dated(14));
        assert_eq!(scenario.then("employee"), rows(&[(1, "an", "7"), (2, "bo", "2")]));
        let scenario = handed_over().restarted().when_at(at(MARCH, 9), dated(15));
        assert_eq!(scenario.then("employee"), rows(&[(1, "an", "8"), (2, "bo", "1")]));
        // The hand-over is decided last, and moves only the reversal.
        let scenario = cards_of_february(two_branches().contest(february())).when_at(at(MARCH, 9), dated(20));
        let scenario = scenario.restarted().decided("h", 1, handed(date(2025, 2, 17)));
        assert_eq!(scenario.then("employee"), rows(&[(1, "an", "10"), (2, "bo", "-1")]));
    }

    #[test]
    fn a_february_card_that_comes_in_march_counts_for_the_holder_in_february() {
        let late = |day| Event { id: "late".into(), ..card(day, "sun") };
        let scenario = handed_over().when_at(at(MARCH, 9), late(14));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "9"), (2, "b2", "2")]));
        let scenario = corrected().when_at(at(MARCH, 9), late(14));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b2", "8"), (2, "b1", "3")]));
    }

    /// The first copy of a card decides whose customer it was; the second copy has a pseudonym of another
    /// key.
    #[test]
    fn a_second_copy_under_another_pseudonym_moves_nothing() {
        let again = |customer: &'static str| Event { id: "sun-15".into(), ..card(15, customer) };
        let scenario = handed_over().when_at(at(MARCH, 9), again("sun of another key"));
        assert_eq!(scenario.folded().shard.head().counters.duplicates, 1);
        same(scenario, handed_over());
        let first = || two_branches().decided("h", 1, handed(HANDED)).contest(february());
        let scenario =
            first().when_at(at(MARCH, 9), again("zhou")).restarted().when_at(at(MARCH, 9), again("sun"));
        assert_eq!(scenario.then("employee"), rows(&[(1, "an", "1")]));
    }
}

mod a_tellers_number_given_to_the_next_teller {
    use super::*;

    fn number(source: &str, meanings: &[(&str, Option<Date>, Option<Date>)]) -> Payload {
        named(source, "0417", meanings)
    }

    fn named(source: &str, code: &str, meanings: &[(&str, Option<Date>, Option<Date>)]) -> Payload {
        let meaning =
            |(id, start, end): &(&str, _, _)| Meaning { id: (*id).to_owned(), start: *start, end: *end };
        let (source, code) = (source.to_owned(), code.to_owned());
        Payload::SourceCode(SourceCode { source, code, meanings: meanings.iter().map(meaning).collect() })
    }

    /// `an` has the number until the 14th, `bo` from `next` on.
    fn until_the_14th(next: Date) -> Payload {
        number("cards", &[("an", None, Some(date(2025, 2, 14))), ("bo", Some(next), None)])
    }

    const KEY: &str = "cards\t0417";
    const NEXT_DAY: Date = date(2025, 2, 15);

    fn card(id: &str, day: i8) -> Event<'static> {
        cards(id, date(2025, 2, day), 1, &[("0417", "")])
    }

    fn three_cards(scenario: Scenario) -> Scenario {
        let days = [("1", 14), ("2", 15), ("3", 16)];
        days.into_iter().fold(scenario, |scenario, (id, day)| scenario.when_at(at(MARCH, 9), card(id, day)))
    }

    #[test]
    fn cards_of_the_number_count_for_whoever_has_it_on_their_day() {
        let scenario =
            three_cards(two_branches().decided(KEY, 1, until_the_14th(NEXT_DAY)).contest(february()));
        assert_eq!(scenario.then("employee"), rows(&[(1, "bo", "2"), (2, "an", "1")]));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b2", "2"), (2, "b1", "1")]));
        assert_eq!(scenario.held(), 0);
    }

    #[test]
    fn cards_of_a_day_without_a_holder_wait_until_the_holder_is_known() {
        let scenario = || {
            let gap = until_the_14th(date(2025, 2, 16));
            three_cards(two_branches().decided(KEY, 1, gap).contest(february()))
        };
        let waiting = scenario();
        assert_eq!(waiting.then("employee"), rows(&[(1, "an", "1"), (1, "bo", "1")]));
        assert_eq!(waiting.held(), 1);
        let told = scenario().restarted().decided(KEY, 2, until_the_14th(NEXT_DAY));
        same(told, three_cards(two_branches().decided(KEY, 1, until_the_14th(NEXT_DAY)).contest(february())));
    }

    #[test]
    fn cards_wait_until_their_number_is_defined() {
        let told =
            || three_cards(two_branches().decided(KEY, 1, until_the_14th(NEXT_DAY)).contest(february()));
        let untold = three_cards(two_branches().contest(february()));
        assert_eq!((untold.then("employee"), untold.held()), (vec![], 3));
        same(untold.restarted().decided(KEY, 1, until_the_14th(NEXT_DAY)), told());
    }

    #[test]
    fn the_number_of_another_source_is_another_number() {
        let loans = number("loans", &[("bo", None, None)]);
        let scenario = two_branches().decided("loans\t0417", 1, loans).contest(february());
        let scenario = scenario.when_at(at(MARCH, 9), card("1", 14));
        assert_eq!((scenario.then("employee"), scenario.held()), (vec![], 1));
        let of_loans = || Event { source: "loans".into(), ..card("2", 14) };
        let scenario = scenario.when_at(at(MARCH, 9), of_loans());
        assert_eq!(scenario.then("employee"), rows(&[(1, "bo", "1")]));
    }

    #[test]
    fn a_number_equal_to_an_employee_id_is_the_sources_own_code_once_defined() {
        let an = || cards("1", date(2025, 2, 14), 1, &[("an", "")]);
        let scenario = || two_branches().contest(february()).when_at(at(MARCH, 9), an());
        assert_eq!(scenario().then("employee"), rows(&[(1, "an", "1")]));
        let scenario = scenario().decided("cards\tan", 1, named("cards", "an", &[("bo", None, None)]));
        assert_eq!(scenario.then("employee"), rows(&[(1, "bo", "1")]));
        // The employee who had the number by mistake has no row any more.
        let scenario = scenario.decided("cards\tan", 2, named("cards", "an", &[]));
        assert_eq!(
            (scenario.then("employee"), scenario.then("branch"), scenario.held()),
            (vec![], vec![], 1)
        );
    }

    #[test]
    fn a_code_of_an_outlet_names_the_branch_of_unassigned_parts() {
        let nobodys = || Event { branch: "7001".into(), ..cards("1", date(2025, 2, 14), 1, &[]) };
        let key = "cards\t7001";
        let scenario = || two_branches().contest(february()).when_at(at(MARCH, 9), nobodys());
        assert_eq!((scenario().then("branch"), scenario().held()), (vec![], 1));
        let scenario = scenario().decided(key, 1, named("cards", "7001", &[("b2", None, None)]));
        assert_eq!((scenario.then("branch"), scenario.held()), (rows(&[(1, "b2", "1")]), 0));
        let to_b1 = named("cards", "7001", &[("b1", Some(date(2025, 2, 14)), None)]);
        let scenario = scenario.restarted().decided(key, 2, to_b1);
        assert_eq!((scenario.then("branch"), scenario.held()), (rows(&[(1, "b1", "1")]), 0));
    }

    #[test]
    fn the_holder_of_a_number_may_hand_over_all_customers() {
        let all = HandOver {
            id: "h".into(),
            from: "an".into(),
            to: "bo".into(),
            start: date(2025, 2, 14),
            end: Some(date(2025, 2, 14)),
            is_for_all: true,
            customers: vec![],
        };
        let an_alone = number("cards", &[("an", None, None)]);
        let scenario = three_cards(two_branches().decided(KEY, 1, an_alone).contest(february()));
        let scenario = scenario.restarted().decided("h", 1, Payload::HandOver(all));
        assert_eq!(scenario.then("employee"), rows(&[(1, "an", "2"), (2, "bo", "1")]));
    }
}
