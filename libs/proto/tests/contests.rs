//! Contests that use every field of a definition. Their bytes are stored for good, so nothing here is
//! changed; only new fields are added.

use jiff::civil::Date;
use longhu_core::Time;
use longhu_core::contest::{
    Cap, Completion, Contest, Credited, Filter, Indicator, Limit, Listing, LocalizedText, Measure, Overall,
    Period, Points, RankedBy, Round, TieBreak, TieRule, Tier, TierKind, Tiers, UnitFrom, UtcOffset, Window,
    ZeroTarget,
};
use longhu_core::rule::better::{self, Better};
use longhu_core::rule::{format, limit, measure, ranking, tie_break, tie_rule};
use longhu_core::types::money::Currency;

fn text(zh: &str, en: &str) -> LocalizedText {
    LocalizedText { zh: zh.into(), en: en.into() }
}

const fn day(month: i8, day: i8) -> Date {
    Date::constant(2026, month, day)
}

fn indicator(id: &str, measure: Measure, points: Points) -> Indicator {
    Indicator {
        id: id.into(),
        name: text("指标", id),
        events: vec!["card.issued".into()],
        filter: Filter::default(),
        measure,
        points,
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    }
}

fn tier(from_e4: i64, to_e4: Option<i64>, points_e4: i64, per_e4: i64, fixed_e4: i64) -> Tier {
    Tier { from_e4, to_e4, points_e4, per_e4, fixed_e4 }
}

fn by_table(kind: TierKind) -> Points {
    let steps = vec![tier(0, Some(100_000), 50_000, 10_000, 0), tier(100_000, None, -80_000, 5_000, 200_000)];
    Points::Tiers(Tiers { kind, steps })
}

/// Every measure, every kind of points.
fn indicators() -> Vec<Indicator> {
    let completion = Completion {
        weight_e4: 300_000,
        floor_e4: Some(6_000),
        cap_e4: Some(12_000),
        threshold_e4: Some(8_000),
        zero_target: ZeroTarget::Reached,
    };
    let bare = Completion {
        floor_e4: None,
        cap_e4: None,
        threshold_e4: None,
        zero_target: ZeroTarget::NoCompletion,
        ..completion
    };
    let one = Points::per_unit(10_000);
    let base = Some(Date::constant(2025, 12, 31));
    let openings = vec!["account.opened".to_owned(), "card.activated".to_owned()];
    let mut cards = indicator("cards", Measure::Count(measure::Count), one.clone());
    cards.windows = vec![
        Window { period: Period { start: day(1, 10), end: day(1, 12) }, times_e4: 20_000 },
        Window { period: Period { start: day(3, 1), end: day(3, 1) }, times_e4: 0 },
    ];
    let cap = |per, points_e4, boards: &[&str]| Cap {
        per,
        points_e4,
        boards: boards.iter().map(|board| (*board).to_owned()).collect(),
    };
    cards.caps = vec![
        cap(Limit::Event(limit::Event), 100_000, &[]),
        cap(Limit::Day(limit::Day), 200_000, &["employee"]),
        cap(Limit::Customer(limit::Customer), 300_000, &["branch"]),
        cap(Limit::Round(limit::Round), 0, &[]),
        cap(Limit::Contest(limit::Contest), 9_000_000, &["branch", "employee"]),
    ];
    let (today, present) = (Credited::HolderOfTheDay, Credited::PresentHolder);
    vec![
        cards,
        indicator("tiers", Measure::Count(measure::Count), by_table(TierKind::Marginal)),
        indicator("volume", Measure::Amount(measure::Amount), by_table(TierKind::WholeVolume)),
        indicator("customers", Measure::Customers(measure::Customers), one.clone()),
        indicator(
            "deep",
            Measure::CustomersWithProducts(measure::CustomersWithProducts { at_least: 2 }),
            one.clone(),
        ),
        indicator(
            "cross",
            Measure::ProductsPerCustomer(measure::ProductsPerCustomer),
            Points::Completion(completion),
        ),
        indicator(
            "growth",
            Measure::NetChange(measure::NetChange { credited: today, base }),
            Points::Completion(bare),
        ),
        indicator(
            "growth-now",
            Measure::NetChange(measure::NetChange { credited: present, base: None }),
            one.clone(),
        ),
        indicator(
            "average",
            Measure::AverageBalance(measure::AverageBalance { credited: present }),
            one.clone(),
        ),
        indicator(
            "second",
            Measure::NthProduct(measure::NthProduct { nth: 2, within_days: 90, openings }),
            one.clone(),
        ),
        Indicator {
            events: Vec::new(),
            ..indicator("rate", Measure::Ratio(measure::Ratio { of: 3, to: 0 }), one)
        },
    ]
}

/// Rounds, places, a table by completion, and every way of counting.
pub fn with_rounds() -> Contest {
    let round = |id: &str, start, end| Round {
        id: id.into(),
        name: text("第一期", "Round"),
        period: Period { start, end },
    };
    Contest {
        id: "rounds-2026".into(),
        name: text("分期竞赛", "Rounds"),
        campaign: String::new(),
        start: day(1, 1),
        end: day(3, 31),
        grace_days: Some(0),
        scoring_deadline: Some(Time(1_774_972_800_000_000_000)),
        boards: vec!["branch".into(), "employee".into()],
        listing: Listing::Scored,
        indicators: indicators(),
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: vec![TieBreak::Indicator(tie_break::Indicator(10))],
        unit_from: UnitFrom::Membership,
        currency: Currency::parse("CNY").unwrap(),
        rounds: vec![round("first", day(1, 1), day(1, 31)), round("second", day(2, 2), day(3, 31))],
        overall: Overall::Places(format::Places { points_e4: vec![100_000, 80_000, 65_000, 0] }),
        ranked_by: RankedBy::Completion(ranking::Completion(6)),
        calendar: Some("cn-2026".into()),
        utc_offsets: vec![
            UtcOffset { from_seconds: -2_208_988_800, seconds: 3_600 },
            UtcOffset { from_seconds: 1_774_746_000, seconds: 7_200 },
        ],
    }
}

/// Ranking keys that cannot be combined with rounds, or with each other.
pub fn ranked_otherwise() -> [(&'static str, Contest); 4] {
    let base = Period { start: Date::constant(2025, 1, 1), end: Date::constant(2025, 3, 31) };
    let ranked_by = |key: RankedBy| Contest {
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        indicators: indicators().into_iter().take(1).collect(),
        tie_breaks: Vec::new(),
        calendar: None,
        utc_offsets: Vec::new(),
        ranked_by: key,
        ..with_rounds()
    };
    [
        (
            "contest-improvement",
            ranked_by(RankedBy::Improvement(ranking::Improvement { base, is_rate: true })),
        ),
        (
            "contest-difference",
            ranked_by(RankedBy::Improvement(ranking::Improvement { base, is_rate: false })),
        ),
        ("contest-heads", ranked_by(RankedBy::PerHead(ranking::PerHead))),
        ("contest-single", ranked_by(RankedBy::Indicator(ranking::Indicator(0)))),
    ]
}

/// Indicators that follow from others, and what is better.
pub fn with_derived() -> [(&'static str, Contest); 2] {
    let single = |indicators| Contest {
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        indicators,
        tie_breaks: Vec::new(),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        ..with_rounds()
    };
    let one = Points::per_unit(10_000);
    let count = |id: &str| indicator(id, Measure::Count(measure::Count), one.clone());
    let follows = |id: &str, measure| Indicator { events: Vec::new(), ..indicator(id, measure, one.clone()) };
    let difference = follows("net", Measure::Difference(measure::Difference { of: 0, minus: 1 }));
    let sum = follows("all", Measure::SumOf(measure::SumOf { of: vec![0, 1, 2] }));
    let up = Indicator { better: Some(Better::Up(better::Up)), ..count("opened") };
    let down = Indicator { better: Some(Better::Down(better::Down)), ..count("complaints") };
    [
        ("contest-derived", single(vec![count("opened"), count("closed"), difference, sum])),
        ("contest-better", single(vec![up, down])),
    ]
}
