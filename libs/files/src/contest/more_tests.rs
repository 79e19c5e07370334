//! What a contest's file may say about measures, points, windows, caps, rounds and ranking, and how mistakes
//! are reported.

use jiff::civil::{Date, date};
use longhu_core::contest::{
    Cap, Completion, Contest, Credited, Limit, Measure, Overall, Period, Points, RankedBy, Tier, TierKind,
    Window, ZeroTarget,
};
use longhu_core::rule::{format, limit, measure, ranking};

use super::{Reading, read};
use crate::document::Source;

const ROUNDS: &str = include_str!("../../../../deploy/examples/rounds.toml");
const SCORECARD: &str = include_str!("../../../../deploy/examples/scorecard.toml");

fn reading(text: &str) -> Reading {
    read(Source::new("x", text.to_owned()).parse().unwrap().root())
}

fn contest(text: &str) -> Contest {
    let reading = reading(text);
    assert!(reading.is_sound() && reading.undecided.is_empty(), "{reading:?}");
    let read = longhu_proto::contest::from_wire(&reading.definition, reading.contest.currency).unwrap();
    assert_eq!(read, reading.contest, "the wire loses nothing");
    read
}

fn period(start: Date, end: Date) -> Period {
    Period { start, end }
}

#[test]
fn a_file_with_rounds_says_exactly_the_definition() {
    let contest = contest(ROUNDS);
    let weeks: Vec<_> = contest.rounds.iter().map(|round| (round.id.as_str(), round.period)).collect();
    assert_eq!(
        weeks,
        [
            ("week-1", period(date(2026, 3, 1), date(2026, 3, 7))),
            ("week-2", period(date(2026, 3, 8), date(2026, 3, 14))),
        ]
    );
    assert_eq!(contest.rounds[1].name.zh, "第二周");
    assert_eq!(
        contest.overall,
        Overall::Places(format::Places { points_e4: vec![100_000, 80_000, 65_000, 50_000, 40_000] })
    );
    assert_eq!(contest.calendar.as_deref(), Some("cn-2026"));
    let Points::Tiers(tiers) = &contest.indicators[0].points else { panic!("{contest:?}") };
    assert_eq!(tiers.kind, TierKind::Marginal);
    assert_eq!(
        tiers.steps,
        [
            Tier { from_e4: 0, to_e4: Some(100_000), points_e4: 50_000, per_e4: 10_000, fixed_e4: 0 },
            Tier { from_e4: 100_000, to_e4: None, points_e4: 80_000, per_e4: 10_000, fixed_e4: 200_000 },
        ]
    );
    let merchants = &contest.indicators[1];
    let days = period(date(2026, 3, 5), date(2026, 3, 6));
    assert_eq!(merchants.windows, [Window { period: days, times_e4: 20_000 }]);
    assert_eq!(
        merchants.caps,
        [
            Cap { per: Limit::Day(limit::Day), points_e4: 100_000, boards: vec!["employee".into()] },
            Cap { per: Limit::Round(limit::Round), points_e4: 600_000, boards: Vec::new() },
        ]
    );
    let openings = vec!["account.opened".to_owned()];
    assert_eq!(
        contest.indicators[2].measure,
        Measure::NthProduct(measure::NthProduct { nth: 2, within_days: 90, openings })
    );
}

#[test]
fn a_scorecard_says_exactly_the_definition() {
    let contest = contest(SCORECARD);
    let measures: Vec<Measure> = contest.indicators.iter().map(|own| own.measure.clone()).collect();
    let base = Some(date(2025, 12, 31));
    assert_eq!(
        measures,
        [
            Measure::NetChange(measure::NetChange { credited: Credited::HolderOfTheDay, base }),
            Measure::AverageBalance(measure::AverageBalance { credited: Credited::PresentHolder }),
            Measure::CustomersWithProducts(measure::CustomersWithProducts { at_least: 2 }),
            Measure::Customers(measure::Customers),
            Measure::Customers(measure::Customers),
            Measure::Ratio(measure::Ratio { of: 4, to: 3 }),
        ]
    );
    let deposits = Completion {
        weight_e4: 400_000,
        floor_e4: None,
        cap_e4: Some(12_000),
        threshold_e4: Some(6_000),
        zero_target: ZeroTarget::NoCompletion,
    };
    assert_eq!(contest.indicators[0].points, Points::Completion(deposits));
    let Points::Completion(average) = contest.indicators[1].points else { panic!("{contest:?}") };
    assert_eq!((average.floor_e4, average.zero_target), (Some(5_000), ZeroTarget::Reached));
    assert_eq!(contest.indicators[3].points, Points::per_unit(0));
}

#[test]
fn rows_are_ranked_by_the_key_in_the_file() {
    let by = |key: &str| {
        contest(&SCORECARD.replace("ranked_by = \"score\"", &format!("ranked_by = {key}"))).ranked_by
    };
    assert_eq!(by("\"score\""), RankedBy::Score(ranking::Score));
    assert_eq!(by("\"per_head\""), RankedBy::PerHead(ranking::PerHead));
    assert_eq!(by("{ indicator = \"active-rate\" }"), RankedBy::Indicator(ranking::Indicator(5)));
    assert_eq!(by("{ completion = \"deposits\" }"), RankedBy::Completion(ranking::Completion(0)));
    let rounds = ROUNDS.split_once("calendar").unwrap().0.to_owned();
    let improvement = rounds
        + "ranked_by = { improvement = \"rate\", from = 2025-03-01, to = 2025-03-14 }\n\
           [[indicators]]\nid = \"i\"\nevents = [\"visit.made\"]\n";
    let base = period(date(2025, 3, 1), date(2025, 3, 14));
    assert_eq!(
        contest(&improvement).ranked_by,
        RankedBy::Improvement(ranking::Improvement { base, is_rate: true })
    );
}

/// The problems of the smallest contest whose only indicator has these lines.
fn problems(lines: &str) -> Vec<String> {
    problems_of("", lines)
}

fn problems_of(contest: &str, indicator: &str) -> Vec<String> {
    let text = format!(
        "id = \"x\"\nperiod = {{ from = 2026-01-01, to = 2026-03-31 }}\nboards = [\"team\"]\ncurrency = \"CNY\"\n\
         {contest}\n[[indicators]]\nid = \"i\"\n{indicator}\n"
    );
    reading(&text).problems().iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect()
}

const EVENTS: &str = "events = [\"card.issued\"]\n";

#[test]
fn a_measure_is_a_word_or_a_table_with_one_measure() {
    let with = |measure: &str| problems(&format!("{EVENTS}measure = {measure}"));
    for sound in ["\"customers\"", "\"products_per_customer\"", "{ customers_with_products = 3 }"] {
        assert_eq!(with(sound), [""; 0], "{sound}");
    }
    assert_eq!(with("\"customer\""), ["indicators[0].measure UNKNOWN_VALUE"]);
    assert_eq!(with("{}"), ["indicators[0].measure CONFLICTING_FIELDS"]);
    assert_eq!(
        with("{ net_change = \"present_holder\", average_balance = \"present_holder\" }"),
        ["indicators[0].measure CONFLICTING_FIELDS"]
    );
    assert_eq!(
        with("{ average_balance = \"present_holder\", base = 2025-12-31 }"),
        ["indicators[0].measure.base UNKNOWN_FIELD"]
    );
    assert_eq!(with("{ net_change = \"holder\" }"), ["indicators[0].measure.net_change UNKNOWN_VALUE"]);
    assert_eq!(
        with("{ nth_product = 2 }"),
        ["indicators[0].measure.within_days MISSING_FIELD", "indicators[0].measure.openings MISSING_FIELD"]
    );
    assert_eq!(
        with("{ net_change = \"present_holder\", base = 2026-01-01 }"),
        ["indicators[0].measure.base BASE_NOT_BEFORE"]
    );
}

#[test]
fn a_ratio_names_indicators_of_the_contest_and_has_no_events() {
    let ratio =
        |of: &str, more: &str| problems(&format!("measure = {{ ratio = \"{of}\", to = \"i\" }}\n{more}"));
    assert_eq!(
        ratio("j", ""),
        ["indicators[0].measure.ratio UNKNOWN_INDICATOR", "indicators[0].measure.to RATIO_OF_ITSELF"]
    );
    assert_eq!(
        ratio("i", EVENTS),
        [
            "indicators[0].measure.ratio RATIO_OF_ITSELF",
            "indicators[0].measure.to RATIO_OF_ITSELF",
            "indicators[0].events RATIO_COUNTS_NOTHING",
        ]
    );
}

#[test]
fn points_are_given_in_one_way() {
    let with = |points: &str| problems(&format!("{EVENTS}points = {points}"));
    for sound in ["\"none\"", "{ per_unit = -1.5 }", "{ weight = 30, cap = 1.2 }"] {
        assert_eq!(with(sound), [""; 0], "{sound}");
    }
    for twice in ["{ per_unit = 1, weight = 30 }", "{ tiers = \"marginal\", per_unit = 1 }", "{}"] {
        assert_eq!(with(twice), ["indicators[0].points CONFLICTING_FIELDS"], "{twice}");
    }
    assert_eq!(with("\"nothing\""), ["indicators[0].points UNKNOWN_VALUE"]);
    assert_eq!(with("{ cap = \"120%\" }"), ["indicators[0].points.weight MISSING_FIELD"]);
    assert_eq!(
        with("{ weight = 30, floor = \"130%\", cap = \"120%\" }"),
        ["indicators[0].points.floor EMPTY_RANGE"]
    );
}

#[test]
fn a_table_of_rates_is_checked_step_by_step() {
    let with =
        |steps: &str| problems(&format!("{EVENTS}points = {{ tiers = \"marginal\", steps = [{steps}] }}"));
    let step = |at: usize, rest: &str| vec![format!("indicators[0].points.steps[{at}]{rest}")];
    assert_eq!(with("{ from = 0, fixed = 5 }, { from = 5, points = 1, per_amount = 3 }"), [""; 0]);
    assert_eq!(
        with("{ from = 0, to = 4, per_unit = 1 }, { from = 5, per_unit = 2 }"),
        step(1, ".from TIERS_HAVE_A_HOLE")
    );
    assert_eq!(with("{ from = 0, per_unit = 1, points = 2 }"), step(0, " CONFLICTING_FIELDS"));
    assert_eq!(with("{ from = 0, points = 1, per_amount = 0 }"), step(0, ".per_amount OUT_OF_RANGE"));
    assert_eq!(with("{ per_unit = 1 }"), step(0, ".from MISSING_FIELD"));
    assert_eq!(with(""), ["indicators[0].points.steps OUT_OF_RANGE"]);
}

#[test]
fn windows_and_caps_are_checked_at_their_lines() {
    let windows = |window: &str| problems(&format!("{EVENTS}windows = [{{ {window} }}]"));
    assert_eq!(windows("from = 2026-01-01, to = 2026-01-02, times = 2"), [""; 0]);
    assert_eq!(
        windows("from = 2025-01-01, to = 2026-01-02"),
        ["indicators[0].windows[0].times MISSING_FIELD", "indicators[0].windows[0].from OUTSIDE_PERIOD"]
    );
    let caps = |cap: &str| problems(&format!("{EVENTS}caps = [{{ {cap} }}]"));
    assert_eq!(caps("per = \"day\", points = 10, boards = \"team\""), [""; 0]);
    assert_eq!(caps("per = \"week\", points = 10"), ["indicators[0].caps[0].per UNKNOWN_VALUE"]);
    assert_eq!(caps("per = \"day\""), ["indicators[0].caps[0].points MISSING_FIELD"]);
    assert_eq!(caps("per = \"round\", points = 10"), ["indicators[0].caps[0].per NEEDS_ROUNDS"]);
}

#[test]
fn rounds_and_ranking_are_checked_at_their_lines() {
    let with = |lines: &str| problems_of(lines, EVENTS);
    assert_eq!(with("overall = \"sum\""), [""; 0]);
    assert_eq!(with("overall = \"total\""), ["overall UNKNOWN_VALUE"]);
    assert_eq!(with("overall = { places = [3, 2] }"), ["overall NEEDS_ROUNDS"]);
    assert_eq!(with("overall = {}"), ["overall.places MISSING_FIELD"]);
    assert_eq!(with("ranked_by = \"name\""), ["ranked_by UNKNOWN_VALUE"]);
    assert_eq!(with("ranked_by = { indicator = \"j\" }"), ["ranked_by.indicator UNKNOWN_INDICATOR"]);
    assert_eq!(with("ranked_by = { completion = \"i\" }"), ["ranked_by.completion NO_COMPLETION"]);
    assert_eq!(
        with("ranked_by = { indicator = \"i\", from = 2025-01-01 }"),
        ["ranked_by CONFLICTING_FIELDS"]
    );
    assert_eq!(
        with("ranked_by = { improvement = \"rate\" }"),
        ["ranked_by.from MISSING_FIELD", "ranked_by.to MISSING_FIELD"]
    );
    assert_eq!(
        with(
            "[[rounds]]\nid = \"r\"\nfrom = 2026-01-01\n[[rounds]]\nid = \"r\"\nfrom = 2026-02-01\nto = 2026-02-28"
        ),
        ["rounds[0].to MISSING_FIELD", "rounds[1].id DUPLICATE_ID"]
    );
}
