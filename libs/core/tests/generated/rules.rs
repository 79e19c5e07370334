//! Generated rules: measures, points, windows, caps, rounds and ranking keys, applied to a generated contest;
//! and targets for its participants. Each contest passes the check, as every contest in a log does.

use longhu_core::contest::{
    Cap, Completion, Contest, Indicator, Limit, LocalizedText, Measure, Overall, Period, Points, RankedBy,
    Round, TieBreak, Tier, TierKind, Tiers, Window, ZeroTarget,
};
use longhu_core::control::{Decision, Payload};
use longhu_core::plan::{Target, Targets};
use longhu_core::rule::better::Better;
use longhu_core::rule::class::Class;
use longhu_core::rule::measure_rule::Material;
use longhu_core::rule::unit::Unit;
use longhu_core::rule::{format, limit, points, ranking, tie_break};
use proptest::prelude::*;
use proptest::sample::select;

use crate::generated::contests::day;
use crate::generated::dice::Dice;
use crate::generated::events::TYPES;
use crate::generated::organisation::{decision, employee_id, unit_id};

/// Applies rules to a contest, chosen by a seed.
pub fn ruled(mut contest: Contest, seed: u64) -> Contest {
    let mut dice = Dice::new(seed);
    let improves = dice.once_in(4);
    if improves {
        // So that there are facts before the period.
        contest.start = contest.end.min(day(14)).max(contest.start);
    } else if dice.once_in(2) {
        lay_rounds(&mut contest, &mut dice);
    }
    let plain = contest.clone();
    contest.indicators.truncate(3);
    for indicator in &mut contest.indicators {
        lay_measure(indicator, &plain, &mut dice);
    }
    if dice.once_in(3) {
        add_derived(&mut contest, &mut dice);
    }
    for at in 0..contest.indicators.len() {
        lay_points(&mut contest, at, improves, &mut dice);
    }
    lay_ranking(&mut contest, improves, &mut dice);
    contest
}

fn lay_rounds(contest: &mut Contest, dice: &mut Dice) {
    let round = |number: usize, (first, last): (i64, i64)| {
        let days = Period { start: contest.start, end: contest.end };
        let period = Period { start: day(first).max(days.start), end: day(last).min(days.end) };
        (period.start <= period.end).then(|| Round {
            id: format!("r{number}"),
            name: LocalizedText::default(),
            period,
        })
    };
    // Facts are on the edges of periods and between days 10 and 20.
    let cuts = [[(3, 14), (15, 33)], [(3, 13), (16, 33)], [(10, 15), (17, 40)]];
    let drawn = dice.pick(&cuts);
    contest.rounds = drawn.iter().enumerate().filter_map(|(number, days)| round(number, *days)).collect();
    if !contest.rounds.is_empty() && dice.once_in(2) {
        contest.overall = Overall::Places(format::Places {
            points_e4: dice.pick(&[vec![100_000, 60_000, 60_000, 10_000], vec![50_000], vec![30_000, 0]]),
        });
    }
}

/// Puts another measure in place of what an indicator counts, three times in four: each rule that looks at events is as
/// likely as any other one.
fn lay_measure(indicator: &mut Indicator, contest: &Contest, dice: &mut Dice) {
    if dice.once_in(4) {
        return;
    }
    let rules = measures(contest, &[], |class| class != Class::Derived);
    let rule = dice.pick(&rules);
    indicator.measure = dice.pick(&rule);
    if indicator.looks_back() {
        indicator.events = TYPES.iter().map(|kind| (*kind).to_owned()).collect();
        if dice.once_in(2) {
            indicator.filter = Default::default();
        }
    }
}

/// Adds indicators that follow from those before them; the second one may follow from the first.
fn add_derived(contest: &mut Contest, dice: &mut Dice) {
    if contest.indicators.len() < 2 {
        let measure = contest.indicators[0].measure.clone();
        let other = Indicator { id: "i9".into(), measure, ..contest.indicators[0].clone() };
        contest.indicators.push(other);
    }
    for id in ["rate", "total"] {
        let units: Vec<Unit> = (0..contest.indicators.len()).map(|at| contest.unit_of(at)).collect();
        let rules = measures(contest, &units, |class| class == Class::Derived);
        if rules.is_empty() || id == "total" && dice.once_in(2) {
            continue;
        }
        let rule = dice.pick(&rules);
        contest.indicators.push(Indicator {
            id: id.into(),
            name: LocalizedText::default(),
            events: Vec::new(),
            filter: Default::default(),
            measure: dice.pick(&rule),
            points: Points::per_unit(10_000),
            better: None,
            windows: Vec::new(),
            caps: Vec::new(),
        });
    }
}

/// The measures of some class that a contest may have beside indicators of those units: a list for each rule that has any.
fn measures(contest: &Contest, units: &[Unit], of: impl Fn(Class) -> bool) -> Vec<Vec<Measure>> {
    let all = Measure::samples(&Material { start: contest.start, types: &TYPES, units });
    all.into_iter().filter(|rule| rule.first().is_some_and(|measure| of(measure.class()))).collect()
}

fn lay_points(contest: &mut Contest, at: usize, improves: bool, dice: &mut Dice) {
    let (start, end) = (contest.start, contest.end);
    let (has_rounds, boards) = (!contest.rounds.is_empty(), contest.boards.clone());
    let unit = contest.unit_of(at);
    let indicator = &mut contest.indicators[at];
    let rate = dice.pick(&[10_000i64, 10_000, 12_345, 3, -10_000, 0]);
    indicator.points = match dice.below(6) {
        0 if unit == Unit::Money => {
            Points::PerAmount(points::PerAmount { points_e4: rate, per_minor: dice.pick(&[1, 3, 100]) })
        }
        0..=2 => Points::per_unit(rate),
        3 => Points::Tiers(tiers(dice)),
        // A base period has no targets.
        _ if improves => Points::per_unit(rate),
        _ => Points::Completion(Completion {
            weight_e4: dice.pick(&[300_000, 70_001, 0]),
            floor_e4: dice.pick(&[None, Some(0), Some(2_500)]),
            cap_e4: dice.pick(&[None, Some(12_000), Some(20_000)]),
            threshold_e4: dice.pick(&[None, None, Some(5_000), Some(10_000)]),
            zero_target: dice.pick(&[ZeroTarget::NoCompletion, ZeroTarget::Reached]),
        }),
    };
    let better = Better::ALL.map(Some);
    indicator.better = if dice.once_in(3) { None } else { dice.pick(&better) };
    if indicator.has_points_by_event() {
        if dice.once_in(2) {
            let half = day(14).clamp(start, end);
            let first =
                Window { period: Period { start, end: half }, times_e4: dice.pick(&[20_000, 15_000, 0]) };
            indicator.windows = vec![first];
        }
        let cap = |per, points_e4| Cap { per, points_e4, boards: Vec::new() };
        let some = dice.pick(&[boards[..1].to_vec(), boards[..1].to_vec(), Vec::new()]);
        let points_e4 = dice.pick(&[5_000, 8_000, 15_000, 0]);
        match dice.below(7) {
            0 | 1 => indicator.caps.push(cap(Limit::Event(limit::Event), points_e4)),
            2 | 3 => indicator.caps.push(Cap { boards: some, ..cap(Limit::Day(limit::Day), points_e4) }),
            4 | 5 => {
                indicator.caps.push(Cap { boards: some, ..cap(Limit::Customer(limit::Customer), points_e4) })
            }
            _ => {}
        }
    }
    let whole = |per| Cap { per, points_e4: 15_000, boards: Vec::new() };
    if dice.once_in(4) {
        indicator.caps.push(whole(Limit::Contest(limit::Contest)));
    }
    if has_rounds && dice.once_in(3) {
        indicator.caps.push(Cap { points_e4: 12_000, ..whole(Limit::Round(limit::Round)) });
    }
}

fn tiers(dice: &mut Dice) -> Tiers {
    let kind = dice.pick(&[TierKind::Marginal, TierKind::WholeVolume]);
    let bounds = dice.pick(&[vec![0, 10_000, 30_000], vec![10_000, 20_000], vec![0]]);
    let end = dice.once_in(4).then_some(40_000);
    let step = |(at, from_e4): (usize, &i64)| Tier {
        from_e4: *from_e4,
        to_e4: bounds.get(at + 1).copied().or(end),
        points_e4: dice.pick(&[10_000, 20_000, 333, -5_000]),
        per_e4: dice.pick(&[10_000, 30_000, 7]),
        fixed_e4: dice.pick(&[0, 0, 50_000]),
    };
    Tiers { kind, steps: bounds.iter().enumerate().map(step).collect() }
}

fn lay_ranking(contest: &mut Contest, improves: bool, dice: &mut Dice) {
    let by_event = |indicator: &Indicator| {
        indicator.has_points_by_event()
            && !indicator.looks_back()
            && indicator.caps.iter().all(|cap| cap.per == Limit::Event(limit::Event))
    };
    let has_reach = contest.overall == Overall::Sum(format::Sum) && contest.indicators.iter().all(by_event);
    let indicators = contest.indicators.len();
    contest.tie_breaks.retain(|link| match link {
        TieBreak::Earliest(tie_break::Earliest) => has_reach,
        TieBreak::Indicator(tie_break::Indicator(of)) => *of < indicators,
        TieBreak::Name(tie_break::Name) => true,
    });
    let of = dice.below(indicators);
    let planned = contest.indicators.iter().position(|i| matches!(i.points, Points::Completion(_)));
    let base = Period {
        start: day(0).min(contest.start),
        end: contest.start.saturating_sub(jiff::Span::new().days(1)),
    };
    // Only rates and averages can be without a value, so they are ranked by more often than others.
    let rate = contest.indicators.iter().position(|own| !own.measure.rule().is_whole());
    let ranked = rate.filter(|_| of.is_multiple_of(2)).unwrap_or(of);
    contest.ranked_by = match (dice.below(8), planned) {
        (0, _) => RankedBy::Indicator(ranking::Indicator(ranked)),
        (1 | 2, Some(planned)) => RankedBy::Completion(ranking::Completion(planned)),
        (3, _) => RankedBy::PerHead(ranking::PerHead),
        (4..=7, _) if improves => {
            RankedBy::Improvement(ranking::Improvement { base, is_rate: dice.once_in(2) })
        }
        _ => RankedBy::Score(ranking::Score),
    };
}

/// Targets of some participants of some contests, each in its own run.
pub fn targets(contests: &'static [&'static str]) -> impl Strategy<Value = Vec<Vec<Decision>>> {
    let indicator = select(vec!["i0", "i0", "i1", "i2", "rate", "total", "none"]);
    let target = (
        indicator,
        select(vec!["", "", "r0", "r1", "r7"]),
        select(vec![0i64, 5_000, 10_000, 30_000, 1_000_000, -20_000]),
    );
    let own = || prop::collection::vec(target.clone(), 0..5);
    let participant =
        prop_oneof![3 => (0usize..10).prop_map(unit_id), 2 => (0usize..9).prop_map(employee_id)];
    let one = (
        prop_oneof![3 => Just(contests[0]), 1 => select(contests.to_vec())],
        participant,
        own(),
        prop::option::weighted(0.4, own()),
    );
    prop::collection::vec(one, 0..36).prop_map(|all| {
        let of = |contest: &str, participant: &str, drawn: Vec<(&str, &str, i64)>, revision| {
            let mut targets: Vec<Target> = Vec::new();
            for (indicator, round, value_e4) in drawn {
                if !targets.iter().any(|target| target.indicator == indicator && target.round == round) {
                    targets.push(Target { indicator: indicator.into(), round: round.into(), value_e4 });
                }
            }
            let targets = Targets { contest: contest.into(), participant: participant.into(), targets };
            decision(&targets.key(), revision, Payload::Targets(targets))
        };
        let mut known = std::collections::BTreeSet::new();
        let mut runs = Vec::new();
        for (contest, participant, first, second) in all {
            if known.insert((contest, participant.clone())) {
                let mut run = vec![of(contest, &participant, first, 1)];
                run.extend(second.map(|second| of(contest, &participant, second, 2)));
                runs.push(run);
            }
        }
        runs
    })
}
