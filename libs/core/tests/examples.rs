//! The worked examples of the definitions in the crate's README, by number. Examples 2 and 3, which need more
//! than single events, have a file of their own.

mod balances_and_rates;
use jiff::civil::{Date, date};
use longhu_core::contest::{Contest, TieBreak, TieRule};
use longhu_core::control::Payload;
use longhu_core::organisation::{Employee, Membership};
use longhu_core::rule::{tie_break, tie_rule};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards, with};
use longhu_core::testkit::rules::march;
use longhu_core::testkit::scenario::rows;

fn three_tellers() -> Scenario {
    Scenario::given()
        .unit("b1", "branch", None)
        .employee("wang", Some("b1"))
        .employee("li", Some("b1"))
        .employee("zhao", Some("b1"))
}

mod example_1_sharing {
    use super::*;

    #[test]
    fn of_ten_points_in_three_equal_parts_the_first_employee_id_gets_the_odd_unit() {
        let creditors = [("zhao", ""), ("li", ""), ("wang", "")];
        let scenario = three_tellers()
            .contest(march(100_000))
            .when_at(at(date(2025, 3, 3), 18), cards("1", date(2025, 3, 3), 1, &creditors));
        let expected = [(1, "li", "3.3334"), (2, "wang", "3.3333"), (2, "zhao", "3.3333")];
        assert_eq!(scenario.then("employee"), rows(&expected));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "10")]));
    }

    #[test]
    fn the_order_of_roles_goes_before_the_order_of_ids() {
        let creditors = [("li", "responsible"), ("wang", "responsible"), ("zhao", "assistant")];
        let scenario = three_tellers()
            .contest(march(100_000))
            .when_at(at(date(2025, 3, 3), 18), cards("1", date(2025, 3, 3), 1, &creditors));
        assert_eq!(scenario.then("employee")[0], (1, "zhao".to_owned(), "3.3334".to_owned()));
    }

    #[test]
    fn the_greatest_remainder_goes_before_the_order_of_roles_and_ids() {
        // 60 % of a unit has a greater remainder than 40 %.
        let mut event = cards("1", date(2025, 3, 3), 1, &[("li", ""), ("wang", "")]);
        event.credits[0].share_ppm = Some(400_000);
        event.credits[1].share_ppm = Some(600_000);
        let scenario = three_tellers().contest(march(1)).when_at(at(date(2025, 3, 3), 18), event);
        assert_eq!(scenario.then("employee"), rows(&[(1, "wang", "0.0001"), (2, "li", "0")]));
    }

    const RECORDED_DAY: Date = date(2025, 3, 30);

    /// A number of cards shared by all three, ten points each, and one that `li` shares with nobody but the
    /// branch.
    fn shared(count: i64) -> Scenario {
        let creditors = [("zhao", "assistant"), ("li", ""), ("wang", "")];
        let mut partly = cards("2", date(2025, 3, 4), 1, &[("li", "")]);
        partly.credits[0].share_ppm = Some(333_333);
        three_tellers()
            .contest(march(100_000))
            .when_at(at(RECORDED_DAY, 9), partly)
            .when_at(at(RECORDED_DAY, 9), cards("1", date(2025, 3, 3), count, &creditors))
    }

    #[test]
    fn a_void_reversal_takes_the_points_back_by_the_same_shares() {
        let none = shared(1).when_at(at(RECORDED_DAY, 10), back("3", "1", date(2025, 3, 20)));
        assert_eq!(none.then("employee"), rows(&[(1, "li", "3.3333")]));
        assert_eq!(none.then("branch"), rows(&[(1, "b1", "10")]));
        let one = with(back("3", "1", date(2025, 3, 20)), |part| part.quantity = Some(1));
        let one_of_two = shared(2).when_at(at(RECORDED_DAY, 10), one);
        for board in ["employee", "branch"] {
            assert_eq!(one_of_two.then(board), shared(1).then(board));
            assert_eq!(one_of_two.digest(board), shared(1).digest(board));
        }
        let all = none.when_at(at(RECORDED_DAY, 11), back("4", "2", date(2025, 3, 20)));
        assert_eq!((all.then("employee"), all.then("branch")), (vec![], vec![]));
    }

    #[test]
    fn a_dated_reversal_takes_the_points_back_on_its_day_by_the_same_shares() {
        let dated = |id, of, quantity| {
            with(back(id, of, date(2025, 3, 20)), move |part| (part.dated, part.quantity) = (true, quantity))
        };
        // Twenty points are divided as 6.6667, 6.6667 and 6.6666, ten as 3.3334, 3.3333 and 3.3333, which is
        // not half of each.
        let scenario = shared(2);
        let expected = [(1, "li", "10"), (2, "wang", "6.6667"), (3, "zhao", "6.6666")];
        assert_eq!(scenario.then("employee"), rows(&expected));
        let scenario = scenario.when_at(at(RECORDED_DAY, 10), dated("3", "1", Some(1)));
        let expected = [(1, "li", "6.6667"), (2, "wang", "3.3333"), (2, "zhao", "3.3333")];
        assert_eq!(scenario.then("employee"), rows(&expected));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "20")]));
        let scenario = scenario
            .restarted()
            .when_at(at(RECORDED_DAY, 11), dated("4", "1", Some(1)))
            .when_at(at(RECORDED_DAY, 11), dated("5", "2", None));
        assert_eq!(scenario.then("employee"), rows(&[(1, "li", "0"), (1, "wang", "0"), (1, "zhao", "0")]));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "0")]));
    }
}

mod example_4_late_and_twice {
    use super::*;

    /// Five days of grace: until the end of 5 April in Shanghai.
    fn with_grace() -> Contest {
        let deadline = Some(at(date(2025, 4, 6), 0));
        Contest { grace_days: Some(5), scoring_deadline: deadline, ..march(20_000) }
    }

    fn others(scenario: Scenario) -> Scenario {
        scenario.when_at(at(date(2025, 3, 10), 9), cards("7", date(2025, 3, 10), 1, &[("li", "")]))
    }

    #[test]
    fn a_late_and_repeated_card_counts_once_with_the_digest_of_one_on_time() {
        let card = || cards("8", date(2025, 3, 31), 1, &[("wang", "")]);
        let late = others(three_tellers().contest(with_grace()))
            .when_at(at(date(2025, 4, 3), 9), card())
            .when_at(at(date(2025, 4, 4), 9), card());
        let on_time =
            others(three_tellers().contest(with_grace())).when_at(at(date(2025, 3, 31), 18), card());
        assert_eq!(late.then("employee"), rows(&[(1, "li", "2"), (1, "wang", "2")]));
        for board in ["employee", "branch"] {
            assert_eq!(late.digest(board), on_time.digest(board));
            assert_eq!(late.then(board), on_time.then(board));
        }
        assert_eq!(late.folded().shard.head().counters.duplicates, 1);
    }

    #[test]
    fn a_card_after_its_repeated_reversal_has_the_digest_of_one_on_time() {
        let card = || cards("8", date(2025, 3, 31), 3, &[("wang", ""), ("li", "")]);
        for dated in [false, true] {
            let back = || {
                with(back("9", "8", date(2025, 3, 31)), |part| (part.dated, part.quantity) = (dated, Some(2)))
            };
            let on_time = || others(three_tellers()).when_at(at(date(2025, 3, 31), 18), card());
            let on_time = on_time().when_at(at(date(2025, 3, 31), 19), back()).contest(with_grace());
            let late = others(three_tellers().contest(with_grace())).when_at(at(date(2025, 4, 2), 9), back());
            assert_eq!(late.folded().shard.waiting_reversals(), 1);
            let late = late
                .restarted()
                .when_at(at(date(2025, 4, 3), 9), card())
                .when_at(at(date(2025, 4, 4), 9), card())
                .when_at(at(date(2025, 4, 4), 9), back());
            assert_eq!(late.then("employee"), rows(&[(1, "li", "3"), (2, "wang", "1")]));
            for board in ["employee", "branch"] {
                assert_eq!(late.digest(board), on_time.digest(board));
                assert_eq!(late.then(board), on_time.then(board));
            }
            assert_eq!(late.folded().shard.head().counters.duplicates, 2);
            assert_eq!(late.folded().shard.waiting_reversals(), 0);
        }
    }

    #[test]
    fn a_reversal_recorded_when_the_grace_has_ended_takes_nothing_back() {
        let card = |id| cards(id, date(2025, 3, 31), 1, &[("wang", "")]);
        let deadline = at(date(2025, 4, 6), 0);
        let scenario = others(three_tellers().contest(with_grace()))
            .when_at(at(date(2025, 4, 3), 9), card("8"))
            .when_at(at(date(2025, 4, 3), 9), card("9"))
            .when_at(longhu_core::Time(deadline.0 - 1), back("10", "8", date(2025, 3, 31)))
            .when_at(deadline, back("11", "9", date(2025, 3, 31)));
        assert_eq!(scenario.then("employee"), rows(&[(1, "li", "2"), (1, "wang", "2")]));
    }

    #[test]
    fn the_second_copy_is_known_after_a_restart_and_by_a_contest_that_is_published_last() {
        let card = || cards("8", date(2025, 3, 31), 1, &[("wang", "")]);
        let late = others(three_tellers())
            .when_at(at(date(2025, 4, 3), 9), card())
            .restarted()
            .when_at(at(date(2025, 4, 4), 9), card())
            .contest(with_grace());
        assert_eq!(late.then("employee"), rows(&[(1, "li", "2"), (1, "wang", "2")]));
    }

    #[test]
    fn a_card_recorded_when_the_grace_has_ended_does_not_count() {
        let card = |id| cards(id, date(2025, 3, 31), 1, &[("wang", "")]);
        let deadline = at(date(2025, 4, 6), 0);
        let scenario = others(three_tellers().contest(with_grace()))
            .when_at(longhu_core::Time(deadline.0 - 1), card("8"))
            .when_at(deadline, card("9"));
        assert_eq!(scenario.then("employee"), rows(&[(1, "li", "2"), (1, "wang", "2")]));
    }
}

mod example_5_moved {
    use super::*;

    const MOVED: Date = date(2025, 2, 15);
    const CORRECTED: Date = date(2025, 2, 10);
    const MARCH: Date = date(2025, 3, 5);

    fn february() -> Contest {
        let boards = ["employee", "outlet", "branch"].map(str::to_owned).to_vec();
        Contest { start: date(2025, 2, 1), end: date(2025, 2, 28), boards, ..march(10_000) }
    }

    /// `wang` moves from outlet `a` to outlet `b`, which both belong to `b1`; `li` stays at `a`.
    fn outlets() -> Scenario {
        Scenario::given()
            .unit("b1", "branch", None)
            .unit("a", "outlet", Some("b1"))
            .unit("b", "outlet", Some("b1"))
            .employee("li", Some("a"))
    }

    fn wang(first_day_at_b: Date) -> Payload {
        let at = |unit: &str, start, end| Membership {
            unit: unit.to_owned(),
            start,
            end,
            ..Membership::default()
        };
        let last_day_at_a = first_day_at_b.yesterday().unwrap();
        let memberships = vec![at("a", None, Some(last_day_at_a)), at("b", Some(first_day_at_b), None)];
        Payload::Employee(Employee { memberships, ..Employee::new("wang", "wang", None) })
    }

    /// A card of `wang` on each day from the 8th to the 16th, and one shared with `li` on the 12th.
    fn cards_of_february(scenario: Scenario) -> Scenario {
        let scenario = (8..=16).fold(scenario, |scenario, day| {
            let day = date(2025, 2, day);
            scenario.when_at(at(day, 18), cards(&day.day().to_string(), day, 1, &[("wang", "")]))
        });
        let shared = cards("shared", date(2025, 2, 12), 1, &[("li", ""), ("wang", "")]);
        scenario.when_at(at(date(2025, 2, 12), 18), shared)
    }

    fn moved() -> Scenario {
        cards_of_february(outlets().decided("wang", 1, wang(MOVED)).contest(february()))
    }

    fn corrected() -> Scenario {
        moved().decided("wang", 2, wang(CORRECTED))
    }

    #[test]
    fn the_card_of_the_14th_stays_with_a_and_the_card_of_the_15th_counts_for_b() {
        let card = |day| cards("1", date(2025, 2, day), 1, &[("wang", "")]);
        let with_card = |day| {
            let scenario = outlets().decided("wang", 1, wang(MOVED)).contest(february());
            scenario.when_at(at(date(2025, 2, 16), 9), card(day)).then("outlet")
        };
        assert_eq!(with_card(14), rows(&[(1, "a", "1")]));
        assert_eq!(with_card(15), rows(&[(1, "b", "1")]));
    }

    #[test]
    fn cards_before_the_move_are_of_a_and_the_employee_has_all_of_them() {
        let scenario = moved();
        // `a` has seven cards of the 8th to the 14th and the shared one; `b` has those of the 15th and the
        // 16th.
        assert_eq!(scenario.then("outlet"), rows(&[(1, "a", "8"), (2, "b", "2")]));
        assert_eq!(scenario.then("employee"), rows(&[(1, "wang", "9.5"), (2, "li", "0.5")]));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "10")]));
    }

    #[test]
    fn a_correction_in_march_that_dates_the_move_10_february_moves_the_cards_of_five_days() {
        let scenario = corrected();
        // `b` also has the 10th to the 14th, and half of the card of the 12th.
        assert_eq!(scenario.then("outlet"), rows(&[(1, "b", "7.5"), (2, "a", "2.5")]));
        assert_eq!(scenario.then("employee"), moved().then("employee"));
        assert_eq!(scenario.then("branch"), rows(&[(1, "b1", "10")]));
        assert_eq!(scenario.digest("employee"), moved().digest("employee"));
        assert_eq!(scenario.digest("branch"), moved().digest("branch"));
    }

    #[test]
    fn after_the_correction_everything_is_as_if_the_date_had_never_been_another() {
        let known = cards_of_february(outlets().decided("wang", 1, wang(CORRECTED)).contest(february()));
        let first = cards_of_february(
            outlets().decided("wang", 2, wang(CORRECTED)).decided("wang", 1, wang(MOVED)).contest(february()),
        );
        let last = cards_of_february(outlets().decided("wang", 1, wang(MOVED)))
            .decided("wang", 2, wang(CORRECTED))
            .contest(february());
        let restarted = moved().restarted().decided("wang", 2, wang(CORRECTED)).restarted();
        for scenario in [&first, &last, &restarted, &corrected()] {
            for board in ["employee", "outlet", "branch"] {
                assert_eq!(scenario.then(board), known.then(board));
                assert_eq!(scenario.digest(board), known.digest(board));
            }
        }
    }

    #[test]
    fn taking_the_correction_back_restores_the_old_table() {
        let again = corrected().decided("wang", 3, wang(MOVED));
        assert_eq!(again.then("outlet"), moved().then("outlet"));
        assert_eq!(again.digest("outlet"), moved().digest("outlet"));
    }

    #[test]
    fn a_february_card_that_comes_in_march_counts_where_the_employee_was_in_february() {
        let late = || cards("late", date(2025, 2, 14), 1, &[("wang", "")]);
        let scenario = moved().when_at(at(MARCH, 9), late());
        assert_eq!(scenario.then("outlet"), rows(&[(1, "a", "9"), (2, "b", "2")]));
        let scenario = corrected().when_at(at(MARCH, 9), late());
        assert_eq!(scenario.then("outlet"), rows(&[(1, "b", "8.5"), (2, "a", "2.5")]));
    }

    #[test]
    fn a_reversal_dated_after_the_move_takes_from_b() {
        let dated = with(back("back", "12", date(2025, 2, 20)), |part| part.dated = true);
        let scenario = moved().when_at(at(MARCH, 9), dated);
        assert_eq!(scenario.then("outlet"), rows(&[(1, "a", "8"), (2, "b", "1")]));
        let void = back("back", "12", date(2025, 2, 20));
        let scenario = moved().when_at(at(MARCH, 9), void);
        assert_eq!(scenario.then("outlet"), rows(&[(1, "a", "7"), (2, "b", "2")]));
    }

    /// In 1/10,000 of a point.
    fn total(rows: &[(u64, String, String)]) -> i64 {
        let value = |score: &str| {
            let (whole, part) = score.split_once('.').unwrap_or((score, ""));
            whole.parse::<i64>().unwrap() * 10_000 + format!("{part:0<4}").parse::<i64>().unwrap()
        };
        rows.iter().map(|(_, _, score)| value(score)).sum()
    }

    #[test]
    fn employees_outlets_and_the_branch_have_the_same_sum_to_the_last_unit() {
        let thirds = cards("thirds", date(2025, 2, 13), 1, &[("li", ""), ("wang", ""), ("wang", "helper")]);
        let count = |scenario: Scenario| {
            let scenario = scenario.when_at(at(MARCH, 9), thirds.clone());
            ["employee", "outlet", "branch"].map(|board| total(&scenario.then(board)))
        };
        assert_eq!(count(moved()), [110_000; 3]);
        assert_eq!(count(corrected()), [110_000; 3]);
    }
}

mod example_6_ties {
    use super::*;

    /// 50, 40, 40 and 30 points. `zhao` reached 40 on the 10th and `li` on the 20th, but they come in the
    /// other order in the log.
    fn four_scores(contest: Contest) -> Scenario {
        four_scores_but(tellers().contest(contest), None)
    }

    fn tellers() -> Scenario {
        three_tellers().employee("qian", Some("b1"))
    }

    fn four_scores_but(scenario: Scenario, without: Option<&str>) -> Scenario {
        let events = [
            ("1", 20, 10, "li"),
            ("2", 1, 30, "li"),
            ("3", 9, 15, "zhao"),
            ("4", 10, 25, "zhao"),
            ("5", 31, 50, "wang"),
            ("6", 2, 30, "qian"),
        ];
        let events = events.into_iter().filter(|(id, ..)| without != Some(*id));
        events.fold(scenario, |scenario, (id, day, count, employee)| {
            let event = cards(id, date(2025, 3, day), count, &[(employee, "")]);
            scenario.when_at(at(date(2025, 3, 31), 20), event)
        })
    }

    #[test]
    fn fifty_forty_forty_thirty_rank_1_2_2_4_under_1224() {
        let scenario = four_scores(march(10_000));
        let expected = [(1, "wang", "50"), (2, "li", "40"), (2, "zhao", "40"), (4, "qian", "30")];
        assert_eq!(scenario.then("employee"), rows(&expected));
    }

    #[test]
    fn fifty_forty_forty_thirty_rank_1_2_2_3_under_1223() {
        let scenario = four_scores(Contest { tie_rule: TieRule::Dense(tie_rule::Dense), ..march(10_000) });
        let expected = [(1, "wang", "50"), (2, "li", "40"), (2, "zhao", "40"), (3, "qian", "30")];
        assert_eq!(scenario.then("employee"), rows(&expected));
    }

    #[test]
    fn the_one_whose_fortieth_point_has_the_earlier_business_time_is_second() {
        let scenario = four_scores(Contest {
            tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)],
            ..march(10_000)
        });
        let expected = [(1, "wang", "50"), (2, "zhao", "40"), (3, "li", "40"), (4, "qian", "30")];
        assert_eq!(scenario.then("employee"), rows(&expected));
        assert_eq!(scenario.restarted().then("employee"), rows(&expected));
    }

    fn earliest() -> Contest {
        Contest { tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)], ..march(10_000) }
    }

    /// `li` still has 30 points of the 1st when the ten points of the 20th, with which he reached 40, are
    /// reversed.
    #[test]
    fn after_a_clawback_who_was_first_is_searched_again() {
        let recorded = at(date(2025, 3, 31), 21);
        let scenario = four_scores(earliest()).when_at(recorded, back("7", "1", date(2025, 3, 25)));
        let expected = [(1, "wang", "50"), (2, "zhao", "40"), (3, "li", "30"), (4, "qian", "30")];
        assert_eq!(scenario.then("employee"), rows(&expected));
        assert_eq!(scenario.restarted().then("employee"), rows(&expected));
        // Ten more points on the 5th make 40 again, five days before `zhao`.
        let again = cards("8", date(2025, 3, 5), 10, &[("li", "")]);
        let scenario = four_scores(earliest())
            .when_at(recorded, back("7", "1", date(2025, 3, 25)))
            .restarted()
            .when_at(recorded, again);
        let expected = [(1, "wang", "50"), (2, "li", "40"), (3, "zhao", "40"), (4, "qian", "30")];
        assert_eq!(scenario.then("employee"), rows(&expected));
    }

    #[test]
    fn after_a_clawback_everything_is_as_if_the_credit_had_never_existed() {
        let recorded = at(date(2025, 3, 31), 21);
        let back = || back("7", "4", date(2025, 3, 25));
        let without = four_scores_but(tellers().contest(earliest()), Some("4"));
        let after = four_scores(earliest()).when_at(recorded, back());
        let first = four_scores_but(tellers().contest(earliest()).when_at(recorded, back()), None);
        let last = four_scores_but(tellers(), None).when_at(recorded, back()).contest(earliest());
        let expected = [(1, "wang", "50"), (2, "li", "40"), (3, "qian", "30"), (4, "zhao", "15")];
        for scenario in [&without, &after, &first, &last] {
            assert_eq!(scenario.then("employee"), rows(&expected));
        }
        for scenario in [&after, &first, &last] {
            assert_eq!(scenario.digest("employee"), without.digest("employee"));
            assert_eq!(scenario.digest("branch"), without.digest("branch"));
        }
    }

    /// The score was reached on the 20th, although ten points are taken back on the 25th.
    #[test]
    fn a_dated_clawback_leaves_the_day_on_which_the_score_was_last_raised() {
        let dated = with(back("7", "1", date(2025, 3, 25)), |part| part.dated = true);
        let scenario = four_scores(earliest()).when_at(at(date(2025, 3, 31), 21), dated);
        let expected = [(1, "wang", "50"), (2, "zhao", "40"), (3, "qian", "30"), (4, "li", "30")];
        assert_eq!(scenario.then("employee"), rows(&expected));
    }
}
