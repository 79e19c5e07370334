//! The tie-break `earliest`: equal scores are separated by who reached them first, also after reversals.

use jiff::civil::date;
use longhu_core::contest::{Contest, TieBreak};
use longhu_core::oracle::{Key, Row};
use longhu_core::rule::tie_break;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards, three, with};
use longhu_core::testkit::rules::march;

#[test]
fn after_a_reversal_who_was_first_is_searched_again() {
    let contest = Contest { tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)], ..march(10_000) };
    let on = |id: &str, day| cards(id, date(2025, 3, day), 1, &[("wang", "")]);
    let scenario = Scenario::of_cards().amended(2, contest).when(on("1", 5)).when(on("2", 9));
    let reach = |row: &Row| match &row.keys[1] {
        Key::Reach(_, reach) => reach.as_ref().map(|(date, ..)| date.day()),
        _ => None,
    };
    assert_eq!(reach(&scenario.says().tables[0].rows[0]), Some(9));
    let void = scenario.clone().when(back("3", "2", date(2025, 3, 20)));
    assert_eq!(reach(&void.says().tables[0].rows[0]), Some(5));
    let dated = scenario.when(with(back("3", "2", date(2025, 3, 20)), |part| part.dated = true));
    assert_eq!(reach(&dated.says().tables[0].rows[0]), Some(9));
}

#[test]
fn a_dated_reversal_that_raises_a_score_decides_when_it_was_reached() {
    let contest = Contest { tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)], ..march(-10_000) };
    let dated = with(back("2", "1", date(2025, 3, 20)), |part| part.dated = true);
    let scenario = Scenario::of_cards().amended(2, contest).when(three("1", 1)).when(dated);
    let says = scenario.says();
    let expected = (date(2025, 3, 20), at(date(2025, 3, 20), 10), "cards".to_owned(), "2".to_owned());
    assert_eq!(says.tables[0].rows[0].keys[1], Key::Reach(false, Some(expected)));
}
