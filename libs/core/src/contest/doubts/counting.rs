//! Doubts about what an indicator counts, what it gives and what limits it. Fields are the indicator's own.

use crate::catalogue::{Catalogue, Field};
use crate::contest::{
    Cap, CapPer, Contest, Indicator, Measure, Points, RankedBy, TieBreak, Tier, TierKind, Tiers,
};
use crate::types::score::SCALE;
use crate::types::violation::Violation;

/// The points of a scorecard's weights together, in 1/10,000.
const WHOLE_WEIGHT_E4: i128 = 100 * SCALE;

/// Types whose events need not have the money that is counted of them. Customers are not asked for: most sources name
/// them without having to.
pub fn of_measure(indicator: &Indicator, catalogue: &Catalogue) -> Vec<Violation> {
    let needed: &[Field] = match &indicator.measure {
        Measure::SumAmount => &[Field::Amount],
        measure if measure.is_of_balances() => &[Field::Amount, Field::Subject],
        _ => &[],
    };
    let mut found = Vec::new();
    for (index, kind) in indicator.events.iter().enumerate() {
        let absent = needed.iter().find(|field| catalogue.knows(kind) && !catalogue.requires(kind, **field));
        if let Some(field) = absent {
            let name = field.name();
            let reason = format!(
                "events of `{kind}` need no {name}, and one without it counts nothing here; do they have it?"
            );
            found.push(Violation::new(format!("events[{index}]"), "FIELD_MAY_BE_ABSENT", reason));
        }
    }
    found
}

/// Points that nobody gets.
pub fn of_points(index: usize, contest: &Contest) -> Vec<Violation> {
    let indicator = &contest.indicators[index];
    let mut found = Vec::new();
    if gives_nothing(&indicator.points) && !is_used(index, contest) {
        let reason = format!(
            "`{}` gives no points, and neither the ranking nor another indicator uses it; is it to be shown only?",
            indicator.id
        );
        found.push(Violation::new("points", "GIVES_NOTHING", reason));
    }
    match &indicator.points {
        Points::Tiers(tiers) => found.extend(of_tiers(tiers, &indicator.measure)),
        Points::Completion(own) if own.threshold_e4.zip(own.floor_e4).is_some_and(|(t, floor)| t < floor) => {
            let reason = "whoever reaches the threshold gets at least the floor, which is more than was done; swap them?";
            found.push(Violation::new("points.threshold", "THRESHOLD_BELOW_FLOOR", reason));
        }
        _ => {}
    }
    found
}

fn gives_nothing(points: &Points) -> bool {
    match points {
        Points::PerUnit(points_e4) | Points::PerAmount { points_e4, .. } => *points_e4 == 0,
        Points::Tiers(tiers) => tiers.steps.iter().all(|tier| tier.points_e4 == 0 && tier.fixed_e4 == 0),
        Points::Completion(completion) => completion.weight_e4 == 0,
    }
}

fn is_used(index: usize, contest: &Contest) -> bool {
    let is_key = match contest.ranked_by {
        RankedBy::Indicator(key) | RankedBy::Completion(key) => key == index,
        _ => false,
    };
    let in_ratio =
        |measure: &Measure| matches!(measure, Measure::Ratio { of, to } if *of == index || *to == index);
    is_key
        || contest.tie_breaks.contains(&TieBreak::Indicator(index))
        || contest.indicators.iter().any(|own| in_ratio(&own.measure))
}

fn of_tiers(tiers: &Tiers, measure: &Measure) -> Vec<Violation> {
    let mut found = Vec::new();
    let is_in_whole_numbers = matches!(
        measure,
        Measure::Count
            | Measure::SumQuantity
            | Measure::Customers
            | Measure::CustomersWithProducts { .. }
            | Measure::NthProduct { .. }
    );
    for (index, tier) in tiers.steps.iter().enumerate() {
        let first =
            i128::from(tier.from_e4).div_euclid(SCALE) + i128::from(i128::from(tier.from_e4) % SCALE != 0);
        if is_in_whole_numbers && tier.to_e4.is_some_and(|to_e4| i128::from(to_e4) <= first * SCALE) {
            let reason =
                "no whole number lies in this step, so only shared events ever reach it; is it meant?";
            found.push(Violation::new(format!("points.steps[{index}]"), "TIER_NOT_REACHED", reason));
        }
    }
    if tiers.kind == TierKind::WholeVolume {
        for (index, pair) in tiers.steps.windows(2).enumerate() {
            let at = i128::from(pair[1].from_e4);
            let worth = |tier: &Tier| {
                at * i128::from(tier.points_e4) + i128::from(tier.fixed_e4) * i128::from(tier.per_e4)
            };
            // Compared over the common denominator of both rates.
            let (before, after) = (
                worth(&pair[0]).saturating_mul(i128::from(pair[1].per_e4)),
                worth(&pair[1]).saturating_mul(i128::from(pair[0].per_e4)),
            );
            if after < before {
                let reason = "whoever reaches this step gets less than just below it; raise its rate, or give fixed points";
                found.push(Violation::new(
                    format!("points.steps[{}].from", index + 1),
                    "POINTS_FALL",
                    reason,
                ));
            }
        }
        if tiers.steps.last().is_some_and(|last| last.to_e4.is_some()) {
            let index = tiers.steps.len() - 1;
            let reason = "the whole volume counts at the last step's rate however large it is; leave its end out, or cap it";
            found.push(Violation::new(format!("points.steps[{index}].to"), "END_WITHOUT_EFFECT", reason));
        }
    }
    found
}

/// Caps that never bind.
pub fn of_caps(indicator: &Indicator, has_rounds: bool) -> Vec<Violation> {
    const NEVER: &str = "so this one never binds; lower it, or remove it";
    let mut found = Vec::new();
    let is_met_by = |cap: &Cap, per: CapPer| {
        let mut wider = indicator.caps.iter().filter(|wider| wider.per == per);
        wider.any(|wider| wider.points_e4 <= cap.points_e4 && holds_wherever(wider, cap))
    };
    for (index, cap) in indicator.caps.iter().enumerate() {
        let reason = match cap.per {
            CapPer::Event if most_of_an_event(indicator).is_some_and(|most| most <= i128::from(cap.points_e4)) => {
                format!("no single event is worth more than this cap, {NEVER}")
            }
            CapPer::Day | CapPer::Customer if has_rounds && is_met_by(cap, CapPer::Round) => {
                format!("the cap per round is not greater, {NEVER}")
            }
            CapPer::Day | CapPer::Customer if !has_rounds && is_met_by(cap, CapPer::Contest) => {
                format!("the cap per contest is not greater, {NEVER}")
            }
            CapPer::Round if is_met_by(cap, CapPer::Contest) => {
                "the cap per contest is not greater, so this one is felt in a round's own table only; is that meant?"
                    .to_owned()
            }
            _ => continue,
        };
        found.push(Violation::new(format!("caps[{index}].points"), "CAP_NEVER_BINDS", reason));
    }
    found
}

/// Whether one cap holds on every board that another holds on.
fn holds_wherever(one: &Cap, other: &Cap) -> bool {
    one.boards.is_empty()
        || !other.boards.is_empty() && other.boards.iter().all(|board| one.boards.contains(board))
}

/// The most points that an event can have, where events count one each.
fn most_of_an_event(indicator: &Indicator) -> Option<i128> {
    let Points::PerUnit(points_e4) = indicator.points else { return None };
    if !matches!(indicator.measure, Measure::Count | Measure::NthProduct { .. }) {
        return None;
    }
    let times =
        indicator.windows.iter().map(|window| i128::from(window.times_e4)).max().unwrap_or(0).max(SCALE);
    Some(i128::from(points_e4).abs() * times / SCALE)
}

/// Weights that make no 100.
pub fn of_weights(contest: &Contest) -> Option<Violation> {
    let mut weights = contest.indicators.iter().enumerate().filter_map(|(index, own)| match own.points {
        Points::Completion(completion) => Some((index, i128::from(completion.weight_e4))),
        _ => None,
    });
    let (count, sum) = weights.clone().fold((0, 0), |(count, sum), (_, weight)| (count + 1, sum + weight));
    let (last, _) = weights.next_back()?;
    (count > 1 && sum != WHOLE_WEIGHT_E4).then(|| {
        let reason = format!(
            "the weights of the {count} indicators with targets make {}, not 100; is that meant?",
            crate::types::score::Score(sum)
        );
        Violation::new(format!("indicators[{last}].points.weight"), "WEIGHTS_NOT_100", reason)
    })
}
