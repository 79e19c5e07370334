//! Stored bytes of version 1: an event and every kind of decision, as files that are never written again.
//! Decoding them must always give the same entries, and encoding the same entries must give the same bytes.
//!
//! For a new kind of entry, run `LONGHU_WRITE_GOLDEN=1 cargo test -p longhu-proto golden` once. It
//! never overwrites a file.

use std::path::PathBuf;

use jiff::civil::Date;
use longhu_core::catalogue::Field;
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieBreak,
    TieRule, UnitFrom,
};
use longhu_core::control::{Adoption, Bank, Decision, EventType, Payload, Seal, Source};
use longhu_core::event::{Credit, Event, Reversal};
use longhu_core::organisation::{
    Employee, HandOver, Meaning, Membership, PeerGroup, SourceCode, Unit, UnitChange,
};
use longhu_core::plan::{Calendar, Target, Targets};
use longhu_core::rule::better::Better;
use longhu_core::rule::measure_rule::Material;
use longhu_core::rule::unit;
use longhu_core::rule::{format, measure, points, ranking, tie_break, tie_rule};
use longhu_core::types::money::{Amount, Currency};
use longhu_core::{Position, Time};
use longhu_proto::{control, event, stored_event};
use prost::Message;

use crate::contests;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/entries")
        .join(format!("{name}.v1.bin"))
}

/// The golden bytes. Written first if they are missing and `LONGHU_WRITE_GOLDEN` is set.
fn golden(name: &str, now: &[u8]) -> Vec<u8> {
    let path = fixture(name);
    if !path.exists() && std::env::var_os("LONGHU_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, now).unwrap();
    }
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn cny() -> Currency {
    Currency::parse("CNY").unwrap()
}

fn whole_event() -> Event<'static> {
    Event {
        source: "core-cards".into(),
        id: "发卡-0001".into(),
        source_sequence: Some(4_294_967_297),
        kind: "card.issued".into(),
        occurred: Time(1_774_922_400_123_456_789),
        business_date: Date::constant(2026, 3, 31),
        branch: "branch-01".into(),
        credits: vec![
            Credit { employee: "e-001".into(), role: "owner".into(), share_ppm: Some(700_000) },
            Credit { employee: "e-002".into(), role: "assistant".into(), share_ppm: None },
        ],
        customer: "p1.000102030405060708090a0b0c0d0e0f".into(),
        subject: "p1.0f0e0d0c0b0a09080706050403020100".into(),
        product: "gold".into(),
        channel: "lobby".into(),
        segment: "vip".into(),
        quantity: Some(3),
        amount: Some(Amount { currency: cny(), minor: -1_234_567 }),
        revision: Some(2),
        reverses: Some(Reversal {
            id: "发卡-0000".into(),
            source_sequence: Some(4_294_967_296),
            quantity: Some(1),
            amount: Some(Amount { currency: cny(), minor: 567 }),
            dated: true,
        }),
        attributes: vec![("campaign".into(), "开门红".into()), ("z".into(), "".into())],
    }
}

fn least_event() -> Event<'static> {
    Event {
        source: "s".into(),
        id: "1".into(),
        source_sequence: None,
        kind: "visit.made".into(),
        occurred: Time(0),
        business_date: Date::constant(1970, 1, 1),
        branch: "b".into(),
        credits: Vec::new(),
        customer: "".into(),
        subject: "".into(),
        product: "".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: None,
        amount: None,
        revision: None,
        reverses: None,
        attributes: Vec::new(),
    }
}

fn seal() -> Seal {
    Seal { contest: "spring".into(), forced: true, reason: "结果提前公布".into() }
}

fn text(zh: &str, en: &str) -> LocalizedText {
    LocalizedText { zh: zh.into(), en: en.into() }
}

fn contest() -> Contest {
    let gold = Indicator {
        id: "gold".into(),
        name: text("金卡", "Gold cards"),
        events: vec!["card.issued".into(), "card.activated".into()],
        filter: Filter {
            products: vec!["gold".into()],
            channels: vec!["lobby".into(), "mobile".into()],
            segments: vec!["vip".into()],
            amount_min: Some(100),
            amount_max: Some(1_000_050),
            attributes: vec![("campaign".into(), vec!["开门红".into()])],
        },
        measure: Measure::Quantity(measure::Quantity),
        points: Points::per_unit(50_000),
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    };
    let wealth = Indicator {
        id: "wealth".into(),
        name: LocalizedText::default(),
        events: vec!["wealth.sold".into()],
        filter: Filter::default(),
        measure: Measure::Amount(measure::Amount),
        points: Points::PerAmount(points::PerAmount { points_e4: -10_001, per_minor: 1_000_000 }),
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    };
    Contest {
        id: "spring-2026".into(),
        name: text("2026 年开门红", "Spring 2026"),
        campaign: "kaimenhong".into(),
        start: Date::constant(2026, 1, 1),
        end: Date::constant(2026, 3, 31),
        grace_days: Some(5),
        scoring_deadline: Some(Time(1_775_404_800_000_000_000)),
        boards: vec!["branch".into(), "employee".into()],
        listing: Listing::Eligible,
        indicators: vec![gold, wealth],
        tie_rule: TieRule::Dense(tie_rule::Dense),
        tie_breaks: vec![
            TieBreak::Earliest(tie_break::Earliest),
            TieBreak::Indicator(tie_break::Indicator(1)),
            TieBreak::Name(tie_break::Name),
        ],
        unit_from: UnitFrom::Event,
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        currency: cny(),
    }
}

/// Every field of a unit with dates: a move to the top and a rename, a merger, two peer groups.
fn unit_dated() -> Unit {
    let day = |month, day| Date::constant(2026, month, day);
    let renamed = Some("城东中心支行".into());
    Unit {
        start: Some(Date::constant(2019, 7, 1)),
        end: Some(day(6, 30)),
        changes: vec![
            UnitChange { date: day(2, 1), parent: Some(Some("r2".into())), name: None },
            UnitChange { date: day(3, 1), parent: Some(None), name: renamed },
        ],
        merged_into: Some("c".into()),
        peer_groups: vec![
            PeerGroup { label: "城区".into(), start: None, end: Some(day(3, 31)) },
            PeerGroup { label: "核心".into(), start: Some(day(4, 1)), end: None },
        ],
        ..Unit::new("b", "branch", Some("r"), "城东支行")
    }
}

/// An employee who was transferred, and has a secondary membership for a while.
fn employee_dated() -> Employee {
    let day = |month, day| Some(Date::constant(2026, month, day));
    let membership = |unit: &str, start, end, role: &str| Membership {
        unit: unit.into(),
        start,
        end,
        role: role.into(),
        is_secondary: false,
    };
    let memberships = vec![
        membership("a", None, day(2, 14), "teller"),
        membership("b", day(2, 15), None, "客户经理"),
        Membership { is_secondary: true, ..membership("c", day(3, 1), day(3, 31), "") },
    ];
    Employee { memberships, ..Employee::new("e-001", "张敏", None) }
}

/// Every field of a hand-over. Nobody writes one that is for all customers and also lists some, but its bytes
/// can be decoded.
fn hand_over() -> HandOver {
    HandOver {
        id: "2026-02-wang-li".into(),
        from: "e-002".into(),
        to: "e-003".into(),
        start: Date::constant(2026, 2, 15),
        end: Some(Date::constant(2026, 3, 31)),
        is_for_all: true,
        customers: vec!["p1.ETrmPNvZs45espKlE_pQJw".into(), "p1.Lt7_CcL650ZWkIHDGraRcw".into()],
    }
}

/// A teller number that was given to the next teller.
fn source_code() -> SourceCode {
    let meaning = |id: &str, start, end| Meaning { id: id.into(), start, end };
    let meanings = vec![
        meaning("e-001", None, Some(Date::constant(2026, 2, 14))),
        meaning("e-002", Some(Date::constant(2026, 2, 15)), None),
    ];
    SourceCode { source: "core-cards".into(), code: "T017".into(), meanings }
}

/// A target for the whole contest, one for a round, and the greatest possible one.
fn targets() -> Targets {
    let target = |indicator: &str, round: &str, value_e4| Target {
        indicator: indicator.into(),
        round: round.into(),
        value_e4,
    };
    let targets = vec![
        target("cards", "", 0),
        target("cards", "q1", 12_000_000),
        target("deposits", "", 1_000_000_000_000_000_000),
    ];
    Targets { contest: "spring-2026".into(), participant: "城东".into(), targets }
}

/// A holiday in May, and the Saturday that is worked instead.
fn adoption() -> Adoption {
    Adoption {
        lost_after: Position::new(4_711, 12),
        batch_hash: std::array::from_fn(|at| at as u8),
        recorded: Time(1_774_922_400_123_456_789),
        adopted: Time(1_774_926_000_000_000_001),
        reason: "机房断电，从备份恢复".into(),
    }
}

fn calendar() -> Calendar {
    let may = |day| Date::constant(2026, 5, day);
    let closed = vec![may(1), may(4), may(5)];
    Calendar { id: "cn-2026".into(), weekend: vec![6, 7], closed, open: vec![may(9)] }
}

/// Decisions by the names of their files: the kind, and for special cases a suffix after `-`.
fn decisions() -> Vec<(&'static str, Payload)> {
    let unit = Unit::new("b", "branch", Some("r"), "城东支行");
    let employee = Employee::new("e-001", "张敏", Some("t"));
    let source =
        Source { name: "core".into(), numbered: true, horizon_days: Some(400), principal: "adapter".into() };
    let kind = EventType {
        name: "gift.sent".into(),
        required: vec![Field::Customer, Field::Amount],
        description: "A gift".into(),
    };
    let mut payloads = vec![
        ("bank", Payload::Bank(Bank { id: "bank".into(), zone: "Asia/Shanghai".into(), currency: cny() })),
        ("source", Payload::Source(source)),
        ("event_type", Payload::EventType(kind)),
        ("unit", Payload::Unit(unit)),
        ("unit-dated", Payload::Unit(unit_dated())),
        ("employee", Payload::Employee(employee)),
        ("employee-dated", Payload::Employee(employee_dated())),
        ("contest", Payload::Contest(Box::new(contest()))),
        ("close", Payload::Close { count: 7 }),
        ("seal", Payload::Seal(seal())),
        ("hand_over", Payload::HandOver(hand_over())),
        ("source_code", Payload::SourceCode(source_code())),
        ("targets", Payload::Targets(targets())),
        ("targets-none", Payload::Targets(Targets { targets: Vec::new(), ..targets() })),
        ("calendar", Payload::Calendar(calendar())),
        ("adoption", Payload::Adoption(adoption())),
        ("contest-rounds", Payload::Contest(Box::new(contests::with_rounds()))),
    ];
    let ranked = contests::ranked_otherwise().into_iter();
    let others = ranked.chain(contests::with_derived());
    payloads.extend(others.map(|(name, contest)| (name, Payload::Contest(Box::new(contest)))));
    payloads
}

#[test]
fn stored_events_of_version_1_are_read_and_written_as_ever() {
    for (name, event) in [("event-whole", whole_event()), ("event-least", least_event())] {
        let bytes = event::to_wire(&event).encode_to_vec();
        let golden = golden(name, &bytes);
        assert_eq!(stored_event::decode(&golden).unwrap(), event, "{name}");
        assert_eq!(bytes, golden, "{name}");
    }
}

#[test]
fn stored_decisions_of_version_1_are_read_and_written_as_ever() {
    for (name, payload) in decisions() {
        let decision = Decision {
            principal: "hq".into(),
            key: "key".into(),
            revision: 3,
            change_set: "0198".into(),
            payload,
        };
        assert_eq!(Some(decision.payload.kind()), name.split('-').next());
        let bytes = control::encode(&decision);
        let golden = golden(name, &bytes);
        assert_eq!(control::decode(&golden).unwrap(), decision, "{name}");
        assert_eq!(bytes, golden, "{name}");
    }
}

#[test]
fn a_decision_of_a_kind_from_the_future_stops_the_reader() {
    let mut bytes = control::encode(&Decision {
        principal: "hq".into(),
        key: "key".into(),
        revision: 1,
        change_set: String::new(),
        payload: Payload::Close { count: 1 },
    });
    // The last field is the payload; this gives it a oneof tag that this version does not know.
    let at = bytes.len() - 5;
    assert_eq!(bytes[at..at + 2], [0x82, 0x01]);
    bytes[at] = 0xfa;
    assert!(control::decode(&bytes).is_err());
}

/// A contest with two plain indicators and one with this measure.
fn with_measure(measure: Measure) -> Contest {
    let (_, Payload::Contest(contest)) =
        decisions().into_iter().find(|(name, _)| *name == "contest").unwrap()
    else {
        panic!("the decision `contest` is one");
    };
    let plain = Indicator {
        measure: Measure::Count(measure::Count),
        points: Points::per_unit(0),
        windows: Vec::new(),
        caps: Vec::new(),
        better: None,
        ..contest.indicators[0].clone()
    };
    let named = |id: &str| Indicator { id: id.to_owned(), ..plain.clone() };
    Contest { indicators: vec![named("a"), named("b"), Indicator { measure, ..named("c") }], ..*contest }
}

/// Whoever adds a measure adds a file with its bytes: `LONGHU_WRITE_GOLDEN=1` writes it.
#[test]
fn stored_measures_are_read_and_written_as_ever() {
    let material = Material {
        start: Date::constant(2026, 1, 1),
        types: &["card.issued", "card.activated"],
        units: &[unit::Unit::Events, unit::Unit::Events],
    };
    for rule in Measure::samples(&material) {
        let word = rule[0].word();
        let decision = Decision {
            principal: "hq".into(),
            key: "key".into(),
            revision: 1,
            change_set: String::new(),
            payload: Payload::Contest(Box::new(with_measure(rule[0].clone()))),
        };
        let golden = golden(&format!("measure-{word}"), &control::encode(&decision));
        let read = control::decode(&golden).unwrap();
        let Payload::Contest(contest) = &read.payload else { panic!("{word}: {read:?}") };
        assert_eq!(contest.indicators[2].measure.word(), word);
        assert_eq!(control::encode(&read), golden, "{word}");
    }
}

/// Whoever adds another word for what is better adds its stored bytes too.
#[test]
fn every_word_for_what_is_better_has_golden_bytes() {
    let decisions = decisions();
    let contests = decisions.iter().filter_map(|(_, payload)| match payload {
        Payload::Contest(contest) => Some(contest),
        _ => None,
    });
    let indicators: Vec<&Indicator> = contests.flat_map(|contest| &contest.indicators).collect();
    for better in Better::ALL {
        assert!(indicators.iter().any(|own| own.better == Some(better)), "no golden bytes of {better:?}");
    }
}
