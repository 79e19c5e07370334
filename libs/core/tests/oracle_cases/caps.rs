//! What an event may be worth: windows in which it is worth more, and caps by event, day and customer.

use jiff::civil::date;
use longhu_core::contest::{Cap, CapPer, Contest, Indicator, Points, Window};
use longhu_core::event::Event;

use super::ledger::{back, with};
use super::words::{POINT, a_point_each, cap, card_for, contest, day, days, figure, given, points};
use crate::given::cards;

fn worth_more(times_e4: i64, points_e4: i64) -> Contest {
    let window = Window { period: days(10, 12), times_e4 };
    contest(vec![Indicator { points: Points::PerUnit(points_e4), windows: vec![window], ..a_point_each() }])
}

fn capped(cap: Cap) -> Contest {
    contest(vec![Indicator { caps: vec![cap], ..a_point_each() }])
}

#[test]
fn in_its_window_an_event_is_worth_more_from_the_first_day_to_the_last() {
    let score =
        |of_march| given(worth_more(25_000, POINT)).cards("1", of_march, 2, "wang").says().credits[0].points;
    // Two cards at two and a half points.
    assert_eq!([9, 10, 12, 13].map(score), [points(2), points(5), points(5), points(2)]);
}

#[test]
fn what_is_taken_back_outside_the_window_is_taken_at_the_factor_of_its_original() {
    // 3 cards at 2.5 are 7.5; one taken back on the 20th leaves 2 at 2.5: 5.
    let ledger = given(worth_more(25_000, POINT)).cards("1", 11, 3, "wang").takes_part("2", "1", 20, 1);
    let says = ledger.says();
    assert_eq!([says.credits[0].points, says.credits[1].points], [75_000, -25_000]);
    // And the reverse: 3 cards of the 9th at 1, one taken back within the window.
    let ledger = given(worth_more(25_000, POINT)).cards("1", 9, 3, "wang").takes_part("2", "1", 11, 1);
    assert_eq!(ledger.says().credits[1].points, points(-1));
}

#[test]
fn an_event_in_a_window_is_rounded_once() {
    // 1, 3, and 5 times 0.0001 times a half: 0.5, 1.5 and 2.5 units are 0, 2 and 2.
    let score = |count| given(worth_more(5_000, 1)).cards("1", 10, count, "wang").says().credits[0].points;
    assert_eq!([1, 3, 5].map(score), [0, 2, 2]);
}

#[test]
fn a_cap_by_event_holds_for_each_creditors_part_and_leaves_the_measure() {
    // 10 cards of two: 5 each, at most 4. Of them 2 go: 4 each is no more than the cap, so nobody loses. Then the rest.
    let ledger = given(capped(cap(CapPer::Event, 4)))
        .when(cards("1", day(3), 10, &[("wang", ""), ("li", "")]))
        .takes_part("2", "1", 10, 2)
        .takes_part("3", "1", 11, 3)
        .takes_back("4", "1", 12);
    let says = ledger.says();
    let of_wang: Vec<(i128, i128)> = says
        .credits
        .iter()
        .filter(|credit| credit.employee == Some("wang"))
        .map(|credit| (credit.measure, credit.points))
        .collect();
    // After 8 cards 5 are left, 2.5 each, so 1.5 go; after those nothing is left, so 2.5 go.
    assert_eq!(of_wang, [(50_000, points(4)), (-10_000, 0), (-15_000, -15_000), (-25_000, -25_000)]);
}

#[test]
fn two_events_are_capped_apart() {
    // 10 is at most 4, twice; 3 is less.
    let ledger = given(capped(cap(CapPer::Event, 4)));
    let ledger = ledger.cards("1", 3, 10, "wang").cards("2", 3, 10, "wang").cards("3", 3, 3, "wang");
    assert_eq!(figure(&ledger.says(), "wang").points, points(11));
}

#[test]
fn the_cap_of_an_event_of_february_begins_with_what_march_takes() {
    // March never gave anything for the 10 cards, and takes at most 4 for 10.
    let taken = |count| {
        let card = cards("1", date(2025, 2, 3), 10, &[("wang", "")]);
        let ledger = given(capped(cap(CapPer::Event, 4))).when(card).takes_part("2", "1", 3, count);
        ledger.says().credits[0].points
    };
    assert_eq!([taken(3), taken(10)], [points(-3), points(-4)]);
}

#[test]
fn nobodys_part_of_an_event_is_capped_like_a_creditors() {
    // wang has 30 %: 3; the branch has the rest: 7, at most 4.
    let mut card = cards("1", day(3), 10, &[("wang", "")]);
    card.credits[0].share_ppm = Some(300_000);
    let ledger = given(capped(cap(CapPer::Event, 4))).branch("b1", &["wang"]).when(card);
    let says = ledger.says();
    assert_eq!((says.tables[0].rows[0].score, says.tables[1].rows[0].score), (points(3), points(7)));
    assert_eq!(says.credits[1].points, points(4));
}

#[test]
fn a_cap_by_day_holds_for_the_sum_of_the_day_of_each_credit() {
    // The 3rd: 4 and 4, at most 5. The 4th: 3. The 5th: 8 of the first two are taken back, at most 5.
    let ledger = given(capped(cap(CapPer::Day, 5)))
        .cards("1", 3, 4, "wang")
        .cards("2", 3, 4, "wang")
        .cards("3", 4, 3, "wang")
        .takes_back("4", "1", 5)
        .takes_back("5", "2", 5);
    let figure = figure(&ledger.says(), "wang").clone();
    assert_eq!((figure.points, figure.measure), (points(5 + 3 - 5), 30_000));
}

#[test]
fn a_cap_by_customer_holds_for_each_customer_and_not_for_no_customer() {
    // k: 4 and 4, at most 5. j: 4. Nobody's: 7.
    let of = |id: &str, customer: &'static str, count| Event {
        quantity: Some(count),
        ..card_for(id, 3, (customer, ""), "wang")
    };
    let ledger = given(capped(cap(CapPer::Customer, 5)))
        .when(of("1", "k", 4))
        .when(Event { business_date: day(4), ..of("2", "k", 4) })
        .when(of("3", "j", 4))
        .when(of("4", "", 7));
    assert_eq!(figure(&ledger.says(), "wang").points, points(5 + 4 + 7));
    // A void leaves k only 4, which is less than 5.
    let ledger = ledger.when(with(back("5", "1", day(20)), |_| {}));
    assert_eq!(figure(&ledger.says(), "wang").points, points(4 + 4 + 7));
}

#[test]
fn a_cap_holds_on_its_own_boards_and_a_unit_is_clamped_as_one() {
    // wang and li have 4 each on one day: less than 5. Their branch has 8.
    let on = |boards: &[&str]| {
        let boards = boards.iter().map(|board| (*board).to_owned()).collect();
        let contest = capped(Cap { boards, ..cap(CapPer::Day, 5) });
        let ledger = given(contest).branch("b1", &["wang", "li"]);
        let ledger = ledger.cards("1", 3, 4, "wang").cards("2", 3, 4, "li");
        let says = ledger.says();
        (says.tables[0].rows[0].score, says.tables[1].rows[0].score)
    };
    assert_eq!(on(&[]), (points(4), points(5)));
    assert_eq!(on(&["branch"]), (points(4), points(5)));
    assert_eq!(on(&["employee"]), (points(4), points(8)));
}
