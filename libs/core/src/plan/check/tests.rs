//! The check of targets and calendars, one contradiction at a time.

use crate::rule::better::{Better, Up};
use jiff::civil::date;

use super::*;
use crate::contest::{
    Credited, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Period, Points, RankedBy, Round,
    TieRule, UnitFrom,
};
use crate::organisation::{Employee, Unit};
use crate::rule::{format, measure, ranking, tie_rule};
use crate::types::money::Currency;

fn indicator(id: &str, measure: Measure) -> Indicator {
    Indicator {
        id: id.into(),
        name: LocalizedText::default(),
        events: Vec::new(),
        filter: Filter::default(),
        measure,
        points: Points::per_unit(1),
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    }
}

fn contest(currency: &str) -> Contest {
    let deposits = Measure::NetChange(measure::NetChange { credited: Credited::PresentHolder, base: None });
    let period = Period { start: date(2026, 1, 1), end: date(2026, 3, 31) };
    Contest {
        id: "spring".into(),
        name: LocalizedText::default(),
        campaign: String::new(),
        start: period.start,
        end: period.end,
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["branch".into(), EMPLOYEE.into()],
        listing: Listing::Eligible,
        indicators: vec![indicator("deposits", deposits), indicator("cards", Measure::Count(measure::Count))],
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: Vec::new(),
        unit_from: UnitFrom::Membership,
        currency: Currency::parse(currency).unwrap(),
        rounds: vec![Round { id: "q1".into(), name: LocalizedText::default(), period }],
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
    }
}

fn bank() -> Organisation {
    let mut bank = Organisation::default();
    bank.put_unit(Unit::new("B01", "branch", None, "城东"));
    bank.put_unit(Unit::new("T01", "team", Some("B01"), "一部"));
    bank.put_employee(Employee::new("E01", "张三", Some("T01")));
    bank
}

fn aimed(participant: &str, aims: &[(&str, &str, i64)]) -> Targets {
    let target = |(indicator, round, value_e4): &(&str, &str, i64)| Target {
        indicator: (*indicator).into(),
        round: (*round).into(),
        value_e4: *value_e4,
    };
    let targets = aims.iter().map(target).collect();
    Targets { contest: "spring".into(), participant: participant.into(), targets }
}

fn said(aimed: &Targets, contest: &Contest) -> Vec<String> {
    targets(aimed, contest, &bank()).iter().map(|found| format!("{} {}", found.field, found.code)).collect()
}

#[test]
fn a_participant_is_a_unit_or_an_employee_of_one_of_the_boards() {
    let of = |participant| said(&aimed(participant, &[("cards", "", 10_000)]), &contest("CNY"));
    assert!(of("B01").is_empty() && of("E01").is_empty());
    for outside in ["T01", "B02"] {
        assert_eq!(of(outside), ["participant NOT_IN_CONTEST"], "{outside}");
    }
    assert_eq!(of(""), ["participant MISSING_FIELD"]);
    let without = Contest { boards: vec!["branch".into()], ..contest("CNY") };
    assert_eq!(said(&aimed("E01", &[]), &without), ["participant NOT_IN_CONTEST"]);
}

#[test]
fn unknown_indicators_and_rounds_are_refused_and_the_nearest_is_named() {
    let wrong = aimed("B01", &[("cards", "", 0), ("card", "q1", 0), ("cards", "q2", 0), ("loans", "", 0)]);
    let found = targets(&wrong, &contest("CNY"), &bank());
    let fields: Vec<&str> = found.iter().map(|found| found.field.as_str()).collect();
    assert_eq!(fields, ["targets[1].indicator", "targets[2].round", "targets[3].indicator"]);
    assert!(found[0].reason.contains("did you mean `cards`?"), "{}", found[0]);
    assert!(found[1].reason.contains("did you mean `q1`?"), "{}", found[1]);
    assert!(found[2].reason.contains("there are deposits, cards"), "{}", found[2]);
    let flat = Contest { rounds: Vec::new(), ..contest("CNY") };
    assert!(targets(&wrong, &flat, &bank())[1].reason.contains("it has none; leave it out"));
}

#[test]
fn an_indicator_has_at_most_one_target_for_each_round_and_one_for_the_whole() {
    let both = [("cards", "", 1), ("cards", "q1", 1), ("deposits", "", 100)];
    assert!(said(&aimed("B01", &both), &contest("CNY")).is_empty());
    let again = [&both[..], &both[1..2]].concat();
    assert_eq!(said(&aimed("B01", &again), &contest("CNY")), ["targets[3].indicator DUPLICATE_TARGET"]);
    let many = vec![("cards", "", 1); TARGETS_MAX + 1];
    assert_eq!(said(&aimed("B01", &many), &contest("CNY"))[0], "targets TOO_MANY");
}

#[test]
fn values_have_no_more_digits_than_their_measure() {
    let of = |currency, indicator, value| said(&aimed("B01", &[(indicator, "", value)]), &contest(currency));
    assert!(of("CNY", "cards", 1).is_empty() && of("CNY", "deposits", 100).is_empty());
    assert!(of("KWD", "deposits", 10).is_empty() && of("JPY", "deposits", 10_000).is_empty());
    for (currency, value) in [("CNY", 110), ("JPY", 100), ("KWD", 11)] {
        assert_eq!(of(currency, "deposits", value), ["targets[0].value_e4 TOO_MANY_DIGITS"], "{currency}");
    }
    assert!(of("CNY", "cards", VALUE_E4_MAX).is_empty() && of("CNY", "cards", 0).is_empty());
    for value in [-VALUE_E4_MAX - 1, VALUE_E4_MAX + 1] {
        assert_eq!(of("CNY", "cards", value), ["targets[0].value_e4 OUT_OF_RANGE"], "{value}");
    }
}

#[test]
fn a_target_below_zero_needs_an_indicator_with_better() {
    let plan = aimed("B01", &[("cards", "", -10_000)]);
    let mut own = contest("CNY");
    assert_eq!(said(&plan, &own), ["targets[0].value_e4 NEGATIVE_TARGET"]);
    own.indicators.iter_mut().for_each(|indicator| indicator.better = Some(Better::Up(Up)));
    assert_eq!(said(&plan, &own), Vec::<String>::new());
}

fn wrong(change: impl FnOnce(&mut Calendar)) -> Vec<String> {
    let mut one = Calendar {
        id: "cn-2026".into(),
        weekend: vec![6, 7],
        closed: vec![date(2026, 5, 1), date(2026, 1, 1)],
        open: vec![date(2026, 5, 9)],
    };
    change(&mut one);
    calendar(&one).iter().map(|found| format!("{} {}", found.field, found.code)).collect()
}

#[test]
fn contradictions_in_each_list_of_a_calendar_are_refused() {
    assert!(wrong(|_| {}).is_empty(), "dates may stand in any order");
    assert_eq!(wrong(|one| one.id = "cn 2026".into()), ["id BAD_NAME"]);
    assert_eq!(
        wrong(|one| one.weekend = vec![0, 7, 8]),
        ["weekend[0] OUT_OF_RANGE", "weekend[2] OUT_OF_RANGE"]
    );
    assert_eq!(wrong(|one| one.weekend.push(6)), ["weekend[2] DUPLICATE_WEEKDAY"]);
    assert_eq!(wrong(|one| one.closed.push(date(2026, 5, 1))), ["closed_dates[2] DUPLICATE_DATE"]);
    assert_eq!(wrong(|one| one.open.push(date(2026, 5, 9))), ["open_dates[1] DUPLICATE_DATE"]);
    assert_eq!(wrong(|one| one.open.push(date(2026, 1, 1))), ["open_dates[1] CONTRADICTION"]);
}

#[test]
fn a_calendar_has_at_least_one_working_day() {
    assert!(wrong(|one| one.weekend = Vec::new()).is_empty(), "a bank may have no weekend");
    assert!(wrong(|one| one.weekend = (1..=7).collect()).is_empty(), "one date is open");
    let never = wrong(|one| (one.weekend, one.open) = ((1..=7).collect(), Vec::new()));
    assert_eq!(never, ["weekend NO_WORKING_DAY"]);
    let dates = |count: i32| {
        (0..count).map(|day| date(2026, 5, 10).checked_add(jiff::Span::new().days(day)).unwrap())
    };
    assert!(wrong(|one| one.closed = dates(3_999).collect()).is_empty());
    assert_eq!(wrong(|one| one.closed = dates(4_000).collect()), ["closed_dates TOO_MANY"]);
}
