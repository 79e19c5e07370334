//! Reversals: whole and partial, void and dated, before their original and late, and of entries that cannot
//! be reversed.

use jiff::civil::date;
use longhu_core::contest::{Contest, Measure, Points};
use longhu_core::event::Event;
use longhu_core::oracle::{Copy, Fate};
use longhu_core::rule::measure;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards, three, with, yuan};
use longhu_core::testkit::rules::march;

fn only(id: &str, score: i128) -> Vec<(String, i128)> {
    vec![(id.to_owned(), score)]
}

#[test]
fn a_void_reversal_takes_everything_and_the_row_with_it() {
    let scenario = Scenario::of_cards().when(three("1", 2)).when(back("2", "1", date(2025, 3, 20)));
    assert_eq!(scenario.rows(), []);
    assert_eq!(scenario.says().credits.len(), 0);
}

#[test]
fn a_dated_reversal_takes_everything_and_leaves_the_row() {
    let dated = with(back("2", "1", date(2025, 3, 20)), |part| part.dated = true);
    let scenario = Scenario::of_cards().when(three("1", 2)).when(dated);
    assert_eq!(scenario.rows(), only("wang", 0));
    let says = scenario.says();
    let days: Vec<_> = says.credits.iter().map(|credit| (credit.date.day(), credit.points)).collect();
    assert_eq!(days, [(3, 20_000), (20, -20_000)]);
}

#[test]
fn a_reversal_that_comes_first_waits_and_then_takes() {
    let first = Scenario::of_cards().when(back("2", "1", date(2025, 3, 20)));
    assert_eq!(first.says().waiting, 1);
    let scenario = first.when(three("1", 2));
    assert_eq!((scenario.says().waiting, scenario.rows()), (0, vec![]));
    assert!(scenario.says().outcomes[0].came_first);
}

#[test]
fn a_part_of_the_quantity_is_never_more_than_what_is_left() {
    let part = |id: &str, n| {
        with(back(id, "1", date(2025, 3, 20)), move |part| {
            part.quantity = Some(n);
            part.dated = true;
        })
    };
    let scenario = Scenario::of_cards().when(three("1", 5)).when(part("2", 2));
    assert_eq!(scenario.rows(), only("wang", 3));
    let scenario = scenario.when(part("3", 4)).when(part("4", 1));
    assert_eq!(scenario.rows(), only("wang", 0));
    let says = scenario.says();
    let fates: Vec<Fate> = says.outcomes.iter().map(|outcome| outcome.fate).collect();
    assert_eq!(fates, [Fate::TookPart, Fate::TookLess, Fate::NothingLeft]);
}

#[test]
fn an_absent_quantity_is_reversed_as_one() {
    let original = Event { quantity: None, ..three("1", 1) };
    let part = with(back("2", "1", date(2025, 3, 20)), |part| part.quantity = Some(1));
    assert_eq!(Scenario::of_cards().when(original).when(part).rows(), []);
}

#[test]
fn a_part_of_an_amount_needs_the_same_currency_and_sign() {
    let mut contest = march(10_000);
    contest.indicators[0].measure = Measure::Amount(measure::Amount);
    contest.indicators[0].points = Points::per_unit(10_000);
    let sold = |minor| Event { amount: Some(yuan(minor)), ..three("1", 1) };
    let part = |amount| with(back("2", "1", date(2025, 3, 20)), move |part| part.amount = Some(amount));
    let score = |minor, amount| {
        let scenario = Scenario::of_cards().amended(2, contest.clone());
        scenario.when(sold(minor)).when(part(amount)).rows()
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
fn filters_apply_to_what_void_reversals_leave() {
    let mut contest = march(10_000);
    contest.indicators[0].filter.amount_min = Some(400);
    let sold = Event { amount: Some(yuan(500)), ..three("1", 1) };
    let part = |dated| {
        with(back("2", "1", date(2025, 3, 20)), move |part| {
            part.amount = Some(yuan(200));
            part.dated = dated;
        })
    };
    let scenario = Scenario::of_cards().amended(2, contest).when(sold);
    assert_eq!(scenario.clone().when(part(false)).rows(), []);
    // Dated: the card counted until the day of the reversal.
    assert_eq!(scenario.when(part(true)).rows(), only("wang", 0));
}

#[test]
fn void_reversals_apply_before_dated_ones_and_those_by_day() {
    let on = |id: &str, day, dated, n| {
        with(back(id, "1", date(2025, 3, day)), move |part| {
            part.dated = dated;
            part.quantity = Some(n);
        })
    };
    let scenario = Scenario::of_cards()
        .when(on("a", 20, true, 3))
        .when(on("b", 10, true, 2))
        .when(on("c", 30, false, 1))
        .when(three("1", 4));
    let says = scenario.says();
    let credits: Vec<_> = says.credits.iter().map(|credit| (credit.date.day(), credit.points)).collect();
    assert_eq!(credits, [(3, 30_000), (10, -20_000), (20, -10_000)]);
}

#[test]
fn a_dated_reversal_of_an_earlier_day_applies_on_the_day_of_its_original() {
    let dated = with(back("2", "1", date(2025, 2, 1)), |part| part.dated = true);
    let says_of = Scenario::of_cards().when(three("1", 2)).when(dated);
    assert_eq!(says_of.says().credits[1].date, date(2025, 3, 3));
}

#[test]
fn march_loses_a_point_for_a_card_of_february_reversed_in_march() {
    let february = cards("1", date(2025, 2, 20), 1, &[("wang", "")]);
    let dated = with(back("2", "1", date(2025, 3, 20)), |part| part.dated = true);
    assert_eq!(Scenario::of_cards().when(february).when(dated).rows(), only("wang", -1));
}

#[test]
fn a_reversal_is_divided_by_the_same_shares_to_the_last_unit() {
    let creditors = [("li", ""), ("wang", ""), ("zhao", "")];
    let card = cards("1", date(2025, 3, 3), 2, &creditors);
    let dated = with(back("2", "1", date(2025, 3, 20)), |part| {
        part.dated = true;
        part.quantity = Some(1);
    });
    let scenario = Scenario::of_cards().employee("zhao", None).when(card).when(dated);
    // 2 points are divided as 0.6667, 0.6667, 0.6666; 1 point as 0.3334, 0.3333, 0.3333.
    let says = scenario.says();
    let taken: Vec<i128> = says.credits[3..].iter().map(|credit| credit.points).collect();
    assert_eq!(taken, [-3_333, -3_334, -3_333]);
}

#[test]
fn a_reversal_of_itself_or_of_a_counted_reversal_is_a_dead_letter_and_uses_no_identity() {
    let scenario = Scenario::of_cards()
        .when(back("1", "1", date(2025, 3, 3)))
        .when(three("1", 1))
        .when(back("2", "9", date(2025, 3, 3)))
        .when(back("3", "2", date(2025, 3, 3)))
        .when(three("3", 2));
    let says = scenario.says();
    assert_eq!(says.copies, [Copy::DeadLetter, Copy::First, Copy::First, Copy::DeadLetter, Copy::First]);
    assert_eq!((says.dead_letters, says.waiting), (2, 1));
    assert_eq!(scenario.rows(), only("wang", 3));
}

#[test]
fn a_waiting_reversal_whose_target_is_a_reversal_becomes_a_dead_letter_and_keeps_its_identity() {
    let scenario = Scenario::of_cards()
        .when(back("3", "2", date(2025, 3, 3)))
        .when(back("2", "1", date(2025, 3, 3)))
        .when(three("3", 2))
        .when(back("3", "2", date(2025, 3, 3)))
        .when(three("1", 1));
    let says = scenario.says();
    let copies = [Copy::First, Copy::First, Copy::Conflict, Copy::DeadLetter, Copy::First];
    assert_eq!(says.copies, copies);
    // Its copy came after the original, so it is a dead letter before the rule on copies applies.
    assert_eq!((says.dead_letters, says.waiting), (2, 0));
    assert_eq!(scenario.rows(), []);
}

#[test]
fn a_copy_of_a_reversal_takes_nothing_more() {
    let part = || with(back("2", "1", date(2025, 3, 3)), |part| part.quantity = Some(1));
    let scenario = Scenario::of_cards().when(three("1", 3)).when(part()).when(part());
    assert_eq!(scenario.rows(), only("wang", 2));
    assert_eq!(scenario.says().copies[2], Copy::Duplicate);
}

#[test]
fn an_event_or_reversal_recorded_at_the_deadline_is_late() {
    let deadline = at(date(2025, 4, 6), 0);
    let contest = Contest { grace_days: Some(5), scoring_deadline: Some(deadline), ..march(10_000) };
    let scenario = Scenario::of_cards().amended(2, contest);
    let late = scenario.clone().when(three("1", 1)).when_at(deadline, back("2", "1", date(2025, 3, 20)));
    assert_eq!((late.rows(), late.says().late), (only("wang", 1), 1));
    // A late original counts as late once; its reversal does not matter to the contest.
    let late = scenario
        .clone()
        .when_at(deadline, three("1", 1))
        .when_at(deadline, back("2", "1", date(2025, 3, 20)));
    assert_eq!((late.rows(), late.says().late), (vec![], 1));
    // A dated reversal in April concerns no day of March.
    let april = with(back("2", "1", date(2025, 4, 2)), |part| part.dated = true);
    let late = scenario.when(three("1", 1)).when_at(deadline, april);
    assert_eq!((late.rows(), late.says().late), (only("wang", 1), 0));
}
