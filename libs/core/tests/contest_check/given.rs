//! A valid contest, and the parts that other tests use.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use longhu_core::catalogue::Catalogue;
use longhu_core::contest::check::check;
use longhu_core::contest::{
    Cap, Completion, Contest, Filter, Indicator, Limit, Listing, LocalizedText, Measure, Overall, Period,
    Points, RankedBy, Round, TieRule, Tier, TierKind, Tiers, UnitFrom, Window, ZeroTarget,
};
use longhu_core::rule::{format, measure, ranking, tie_rule};
use longhu_core::types::money::Currency;

pub fn indicator(id: &str, measure: Measure, points: Points) -> Indicator {
    let events = match measure {
        Measure::Ratio(_) => Vec::new(),
        _ => vec!["card.issued".to_owned()],
    };
    Indicator {
        id: id.into(),
        name: LocalizedText::default(),
        events,
        filter: Filter::default(),
        measure,
        points,
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    }
}

pub const ONE: Points = Points::per_unit(10_000);

/// A contest with indicators for cards and for customers.
pub fn sound() -> Contest {
    Contest {
        id: "c".into(),
        name: LocalizedText::default(),
        campaign: String::new(),
        start: date(2026, 1, 1),
        end: date(2026, 3, 31),
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["branch".into(), "employee".into()],
        listing: Listing::Scored,
        indicators: vec![
            indicator("cards", Measure::Count(measure::Count), ONE),
            indicator("people", Measure::Customers(measure::Customers), ONE),
        ],
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: Vec::new(),
        unit_from: UnitFrom::Membership,
        currency: Currency::parse("CNY").unwrap(),
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
    }
}

/// What is refused after a change of the valid contest.
pub fn refused(change: impl FnOnce(&mut Contest)) -> Vec<String> {
    let mut contest = sound();
    change(&mut contest);
    let kinds = BTreeSet::from(["branch"]);
    let found = check(&contest, &Catalogue::default(), Some(&kinds));
    for violation in &found {
        assert!(violation.reason.len() > 20, "{violation}");
    }
    found.iter().map(|violation| format!("{} {}", violation.field, violation.code)).collect()
}

pub const NOTHING: [&str; 0] = [];

pub fn period(start: Date, end: Date) -> Period {
    Period { start, end }
}

pub fn round(id: &str, start: Date, end: Date) -> Round {
    Round { id: id.into(), name: LocalizedText::default(), period: period(start, end) }
}

pub fn january() -> Round {
    round("january", date(2026, 1, 1), date(2026, 1, 31))
}

pub fn february() -> Round {
    round("february", date(2026, 2, 1), date(2026, 2, 28))
}

pub fn rounds(rounds: Vec<Round>) -> Vec<String> {
    refused(|contest| contest.rounds = rounds)
}

pub fn measure(measure: Measure) -> Vec<String> {
    refused(|contest| contest.indicators[0] = indicator("own", measure, ONE))
}

pub fn points(points: Points) -> Vec<String> {
    refused(|contest| contest.indicators[0].points = points)
}

pub fn tier(from: i64, to: Option<i64>) -> Tier {
    Tier {
        from_e4: from * 10_000,
        to_e4: to.map(|to| to * 10_000),
        points_e4: 10_000,
        per_e4: 10_000,
        fixed_e4: 0,
    }
}

pub fn tiers(steps: Vec<Tier>) -> Vec<String> {
    points(Points::Tiers(Tiers { kind: TierKind::Marginal, steps }))
}

pub const COMPLETION: Completion = Completion {
    weight_e4: 300_000,
    floor_e4: Some(6_000),
    cap_e4: Some(12_000),
    threshold_e4: Some(8_000),
    zero_target: ZeroTarget::NoCompletion,
};

pub fn windows(windows: &[(Date, Date, i64)]) -> Vec<String> {
    let window = |(start, end, times_e4): &(Date, Date, i64)| Window {
        period: period(*start, *end),
        times_e4: *times_e4,
    };
    refused(|contest| contest.indicators[0].windows = windows.iter().map(window).collect())
}

pub fn cap(per: Limit, boards: &[&str]) -> Cap {
    Cap { per, points_e4: 100_000, boards: boards.iter().map(|board| (*board).to_owned()).collect() }
}

pub fn caps(caps: Vec<Cap>) -> Vec<String> {
    refused(|contest| contest.indicators[0].caps = caps)
}

pub fn ranked_by(key: RankedBy) -> Vec<String> {
    refused(|contest| contest.ranked_by = key)
}
