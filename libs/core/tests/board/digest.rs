//! The bytes that the digest of a board contains for a row.

use jiff::civil::date;
use longhu_core::contest::{Contest, Indicator, Measure, Period, Points, RankedBy, TieBreak};
use longhu_core::rule::{measure, ranking, tie_break};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::happened;
use longhu_core::testkit::rules::{POINT, a_point_each, contest, counts, counts_of};

const SIGNED: &str = "ebanking.signed";

const ACTIVE: &str = "ebanking.activated";

/// Sign-ups, activations, and the ratio of activations to sign-ups, at ten points for a rate of 1.
fn active_rate() -> Vec<Indicator> {
    let of = |id, kind| counts_of(id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0));
    let ratio = counts("rate", Measure::Ratio(measure::Ratio { of: 1, to: 0 }), Points::per_unit(10 * POINT));
    vec![of("signed", SIGNED), of("active", ACTIVE), Indicator { events: vec![], ..ratio }]
}

fn improving(is_rate: bool) -> Contest {
    let base = Period { start: date(2025, 2, 1), end: date(2025, 2, 28) };
    let tie_breaks = vec![TieBreak::Indicator(tie_break::Indicator(0))];
    Contest {
        ranked_by: RankedBy::Improvement(ranking::Improvement { base, is_rate }),
        tie_breaks,
        ..contest(vec![a_point_each()])
    }
}

#[test]
fn the_digest_of_a_row_contains_its_key_and_its_tie_breaks() {
    let mut indicators = active_rate();
    indicators[0].points = Points::per_unit(POINT);
    let ranked = Contest {
        ranked_by: RankedBy::Indicator(ranking::Indicator(2)),
        tie_breaks: vec![
            TieBreak::Indicator(tie_break::Indicator(2)),
            TieBreak::Earliest(tie_break::Earliest),
            TieBreak::Indicator(tie_break::Indicator(0)),
        ],
        boards: vec!["employee".into()],
        ..contest(indicators)
    };
    let scenario = Scenario::of(ranked)
        .when(happened(SIGNED, "1", 3, 6, "wang"))
        .when(happened(ACTIVE, "2", 3, 4, "wang"));
    // 6 points for 6 sign-ups, and 2/3 of 10 for the rate.
    let mut bytes = vec![4, 0, 0, 0];
    bytes.extend(b"wang");
    bytes.extend(126_667i128.to_le_bytes());
    for _ in 0..2 {
        bytes.push(1);
        bytes.extend(2i128.to_le_bytes());
        bytes.extend(3i128.to_le_bytes());
    }
    bytes.extend(60_000i128.to_le_bytes());
    // Reached on 3 March 2025 at ten o'clock in Shanghai, by event `1` of source `cards`.
    bytes.extend([0xe9, 0x07, 3, 0, 3, 0]);
    bytes.extend(1_740_967_200_000_000_000i64.to_le_bytes());
    bytes.extend([5, 0, 0, 0]);
    bytes.extend(b"cards");
    bytes.extend([1, 0, 0, 0, b'1']);
    let hash = blake3::hash(&bytes);
    let expected: String = hash.as_bytes().iter().rev().map(|byte| format!("{byte:02x}")).collect();
    let says = scenario.says();
    assert_eq!(says.tables[0].rows[0].hash.to_string(), expected);
    assert_eq!(says.tables[0].digest.to_string(), expected);
}

#[test]
fn a_whole_number_as_key_is_a_rate_in_the_digest_and_a_missing_key_is_one_byte() {
    let bytes_of = |scenario: &Scenario, key: &[u8]| {
        let says = scenario.says();
        let row = &says.tables[0].rows[0];
        let mut bytes = (row.id.len() as u32).to_le_bytes().to_vec();
        bytes.extend(row.id.as_bytes());
        bytes.extend(row.score.to_le_bytes());
        bytes.extend(key);
        let hash = blake3::hash(&bytes);
        let expected: String = hash.as_bytes().iter().rev().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(row.hash.to_string(), expected);
    };
    // 2.5 is 5/2.
    let half = Indicator { points: Points::per_unit(POINT / 2), ..a_point_each() };
    let improving =
        |is_rate| Contest { tie_breaks: vec![], indicators: vec![half.clone()], ..improving(is_rate) };
    let scenario = Scenario::of(improving(false)).cards("1", 3, 5, "wang");
    let mut key = vec![1];
    key.extend(5i128.to_le_bytes());
    key.extend(2i128.to_le_bytes());
    bytes_of(&scenario, &key);
    bytes_of(&scenario.amended(3, improving(true)), &[0]);
    // The same holds for the value of a measure that counts whole things: 3 cards are 3/1.
    let by_value =
        Contest { ranked_by: RankedBy::Indicator(ranking::Indicator(0)), ..contest(vec![half.clone()]) };
    let mut key = vec![1];
    key.extend(3i128.to_le_bytes());
    key.extend(1i128.to_le_bytes());
    bytes_of(&Scenario::of(by_value).cards("1", 3, 3, "wang"), &key);
}
