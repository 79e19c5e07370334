//! Seals: which one takes effect, what it fixes, what comes after it, and the hash of a result.

use jiff::civil::date;
use longhu_core::Position;
use longhu_core::contest::{Contest, TieBreak};
use longhu_core::control::{Payload, Seal};
use longhu_core::oracle::{late_entries, sealed};
use longhu_core::rule::tie_break;
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{back, cards, three, with};
use longhu_core::testkit::rules::march;

fn score_of_result(scenario: &Scenario) -> Option<i128> {
    let sealed = sealed(scenario.log(), "c", scenario.next())?;
    Some(sealed.standings.tables[0].rows.first().map_or(0, |row| row.score / 10_000))
}

#[test]
fn a_seal_fixes_the_result_at_its_position() {
    let before = Scenario::of_cards().when(three("1", 2));
    assert_eq!(score_of_result(&before), None);
    let place = before.next();
    let scenario = before.sealed("c").when(three("2", 5)).sealed("c");
    assert_eq!(score_of_result(&scenario), Some(2));
    let result = sealed(scenario.log(), "c", scenario.next()).unwrap();
    assert_eq!((result.position, result.standings.revision), (place, 1));
    assert_eq!(scenario.rows(), [("wang".to_owned(), 7)]);
    assert!(sealed(scenario.log(), "c", Position::new(place.sequence - 1, 0)).is_none());
}

#[test]
fn a_definition_after_the_seal_changes_nothing() {
    let scenario = Scenario::of_cards().when(three("1", 2)).sealed("c").amended(2, march(30_000));
    assert_eq!((scenario.says().revision, scenario.rows()), (1, vec![("wang".to_owned(), 2)]));
}

#[test]
fn a_seal_of_an_undefined_contest_is_a_dead_letter_and_a_later_one_counts() {
    let scenario =
        Scenario::given().employee("wang", None).sealed("c").amended(1, march(10_000)).when(three("1", 2));
    assert_eq!((scenario.says().dead_letters, score_of_result(&scenario)), (1, None));
    let scenario = scenario.sealed("c").sealed("other");
    assert_eq!((scenario.says().dead_letters, score_of_result(&scenario)), (2, Some(2)));
}

#[test]
fn a_seal_in_a_change_set_is_a_dead_letter() {
    let seal = Seal { contest: "c".into(), forced: true, reason: "the branch closes".into() };
    let scenario = Scenario::of_cards().in_set("c", 1, "s", Payload::Seal(seal)).when(three("1", 2));
    let scenario = scenario.in_set("", 1, "s", Payload::Close { count: 1 });
    assert_eq!((scenario.says().dead_letters, score_of_result(&scenario)), (1, None));
    let again = scenario.in_set("", 1, "s", Payload::Close { count: 1 });
    assert_eq!(again.says().dead_letters, 2);
    assert_eq!(score_of_result(&again.sealed("c")), Some(2));
}

#[test]
fn late_entries_are_those_that_changed_a_credit() {
    let scenario = Scenario::of_cards().when(three("1", 2)).when(three("9", 0)).sealed("c");
    let first = scenario.next().sequence;
    let half = with(back("5", "1", date(2025, 3, 20)), |part| part.quantity = Some(1));
    let scenario = scenario
        .when(three("2", 1))
        .when(three("2", 1))
        .when(half)
        .when(back("6", "7", date(2025, 3, 20)))
        .when(cards("8", date(2025, 4, 2), 1, &[("wang", "")]))
        .when(three("7", 3));
    let late: Vec<u64> = late_entries(scenario.log(), "c", scenario.next())
        .iter()
        .map(|position| position.sequence - first)
        .collect();
    // Not the copy, the waiting reversal, the card of April, or the one that was reversed before it came.
    assert_eq!(late, [0, 2]);
}

#[test]
fn the_hash_of_a_result_covers_ranks_ids_scores_and_tie_breaks() {
    let contest = Contest {
        boards: vec!["employee".into()],
        tie_breaks: vec![
            TieBreak::Indicator(tie_break::Indicator(0)),
            TieBreak::Earliest(tie_break::Earliest),
            TieBreak::Name(tie_break::Name),
        ],
        ..march(10_000)
    };
    let scenario =
        Scenario::given().employee("wang", None).amended(7, contest).when(three("1", 2)).sealed("c");
    let mut bytes = b"longhu result 1".to_vec();
    bytes.extend([1, 0, 0, 0, b'c', 7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0]);
    bytes.extend(b"employee");
    bytes.extend(1u64.to_le_bytes());
    // The row: rank, id, score, measure.
    bytes.extend(1u64.to_le_bytes());
    bytes.extend([4, 0, 0, 0]);
    bytes.extend(b"wang");
    bytes.extend(20_000i128.to_le_bytes());
    bytes.extend(20_000i128.to_le_bytes());
    // Reached on 3 March 2025 at ten o'clock in Shanghai, by event `1` of source `cards`.
    bytes.extend([0xe9, 0x07, 3, 0, 3, 0]);
    bytes.extend(1_740_967_200_000_000_000i64.to_le_bytes());
    bytes.extend([5, 0, 0, 0]);
    bytes.extend(b"cards");
    bytes.extend([1, 0, 0, 0, b'1']);
    let result = sealed(scenario.log(), "c", scenario.next()).unwrap();
    assert_eq!(result.hash, blake3::hash(&bytes).to_hex().as_str());
}
