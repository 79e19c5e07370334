//! By what rows are ranked, if not by score: rates, heads, improvement; and what the digest has of that.

use jiff::civil::date;
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, Measure, Period, Points, RankedBy, TieBreak, UnitFrom,
};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::oracle::{Rate, Table, rate};
use longhu_core::organisation::{Employee, Membership, Unit};

use super::ledger::Ledger;
use super::words::{
    POINT, a_point_each, contest, counts, counts_of, day, given, happened, in_rounds, points, ranks, row,
    some,
};
use crate::given::cards;

const SIGNED: &str = "ebanking.signed";
const ACTIVE: &str = "ebanking.activated";

fn ids(table: &Table) -> Vec<(u64, &str)> {
    table.rows.iter().map(|row| (row.rank, row.id.as_str())).collect()
}

fn keys(table: &Table) -> Vec<Option<Rate>> {
    table.rows.iter().map(|row| row.key.clone()).collect()
}

/// Sign-ups, activations, and the second for each of the first, at ten points for 1.
fn active_rate() -> Vec<Indicator> {
    let of = |id, kind| counts_of(id, kind, Measure::SumQuantity, Points::PerUnit(0));
    let ratio = counts("rate", Measure::Ratio { of: 1, to: 0 }, Points::PerUnit(10 * POINT));
    vec![of("signed", SIGNED), of("active", ACTIVE), Indicator { events: vec![], ..ratio }]
}

#[test]
fn a_ratio_is_of_two_values_and_there_is_none_without_something_to_divide_by() {
    let ranked = Contest { ranked_by: RankedBy::Indicator(2), ..contest(active_rate()) };
    let ledger = given(ranked)
        .when(happened(SIGNED, "1", 3, 3, "wang"))
        .when(happened(ACTIVE, "2", 3, 2, "wang"))
        .when(happened(SIGNED, "3", 3, 4, "li"))
        .when(happened(ACTIVE, "4", 3, 5, "zhao"));
    let says = ledger.says();
    // wang 2 of 3, li none of 4, zhao 5 of nothing: no rate.
    assert_eq!(keys(&says.tables[0]), [Some(rate(2, 3)), some(0), None]);
    assert_eq!(ranks(&says.tables[0]), [(1, "wang", 66_667), (2, "li", 0), (3, "zhao", 0)]);
    // A sign-up that is taken back makes the rate of the others greater; all of them leave none.
    let ledger = ledger.takes_part("5", "1", 20, 1);
    assert_eq!(keys(&ledger.says().tables[0])[0], some(1));
    let ledger = ledger.takes_part("6", "1", 21, 2);
    assert_eq!(ids(&ledger.says().tables[0]), [(1, "li"), (2, "wang"), (2, "zhao")]);
}

#[test]
fn a_ratio_may_be_of_ratios_but_not_of_itself() {
    let ratio = |id: &str, of, to| Indicator {
        events: vec![],
        ..counts(id, Measure::Ratio { of, to }, Points::PerUnit(0))
    };
    let mut indicators = active_rate();
    indicators.extend([ratio("twice", 2, 2), ratio("circle", 4, 0)]);
    let ledger = given(contest(indicators))
        .when(happened(SIGNED, "1", 3, 3, "wang"))
        .when(happened(ACTIVE, "2", 3, 2, "wang"));
    let says = ledger.says();
    let figures = &row(&says.tables[0], "wang").figures;
    assert_eq!([figures[3].value.clone(), figures[4].value.clone()], [some(1), None]);
}

#[test]
fn the_rate_of_the_whole_is_that_of_the_sums_of_the_rounds() {
    let ledger = given(in_rounds(contest(active_rate()), &[(1, 10), (12, 20)]))
        .when(happened(SIGNED, "1", 3, 1, "wang"))
        .when(happened(ACTIVE, "2", 3, 1, "wang"))
        .when(happened(SIGNED, "3", 12, 3, "wang"));
    let says = ledger.says();
    let rates = |table: &Table| row(table, "wang").figures[2].value.clone();
    // 1 of 1 and 0 of 3 are 1 of 4; the points are those of the rounds.
    assert_eq!([rates(&says.rounds[0][0]), rates(&says.rounds[1][0])], [some(1), some(0)]);
    assert_eq!((rates(&says.tables[0]), row(&says.tables[0], "wang").score), (Some(rate(1, 4)), points(10)));
}

#[test]
fn worked_example_three_active_rates_and_a_branch_without_sign_ups_ranks_last() {
    // Sign-ups and activations, personal and corporate and mobile, so that each rate is one of two counts.
    let of = |id: &str, kind: &str, segment: &str| {
        let filter = Filter { segments: vec![segment.to_owned()], ..Filter::default() };
        let counts = counts_of(id, kind, Measure::SumQuantity, Points::PerUnit(0));
        Indicator { filter, ..counts }
    };
    let ratio = |id: &str, of, to| Indicator {
        events: vec![],
        ..counts(id, Measure::Ratio { of, to }, Points::PerUnit(0))
    };
    let mut indicators = Vec::new();
    for segment in ["personal", "corporate", "mobile"] {
        indicators.push(of(&format!("{segment}-signed"), SIGNED, segment));
        indicators.push(of(&format!("{segment}-active"), ACTIVE, segment));
    }
    indicators.extend([ratio("personal", 1, 0), ratio("corporate", 3, 2), ratio("mobile", 5, 4)]);
    let ranked = |index| Contest {
        boards: vec!["branch".into()],
        listing: Listing::Eligible,
        unit_from: UnitFrom::Event,
        ranked_by: RankedBy::Indicator(index),
        ..contest(indicators.clone())
    };
    let mut ledger = given(ranked(6)).branch("here", &[]).branch("nation", &[]).branch("idle", &[]);
    let rates = [
        ("here", "personal", 2_246),
        ("here", "corporate", 4_052),
        ("here", "mobile", 287),
        ("nation", "personal", 2_981),
        ("nation", "corporate", 6_321),
        ("nation", "mobile", 590),
    ];
    for (branch, segment, active) in rates {
        for (kind, count) in [(SIGNED, 10_000), (ACTIVE, active)] {
            let id = format!("{branch} {segment} {kind}");
            let event = happened(kind, &id, 3, count, "wang");
            ledger = ledger.when(Event { branch: branch.into(), segment: segment.into(), ..event });
        }
    }
    for (index, here, nation) in [(6, 2_246, 2_981), (7, 4_052, 6_321), (8, 287, 590)] {
        let ledger = ledger.clone().contest(3, ranked(index));
        let says = ledger.says();
        assert_eq!(ids(&says.tables[0]), [(1, "nation"), (2, "here"), (3, "idle")]);
        assert_eq!(keys(&says.tables[0]), [Some(rate(nation, 10_000)), Some(rate(here, 10_000)), None]);
    }
}

#[test]
fn the_score_for_each_head_is_of_those_who_belong_there_on_the_last_day() {
    let gone = Membership { unit: "b3".into(), end: Some(day(15)), ..Membership::default() };
    let sun = Employee { memberships: vec![gone], ..Employee::new("sun", "sun", None) };
    let ledger = given(Contest { ranked_by: RankedBy::PerHead, ..contest(vec![a_point_each()]) })
        .branch("b1", &["wang", "li"])
        .branch("b2", &["zhao"])
        .branch("b3", &[])
        .decided("sun", 1, Payload::Employee(sun))
        .cards("1", 3, 7, "wang")
        .cards("2", 3, 3, "zhao")
        .cards("3", 3, 9, "sun");
    let says = ledger.says();
    // b1 has 7 for 2 heads, b2 3 for one; nobody is at b3 any more, and its 9 are for no head.
    assert_eq!(ranks(&says.tables[1]), [(1, "b1", points(7)), (2, "b2", points(3)), (3, "b3", points(9))]);
    assert_eq!(keys(&says.tables[1]), [Some(rate(7, 2)), some(3), None]);
    let heads: Vec<_> = says.tables[1].rows.iter().map(|row| row.heads).collect();
    assert_eq!(heads, [Some(2), Some(1), Some(0)]);
    // Who belongs to a team is a head of the branch above it, too.
    let team = ledger.clone().decided("t", 1, Payload::Unit(Unit::new("t", "team", Some("b2"), "t")));
    let chen = Payload::Employee(Employee::new("chen", "chen", Some("t")));
    assert_eq!(row(&team.decided("chen", 1, chen).says().tables[1], "b2").heads, Some(2));
    // An employee is one head, wherever.
    assert_eq!(keys(&says.tables[0]), [some(9), some(7), some(3)]);
}

fn improving(is_rate: bool) -> Contest {
    let base = Period { start: date(2025, 2, 1), end: date(2025, 2, 28) };
    let tie_breaks = vec![TieBreak::Indicator(0)];
    Contest {
        ranked_by: RankedBy::Improvement { base, is_rate },
        tie_breaks,
        ..contest(vec![a_point_each()])
    }
}

/// wang 4 in February and 10 in March, li none and 7, zhao 5 and none; what li had in January counts nowhere.
fn february_and_march(is_rate: bool) -> Ledger {
    given(improving(is_rate))
        .when(cards("0", date(2025, 1, 31), 90, &[("li", "")]))
        .when(cards("1", date(2025, 2, 1), 4, &[("wang", "")]))
        .when(cards("2", date(2025, 2, 28), 5, &[("zhao", "")]))
        .cards("3", 1, 10, "wang")
        .cards("4", 31, 7, "li")
}

#[test]
fn improvement_is_how_much_more_there_is_than_in_the_period_before() {
    let ledger = february_and_march(false);
    let says = ledger.says();
    // zhao was there only before, and is not listed; nothing of February is live or counted.
    assert_eq!(ranks(&says.tables[0]), [(1, "li", points(7)), (2, "wang", points(10))]);
    assert_eq!(keys(&says.tables[0]), [some(7), some(6)]);
    let wang = row(&says.tables[0], "wang");
    assert_eq!((wang.live, wang.figures[0].measure, wang.base), (1, 100_000, Some(points(4))));
    assert_eq!(says.credits.iter().filter(|credit| credit.span == 1).count(), 2);
}

#[test]
fn improvement_in_parts_needs_something_to_be_a_part_of() {
    let ledger = february_and_march(true);
    let says = ledger.says();
    assert_eq!(ids(&says.tables[0]), [(1, "wang"), (2, "li")]);
    assert_eq!(keys(&says.tables[0]), [Some(rate(3, 2)), None]);
    // Where all are listed zhao has lost everything, which is less than nothing and more than no rate.
    let ledger = ledger.contest(3, Contest { listing: Listing::Eligible, ..improving(true) });
    let says = ledger.says();
    assert_eq!(ids(&says.tables[0]), [(1, "wang"), (2, "zhao"), (3, "li")]);
    assert_eq!(keys(&says.tables[0])[1], some(-1));
}

#[test]
fn a_balance_of_the_period_before_is_compared_with_the_eve_of_that() {
    // 10 at the end of January, 15 in February, 40 in March: +5, then +25; 20 more.
    for credited in
        [longhu_core::contest::Credited::HolderOfTheDay, longhu_core::contest::Credited::PresentHolder]
    {
        let measure = Measure::NetChange { credited, base: Some(date(2025, 2, 10)) };
        let deposits = counts_of("deposits", "account.balance_reported", measure, Points::PerUnit(POINT));
        let ledger = given(Contest { indicators: vec![deposits], ..improving(false) })
            .reports("1", date(2025, 1, 31), ("a", 10), "wang")
            .reports("2", date(2025, 2, 5), ("a", 15), "wang")
            .reports("3", day(5), ("a", 40), "wang");
        let says = ledger.says();
        let wang = row(&says.tables[0], "wang");
        assert_eq!((wang.base, wang.score, wang.key.clone()), (Some(points(5)), points(25), some(20)));
    }
}

#[test]
fn equal_scores_are_separated_by_exact_rates_and_none_is_the_last() {
    // All have no points; wang 1 of 3, li 333,333 of 1,000,000, zhao nothing of nothing.
    let mut indicators = active_rate();
    indicators[2].points = Points::PerUnit(0);
    let ledger = given(Contest { tie_breaks: vec![TieBreak::Indicator(2)], ..contest(indicators) })
        .when(happened(SIGNED, "1", 3, 1_000_000, "li"))
        .when(happened(ACTIVE, "2", 3, 333_333, "li"))
        .when(happened(SIGNED, "3", 3, 3, "wang"))
        .when(happened(ACTIVE, "4", 3, 1, "wang"))
        .when(happened(ACTIVE, "5", 3, 1, "zhao"));
    assert_eq!(ids(&ledger.says().tables[0]), [(1, "wang"), (2, "li"), (3, "zhao")]);
}

#[test]
fn the_digest_of_a_row_has_its_key_and_its_ties_as_they_are_counted() {
    let mut indicators = active_rate();
    indicators[0].points = Points::PerUnit(POINT);
    let ranked = Contest {
        ranked_by: RankedBy::Indicator(2),
        tie_breaks: vec![TieBreak::Indicator(2), TieBreak::Earliest, TieBreak::Indicator(0)],
        boards: vec!["employee".into()],
        ..contest(indicators)
    };
    let ledger =
        given(ranked).when(happened(SIGNED, "1", 3, 6, "wang")).when(happened(ACTIVE, "2", 3, 4, "wang"));
    // 6 points for 6 sign-ups and 2/3 of 10 for the rate.
    let mut bytes = vec![4, 0, 0, 0];
    bytes.extend(b"wang");
    bytes.extend(126_667i128.to_le_bytes());
    for _ in 0..2 {
        bytes.push(1);
        bytes.extend(2i128.to_le_bytes());
        bytes.extend(3i128.to_le_bytes());
    }
    bytes.extend(60_000i128.to_le_bytes());
    // Raised on 3 March 2025 at ten in Shanghai by `1` of `cards`.
    bytes.extend([0xe9, 0x07, 3, 0, 3, 0]);
    bytes.extend(1_740_967_200_000_000_000i64.to_le_bytes());
    bytes.extend([5, 0, 0, 0]);
    bytes.extend(b"cards");
    bytes.extend([1, 0, 0, 0, b'1']);
    let hash = blake3::hash(&bytes);
    let expected: String = hash.as_bytes().iter().rev().map(|byte| format!("{byte:02x}")).collect();
    let says = ledger.says();
    assert_eq!(says.tables[0].rows[0].hash.to_string(), expected);
    assert_eq!(says.tables[0].digest.to_string(), expected);
}

#[test]
fn a_key_that_is_a_number_is_a_rate_in_the_digest_and_none_is_one_byte() {
    let bytes_of = |ledger: &Ledger, key: &[u8]| {
        let says = ledger.says();
        let row = &says.tables[0].rows[0];
        let mut bytes = (row.id.len() as u32).to_le_bytes().to_vec();
        bytes.extend(row.id.as_bytes());
        bytes.extend(row.score.to_le_bytes());
        bytes.extend(key);
        let hash = blake3::hash(&bytes);
        let expected: String = hash.as_bytes().iter().rev().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(row.hash.to_string(), expected);
    };
    // 2.5 is 5 of 2.
    let half = Indicator { points: Points::PerUnit(POINT / 2), ..a_point_each() };
    let improving =
        |is_rate| Contest { tie_breaks: vec![], indicators: vec![half.clone()], ..improving(is_rate) };
    let ledger = given(improving(false)).cards("1", 3, 5, "wang");
    let mut key = vec![1];
    key.extend(5i128.to_le_bytes());
    key.extend(2i128.to_le_bytes());
    bytes_of(&ledger, &key);
    bytes_of(&ledger.contest(3, improving(true)), &[0]);
    // So is the value of a measure that is whole: 3 cards are 3 of 1.
    let by_value = Contest { ranked_by: RankedBy::Indicator(0), ..contest(vec![half.clone()]) };
    let mut key = vec![1];
    key.extend(3i128.to_le_bytes());
    key.extend(1i128.to_le_bytes());
    bytes_of(&given(by_value).cards("1", 3, 3, "wang"), &key);
}
