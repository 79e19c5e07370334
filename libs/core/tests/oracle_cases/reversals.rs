//! Taking back: whole and by parts, void and dated, first and late, of what may not be taken back.

use jiff::civil::date;
use longhu_core::contest::{Contest, Measure, Points, TieBreak};
use longhu_core::event::Event;
use longhu_core::oracle::{Copy, Fate, Key, Row};

use super::ledger::{Ledger, back, three, with, yuan};
use crate::given::{at, cards, march};

fn only(id: &str, score: i128) -> Vec<(String, i128)> {
    vec![(id.to_owned(), score)]
}

#[test]
fn a_void_reversal_takes_everything_and_the_row_with_it() {
    let ledger = Ledger::given().when(three("1", 2)).when(back("2", "1", date(2025, 3, 20)));
    assert_eq!(ledger.rows(), []);
    assert_eq!(ledger.says().credits.len(), 0);
}

#[test]
fn a_dated_reversal_takes_everything_and_leaves_the_row() {
    let dated = with(back("2", "1", date(2025, 3, 20)), |part| part.dated = true);
    let ledger = Ledger::given().when(three("1", 2)).when(dated);
    assert_eq!(ledger.rows(), only("wang", 0));
    let says = ledger.says();
    let days: Vec<_> = says.credits.iter().map(|credit| (credit.date.day(), credit.points)).collect();
    assert_eq!(days, [(3, 20_000), (20, -20_000)]);
}

#[test]
fn a_reversal_that_comes_first_waits_and_then_takes() {
    let first = Ledger::given().when(back("2", "1", date(2025, 3, 20)));
    assert_eq!(first.says().waiting, 1);
    let ledger = first.when(three("1", 2));
    assert_eq!((ledger.says().waiting, ledger.rows()), (0, vec![]));
    assert!(ledger.says().outcomes[0].came_first);
}

#[test]
fn a_part_of_the_quantity_is_never_more_than_what_is_left() {
    let part = |id: &str, n| {
        with(back(id, "1", date(2025, 3, 20)), move |part| {
            part.quantity = Some(n);
            part.dated = true;
        })
    };
    let ledger = Ledger::given().when(three("1", 5)).when(part("2", 2));
    assert_eq!(ledger.rows(), only("wang", 3));
    let ledger = ledger.when(part("3", 4)).when(part("4", 1));
    assert_eq!(ledger.rows(), only("wang", 0));
    let says = ledger.says();
    let fates: Vec<Fate> = says.outcomes.iter().map(|outcome| outcome.fate).collect();
    assert_eq!(fates, [Fate::TookPart, Fate::TookLess, Fate::NothingLeft]);
}

#[test]
fn an_absent_quantity_is_one_for_taking() {
    let original = Event { quantity: None, ..three("1", 1) };
    let part = with(back("2", "1", date(2025, 3, 20)), |part| part.quantity = Some(1));
    assert_eq!(Ledger::given().when(original).when(part).rows(), []);
}

#[test]
fn a_part_of_an_amount_needs_the_same_currency_and_sign() {
    let mut contest = march(10_000);
    contest.indicators[0].measure = Measure::SumAmount;
    contest.indicators[0].points = Points::PerUnit(10_000);
    let sold = |minor| Event { amount: Some(yuan(minor)), ..three("1", 1) };
    let part = |amount| with(back("2", "1", date(2025, 3, 20)), move |part| part.amount = Some(amount));
    let score = |minor, amount| {
        let ledger = Ledger::given().contest(2, contest.clone());
        ledger.when(sold(minor)).when(part(amount)).rows()
    };
    assert_eq!(score(500, yuan(300)), only("wang", 2));
    assert_eq!(score(-500, yuan(-300)), only("wang", -2));
    assert_eq!(score(500, yuan(-300)), only("wang", 5));
    assert_eq!(score(500, yuan(900)), []);
    let dollars = longhu_core::types::money::Currency::parse("USD").unwrap();
    let foreign = longhu_core::types::money::Amount { currency: dollars, minor: 300 };
    assert_eq!(score(500, foreign), only("wang", 5));
}

#[test]
fn filters_are_asked_about_what_voids_leave() {
    let mut contest = march(10_000);
    contest.indicators[0].filter.amount_min = Some(400);
    let sold = Event { amount: Some(yuan(500)), ..three("1", 1) };
    let part = |dated| {
        with(back("2", "1", date(2025, 3, 20)), move |part| {
            part.amount = Some(yuan(200));
            part.dated = dated;
        })
    };
    let ledger = Ledger::given().contest(2, contest).when(sold);
    assert_eq!(ledger.clone().when(part(false)).rows(), []);
    // Dated, the card counted until the day on which it no longer did.
    assert_eq!(ledger.when(part(true)).rows(), only("wang", 0));
}

#[test]
fn voids_take_before_dated_ones_and_dated_ones_by_day() {
    let on = |id: &str, day, dated, n| {
        with(back(id, "1", date(2025, 3, day)), move |part| {
            part.dated = dated;
            part.quantity = Some(n);
        })
    };
    let ledger = Ledger::given()
        .when(on("a", 20, true, 3))
        .when(on("b", 10, true, 2))
        .when(on("c", 30, false, 1))
        .when(three("1", 4));
    let says = ledger.says();
    let credits: Vec<_> = says.credits.iter().map(|credit| (credit.date.day(), credit.points)).collect();
    assert_eq!(credits, [(3, 30_000), (10, -20_000), (20, -10_000)]);
}

#[test]
fn a_dated_one_of_an_earlier_day_takes_on_the_day_of_its_original() {
    let dated = with(back("2", "1", date(2025, 2, 1)), |part| part.dated = true);
    let says_of = Ledger::given().when(three("1", 2)).when(dated);
    assert_eq!(says_of.says().credits[1].date, date(2025, 3, 3));
}

#[test]
fn march_loses_a_point_for_a_card_of_february_taken_back_in_march() {
    let february = cards("1", date(2025, 2, 20), 1, &[("wang", "")]);
    let dated = with(back("2", "1", date(2025, 3, 20)), |part| part.dated = true);
    assert_eq!(Ledger::given().when(february).when(dated).rows(), only("wang", -1));
}

#[test]
fn the_same_shares_take_back_to_the_last_unit() {
    let creditors = [("li", ""), ("wang", ""), ("zhao", "")];
    let card = cards("1", date(2025, 3, 3), 2, &creditors);
    let dated = with(back("2", "1", date(2025, 3, 20)), |part| {
        part.dated = true;
        part.quantity = Some(1);
    });
    let ledger = Ledger::given().employee("zhao").when(card).when(dated);
    // 2 points are 6667, 6667, 6666; 1 point is 3334, 3333, 3333.
    let says = ledger.says();
    let taken: Vec<i128> = says.credits[3..].iter().map(|credit| credit.points).collect();
    assert_eq!(taken, [-3_333, -3_334, -3_333]);
}

#[test]
fn a_reversal_of_itself_or_of_a_counted_reversal_is_a_dead_letter_and_claims_nothing() {
    let ledger = Ledger::given()
        .when(back("1", "1", date(2025, 3, 3)))
        .when(three("1", 1))
        .when(back("2", "9", date(2025, 3, 3)))
        .when(back("3", "2", date(2025, 3, 3)))
        .when(three("3", 2));
    let says = ledger.says();
    assert_eq!(says.copies, [Copy::DeadLetter, Copy::First, Copy::First, Copy::DeadLetter, Copy::First]);
    assert_eq!((says.dead_letters, says.waiting), (2, 1));
    assert_eq!(ledger.rows(), only("wang", 3));
}

#[test]
fn a_waiting_reversal_whose_target_is_a_reversal_becomes_a_dead_letter_and_keeps_its_identity() {
    let ledger = Ledger::given()
        .when(back("3", "2", date(2025, 3, 3)))
        .when(back("2", "1", date(2025, 3, 3)))
        .when(three("3", 2))
        .when(back("3", "2", date(2025, 3, 3)))
        .when(three("1", 1));
    let says = ledger.says();
    let copies = [Copy::First, Copy::First, Copy::Conflict, Copy::DeadLetter, Copy::First];
    assert_eq!(says.copies, copies);
    // Its copy came when the other was there: dead at arrival, before anybody asks of what it is a copy.
    assert_eq!((says.dead_letters, says.waiting), (2, 0));
    assert_eq!(ledger.rows(), []);
}

#[test]
fn a_copy_of_a_reversal_takes_nothing_more() {
    let part = || with(back("2", "1", date(2025, 3, 3)), |part| part.quantity = Some(1));
    let ledger = Ledger::given().when(three("1", 3)).when(part()).when(part());
    assert_eq!(ledger.rows(), only("wang", 2));
    assert_eq!(ledger.says().copies[2], Copy::Duplicate);
}

#[test]
fn what_is_recorded_at_the_deadline_is_late_whether_it_gives_or_takes() {
    let deadline = at(date(2025, 4, 6), 0);
    let contest = Contest { grace_days: Some(5), scoring_deadline: Some(deadline), ..march(10_000) };
    let ledger = Ledger::given().contest(2, contest);
    let late = ledger.clone().when(three("1", 1)).when_at(deadline, back("2", "1", date(2025, 3, 20)));
    assert_eq!((late.rows(), late.says().late), (only("wang", 1), 1));
    // A late original is late once; what takes it back is nothing to the contest.
    let late =
        ledger.clone().when_at(deadline, three("1", 1)).when_at(deadline, back("2", "1", date(2025, 3, 20)));
    assert_eq!((late.rows(), late.says().late), (vec![], 1));
    // A dated one of April concerns no day of March.
    let april = with(back("2", "1", date(2025, 4, 2)), |part| part.dated = true);
    let late = ledger.when(three("1", 1)).when_at(deadline, april);
    assert_eq!((late.rows(), late.says().late), (only("wang", 1), 0));
}

#[test]
fn the_question_who_was_first_is_asked_afresh() {
    let contest = Contest { tie_breaks: vec![TieBreak::Earliest], ..march(10_000) };
    let on = |id: &str, day| cards(id, date(2025, 3, day), 1, &[("wang", "")]);
    let ledger = Ledger::given().contest(2, contest).when(on("1", 5)).when(on("2", 9));
    let reach = |row: &Row| match &row.keys[1] {
        Key::Reach(_, reach) => reach.as_ref().map(|(date, ..)| date.day()),
        _ => None,
    };
    assert_eq!(reach(&ledger.says().tables[0].rows[0]), Some(9));
    let void = ledger.clone().when(back("3", "2", date(2025, 3, 20)));
    assert_eq!(reach(&void.says().tables[0].rows[0]), Some(5));
    let dated = ledger.when(with(back("3", "2", date(2025, 3, 20)), |part| part.dated = true));
    assert_eq!(reach(&dated.says().tables[0].rows[0]), Some(9));
}

#[test]
fn a_dated_taking_that_raises_a_score_has_its_own_reach() {
    let contest = Contest { tie_breaks: vec![TieBreak::Earliest], ..march(-10_000) };
    let dated = with(back("2", "1", date(2025, 3, 20)), |part| part.dated = true);
    let ledger = Ledger::given().contest(2, contest).when(three("1", 1)).when(dated);
    let says = ledger.says();
    let expected = (date(2025, 3, 20), at(date(2025, 3, 20), 10), "cards".to_owned(), "2".to_owned());
    assert_eq!(says.tables[0].rows[0].keys[1], Key::Reach(false, Some(expected)));
}
