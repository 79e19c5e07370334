//! DOMAIN.md's worked examples, by name: given, when, then. Examples 2, 3 and 5, and what 1 and 6 say of taking back, wait
//! for the rules that they need; nothing here pretends to test them.

#[allow(dead_code, reason = "each test target uses its own part of it")]
#[path = "support/given.rs"]
mod given;

use given::{Bank, at, cards, march, rows};
use jiff::civil::date;
use longhu_core::contest::{Contest, TieBreak, TieRule};

fn three_tellers() -> Bank {
    Bank::given()
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
        let mut bank = three_tellers()
            .contest(march(100_000))
            .when(at(date(2025, 3, 3), 18), cards("1", date(2025, 3, 3), 1, &creditors));
        let expected = [(1, "li", "3.3334"), (2, "wang", "3.3333"), (2, "zhao", "3.3333")];
        assert_eq!(bank.then("employee"), rows(&expected));
        assert_eq!(bank.then("branch"), rows(&[(1, "b1", "10")]));
    }

    #[test]
    fn the_order_of_roles_goes_before_the_order_of_ids() {
        let creditors = [("li", "responsible"), ("wang", "responsible"), ("zhao", "assistant")];
        let mut bank = three_tellers()
            .contest(march(100_000))
            .when(at(date(2025, 3, 3), 18), cards("1", date(2025, 3, 3), 1, &creditors));
        assert_eq!(bank.then("employee")[0], (1, "zhao".to_owned(), "3.3334".to_owned()));
    }

    #[test]
    fn the_greatest_remainder_goes_before_the_order_of_roles_and_ids() {
        // 60 % of one unit is nearer to one than 40 %.
        let mut event = cards("1", date(2025, 3, 3), 1, &[("li", ""), ("wang", "")]);
        event.credits[0].share_ppm = Some(400_000);
        event.credits[1].share_ppm = Some(600_000);
        let mut bank = three_tellers().contest(march(1)).when(at(date(2025, 3, 3), 18), event);
        assert_eq!(bank.then("employee"), rows(&[(1, "wang", "0.0001"), (2, "li", "0")]));
    }
}

mod example_4_late_and_twice {
    use super::*;

    /// Five days of grace: until the end of 5 April in Shanghai.
    fn with_grace() -> Contest {
        let deadline = Some(at(date(2025, 4, 6), 0));
        Contest { grace_days: Some(5), scoring_deadline: deadline, ..march(20_000) }
    }

    fn others(bank: Bank) -> Bank {
        bank.when(at(date(2025, 3, 10), 9), cards("7", date(2025, 3, 10), 1, &[("li", "")]))
    }

    #[test]
    fn a_card_that_came_late_and_again_counts_once_with_the_digest_of_one_that_came_on_time() {
        let card = || cards("8", date(2025, 3, 31), 1, &[("wang", "")]);
        let mut late = others(three_tellers().contest(with_grace()))
            .when(at(date(2025, 4, 3), 9), card())
            .when(at(date(2025, 4, 4), 9), card());
        let mut on_time =
            others(three_tellers().contest(with_grace())).when(at(date(2025, 3, 31), 18), card());
        assert_eq!(late.then("employee"), rows(&[(1, "li", "2"), (1, "wang", "2")]));
        for board in ["employee", "branch"] {
            assert_eq!(late.digest(board), on_time.digest(board));
            assert_eq!(late.then(board), on_time.then(board));
        }
        assert_eq!(late.shard.head().counters.duplicates, 1);
    }

    #[test]
    fn the_second_copy_is_known_after_a_restart_and_by_a_contest_that_is_published_last() {
        let card = || cards("8", date(2025, 3, 31), 1, &[("wang", "")]);
        let mut late = others(three_tellers())
            .when(at(date(2025, 4, 3), 9), card())
            .restarted()
            .when(at(date(2025, 4, 4), 9), card())
            .contest(with_grace());
        assert_eq!(late.then("employee"), rows(&[(1, "li", "2"), (1, "wang", "2")]));
    }

    #[test]
    fn a_card_recorded_when_the_grace_has_ended_does_not_count() {
        let card = |id| cards(id, date(2025, 3, 31), 1, &[("wang", "")]);
        let deadline = at(date(2025, 4, 6), 0);
        let mut bank = others(three_tellers().contest(with_grace()))
            .when(longhu_core::Time(deadline.0 - 1), card("8"))
            .when(deadline, card("9"));
        assert_eq!(bank.then("employee"), rows(&[(1, "li", "2"), (1, "wang", "2")]));
    }
}

mod example_6_ties {
    use super::*;

    /// 50, 40, 40 and 30 points; `zhao` reached 40 on the 10th, `li` on the 20th, and the log has them the other way round.
    fn four_scores(contest: Contest) -> Bank {
        let recorded = at(date(2025, 3, 31), 20);
        three_tellers()
            .employee("qian", Some("b1"))
            .contest(contest)
            .when(recorded, cards("1", date(2025, 3, 20), 10, &[("li", "")]))
            .when(recorded, cards("2", date(2025, 3, 1), 30, &[("li", "")]))
            .when(recorded, cards("3", date(2025, 3, 9), 15, &[("zhao", "")]))
            .when(recorded, cards("4", date(2025, 3, 10), 25, &[("zhao", "")]))
            .when(recorded, cards("5", date(2025, 3, 31), 50, &[("wang", "")]))
            .when(recorded, cards("6", date(2025, 3, 2), 30, &[("qian", "")]))
    }

    #[test]
    fn fifty_forty_forty_thirty_rank_1_2_2_4_under_1224() {
        let mut bank = four_scores(march(10_000));
        let expected = [(1, "wang", "50"), (2, "li", "40"), (2, "zhao", "40"), (4, "qian", "30")];
        assert_eq!(bank.then("employee"), rows(&expected));
    }

    #[test]
    fn fifty_forty_forty_thirty_rank_1_2_2_3_under_1223() {
        let mut bank = four_scores(Contest { tie_rule: TieRule::Dense1223, ..march(10_000) });
        let expected = [(1, "wang", "50"), (2, "li", "40"), (2, "zhao", "40"), (3, "qian", "30")];
        assert_eq!(bank.then("employee"), rows(&expected));
    }

    #[test]
    fn the_one_whose_fortieth_point_has_the_earlier_business_time_is_second() {
        let mut bank = four_scores(Contest { tie_breaks: vec![TieBreak::Earliest], ..march(10_000) });
        let expected = [(1, "wang", "50"), (2, "zhao", "40"), (3, "li", "40"), (4, "qian", "30")];
        assert_eq!(bank.then("employee"), rows(&expected));
        assert_eq!(bank.restarted().then("employee"), rows(&expected));
    }
}
