//! A worked example of a contest: one participant, a sample value for each indicator, and the arithmetic down to the score
//! and the ranking. The numbers are chosen so that people can follow them; the rules are the contest's own.

use longhu_core::contest::{
    CapPer, Completion, Contest, Indicator, Measure, Overall, Points, RankedBy, Tiers,
};
use longhu_core::organisation::EMPLOYEE;
use longhu_core::rule::figure;
use longhu_core::types::ratio::Ratio;
use longhu_core::types::score::{SCALE, div_half_even};

use super::figures::{at_rate, counted_completion, slices};
use crate::contest::words::{Words, number, percent};

/// What one indicator gives in the example.
struct Gives {
    /// The value and how the points follow from it, without its end.
    text: String,
    points_e4: i128,
}

/// The example, a line for each step.
pub fn lines(contest: &Contest, words: &Words) -> Vec<String> {
    let board = contest.boards.iter().find(|board| *board == EMPLOYEE).or(contest.boards.first());
    let board = board.map_or("", String::as_str);
    let mut lines = vec![match board == EMPLOYEE {
        true => words.say("Li has done this:", "员工小李的业绩："),
        false => words.say("A unit has done this:", "某机构的业绩："),
    }];
    let mut parts = Vec::new();
    for (index, indicator) in contest.indicators.iter().enumerate() {
        if indicator.points == Points::PerUnit(0) {
            continue;
        }
        let Some(gives) = gives(indicator, contest, words) else { continue };
        let (points_e4, text) = capped(indicator, contest, board, gives, words);
        let name = words.indicator(index);
        lines.push(words.say(format!("{name}: {text}."), format!("{name}：{text}。")));
        lines.extend(window(indicator, words));
        lines.extend(day(indicator, board, words));
        parts.push(points_e4);
    }
    let score_e4: i128 = parts.iter().sum();
    let sum = parts.iter().map(|points_e4| number(*points_e4)).collect::<Vec<_>>().join(" + ");
    let sum = if parts.len() > 1 { format!("{sum} = ") } else { String::new() };
    let score = words.points(score_e4);
    lines.push(words.say(format!("In all: {sum}{score}."), format!("合计：{sum}{score}。")));
    lines.extend(whole(contest, score_e4, words));
    lines.extend(key(contest, score_e4, words));
    lines
}

/// What a sample value of an indicator gives, before any cap of the whole.
fn gives(indicator: &Indicator, contest: &Contest, words: &Words) -> Option<Gives> {
    match &indicator.points {
        Points::PerUnit(points_e4) => Some(at(indicator, (*points_e4).into(), SCALE, words)),
        Points::PerAmount { points_e4, per_minor } => {
            let per_e4 = i128::from(*per_minor) * SCALE / i128::from(contest.currency.scale());
            (per_e4 > 0).then(|| at(indicator, (*points_e4).into(), per_e4, words))
        }
        Points::Tiers(tiers) => by_table(indicator, tiers, words),
        Points::Completion(rule) => Some(for_target(indicator, rule, contest, words)),
    }
}

/// A sample value at one rate. Events are rounded one by one.
fn at(indicator: &Indicator, points_e4: i128, per_e4: i128, words: &Words) -> Gives {
    let value_e4 = sample(&indicator.measure, per_e4);
    let own_e4 = match indicator.measure {
        Measure::Count | Measure::NthProduct { .. } => points_e4 * value_e4 / SCALE,
        _ => at_rate(value_e4, points_e4, per_e4),
    };
    let rate = match per_e4 == SCALE {
        true => number(points_e4),
        false => format!("{} / {}", number(points_e4), number(per_e4)),
    };
    let (shown, points) = (words.value(&indicator.measure, value_e4), words.points(own_e4));
    let text = match indicator.measure {
        Measure::Ratio { .. } => words.say(
            format!("30 for 40 is {shown}, {shown} × {rate} = {points}"),
            format!("30 ÷ 40 = {shown}，{shown} × {rate} = {points}"),
        ),
        _ => words.say(
            format!("{shown} give {} × {rate} = {points}", number(value_e4)),
            format!("{shown}得 {} × {rate} = {points}", number(value_e4)),
        ),
    };
    Gives { text, points_e4: own_e4 }
}

/// A value that people can reckon with.
fn sample(measure: &Measure, per_e4: i128) -> i128 {
    match measure {
        Measure::Ratio { .. } => SCALE * 3 / 4,
        Measure::ProductsPerCustomer => SCALE * 5 / 2,
        Measure::Customers | Measure::CustomersWithProducts { .. } => 8 * SCALE,
        measure if measure.is_money() => per_e4 * 7 / 2,
        _ => 12 * SCALE,
    }
}

/// A value a little into the second step, so that both kinds of table show what they do.
fn by_table(indicator: &Indicator, tiers: &Tiers, words: &Words) -> Option<Gives> {
    let step = tiers.steps.get(1).or(tiers.steps.first())?;
    let from_e4 = i128::from(step.from_e4);
    let more_e4 = match indicator.measure.is_money() {
        true => (from_e4 / 5).max(SCALE),
        false => 2 * SCALE,
    };
    let end_e4 = step.to_e4.map_or(i128::MAX, i128::from);
    let value_e4 = (from_e4 + more_e4).min(end_e4);
    let slices = slices(tiers, value_e4);
    let points_e4 = figure::of_tiers(tiers, Ratio::of_e4(value_e4));
    let mut terms = Vec::new();
    for slice in &slices {
        let (step, part) = (slice.step, number(slice.part_e4));
        let per_e4 = i128::from(step.per_e4);
        if step.points_e4 != 0 && slice.part_e4 != 0 {
            let rate = number(step.points_e4.into());
            terms.push(match per_e4 == SCALE {
                true => format!("{part} × {rate}"),
                false => format!("{part} × {rate} / {}", number(per_e4)),
            });
        }
        if step.fixed_e4 != 0 {
            terms.push(number(step.fixed_e4.into()));
        }
    }
    let sum = if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") };
    let (shown, points) = (words.value(&indicator.measure, value_e4), words.points(points_e4));
    let text = words.say(format!("{shown} give {sum} = {points}"), format!("{shown}得 {sum} = {points}"));
    Some(Gives { text, points_e4 })
}

/// Nine tenths of a target, or as much as the threshold asks.
fn for_target(indicator: &Indicator, rule: &Completion, contest: &Contest, words: &Words) -> Gives {
    let measure = &indicator.measure;
    let target_e4 = match measure {
        Measure::Ratio { .. } => SCALE,
        Measure::ProductsPerCustomer => 2 * SCALE,
        measure if measure.is_money() => 1_000_000 * SCALE,
        _ => 100 * SCALE,
    };
    let completion_e4 = rule.threshold_e4.map_or(9_000, |threshold| i128::from(threshold).max(9_000));
    let value_e4 = div_half_even(target_e4 * completion_e4, SCALE);
    // At the threshold or above it, so there always is one.
    let counted_e4 = counted_completion(rule, completion_e4).unwrap_or(0);
    let points_e4 = figure::points(indicator, contest, None, Some(Ratio::of_e4(completion_e4)));
    let (value, target) = (words.value(measure, value_e4), words.value(measure, target_e4));
    let (completion, counted) = (percent(completion_e4), percent(counted_e4));
    let as_what = match counted_e4 == completion_e4 {
        true => String::new(),
        false => words.say(format!(" and counts as {counted}"), format!("（按 {counted} 计）")),
    };
    let product = format!("{} × {counted} = {}", number(rule.weight_e4.into()), words.points(points_e4));
    let text = words.say(
        format!("{value} of a target of {target} is {completion}{as_what}, {product}"),
        format!("完成 {value}，目标 {target}，完成率 {completion}{as_what}，{product}"),
    );
    Gives { text, points_e4 }
}

/// The points after the cap of the round, or of the contest where there are no rounds.
fn capped(
    indicator: &Indicator,
    contest: &Contest,
    board: &str,
    gives: Gives,
    words: &Words,
) -> (i128, String) {
    let per = if contest.rounds.is_empty() { CapPer::Contest } else { CapPer::Round };
    let Some(cap) = indicator.cap(per, board) else { return (gives.points_e4, gives.text) };
    let counted = gives.points_e4.clamp(-cap, cap);
    if counted == gives.points_e4 {
        return (counted, gives.text);
    }
    let (text, points) = (gives.text, words.points(counted));
    (counted, words.say(format!("{text}, of which {points} count"), format!("{text}，封顶计 {points}")))
}

/// What one event of a window is worth.
fn window(indicator: &Indicator, words: &Words) -> Option<String> {
    let window = indicator.windows.first()?;
    let Points::PerUnit(points_e4) = indicator.points else { return None };
    let (day, times_e4) = (window.period.start, i128::from(window.times_e4));
    let (rate, times) = (number(points_e4.into()), number(times_e4));
    let points = words.points(at_rate(points_e4.into(), times_e4, SCALE));
    Some(words.say(
        format!("   one on {day} would give {rate} × {times} = {points}"),
        format!("   {day} 的每笔为 {rate} × {times} = {points}"),
    ))
}

/// When a cap a day binds.
fn day(indicator: &Indicator, board: &str, words: &Words) -> Option<String> {
    let cap = indicator.cap(CapPer::Day, board)?;
    let Points::PerUnit(points_e4) = indicator.points else { return None };
    let value_e4 = sample(&indicator.measure, SCALE);
    let all = at_rate(value_e4, points_e4.into(), SCALE);
    (all > cap).then(|| {
        let (shown, cap) = (words.value(&indicator.measure, value_e4), words.points(cap));
        words.say(
            format!("   all {shown} on one day would give {cap}"),
            format!("   若 {shown}都在同一天，只计 {cap}"),
        )
    })
}

/// How the rounds make the whole.
fn whole(contest: &Contest, score_e4: i128, words: &Words) -> Option<String> {
    let mut rounds = contest.rounds.iter();
    let first = rounds.next()?;
    let second = rounds.next()?;
    let (first, second) = (words.name(&first.id, &first.name), words.name(&second.id, &second.name));
    Some(match &contest.overall {
        Overall::Sum => {
            let twice = words.points(score_e4 * 2);
            words.say(
                format!("The same in {first} and in {second} makes {twice} overall."),
                format!("{first}与{second}各得此分，总成绩 {twice}。"),
            )
        }
        Overall::Places(table) => {
            let place = |rank: usize| table.get(rank - 1).copied().map_or(0, i128::from);
            let (one, three) = (place(1), place(3));
            let (a, b, sum) = (number(one), number(three), words.points(one + three));
            words.say(
                format!("First in {first} and third in {second} make {a} + {b} = {sum} overall."),
                format!("{first}第 1 名、{second}第 3 名，总成绩 {a} + {b} = {sum}。"),
            )
        }
    })
}

/// The key, where it is not the score.
fn key(contest: &Contest, score_e4: i128, words: &Words) -> Option<String> {
    let score = number(score_e4);
    match &contest.ranked_by {
        RankedBy::Score => None,
        RankedBy::Indicator(_) | RankedBy::Completion(_) => {
            let key = words.key();
            Some(words.say(
                format!("The rank follows from {key} alone, not from the points."),
                format!("名次只看{key}，不看得分。"),
            ))
        }
        RankedBy::PerHead => {
            let each = number(div_half_even(score_e4, 4));
            Some(words.say(
                format!("With 4 employees on the last day that is {score} / 4 = {each} a head."),
                format!("期末员工 4 人，人均 {score} / 4 = {each}。"),
            ))
        }
        RankedBy::Improvement { is_rate, .. } => {
            let base_e4 = div_half_even(score_e4 * 4, 5);
            let (base, more) = (number(base_e4), score_e4 - base_e4);
            let key = match is_rate {
                false => format!("{score} - {base} = {}", words.points(more)),
                true if base_e4 > 0 => {
                    format!("({score} - {base}) / {base} = {}", percent(at_rate(more, SCALE, base_e4)))
                }
                true => return None,
            };
            Some(words.say(
                format!("With {base} in the period before, the improvement is {key}."),
                format!("基期得分 {base}，提升 {key}。"),
            ))
        }
    }
}
