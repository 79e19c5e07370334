//! The oracle's points for what was counted of a participant, where events have none of their own: by a rate, by a table,
//! or for reaching a target. Each is exact until the one rounding at its end. It never clamps to a cap.

use crate::contest::{Completion, Contest, Points, TierKind, Tiers, ZeroTarget};
use crate::oracle::exact::{PARTS, Rate, between, half_even, of_e4, rate, whole};
use crate::oracle::worth::minor_units;

/// The points of a value in 1/10,000; `completion` is what was reached of the target. Without a value there are none.
pub(super) fn points(
    points: &Points,
    value: Option<&Rate>,
    completion: Option<&Rate>,
    contest: &Contest,
) -> i128 {
    let Some(value) = value else { return 0 };
    let exact = match points {
        Points::PerUnit(points_e4) => value * whole(i128::from(*points_e4)),
        Points::PerAmount { points_e4, per_minor } => {
            let minor = value * whole(minor_units(contest.currency));
            minor * rate(i128::from(*points_e4), i128::from(*per_minor))
        }
        Points::Tiers(tiers) => by_table(tiers, &(value * whole(PARTS))),
        Points::Completion(rule) => completion.map_or_else(|| whole(0), |reached| by_target(rule, reached)),
    };
    half_even(&exact).0
}

/// What a table gives for a value in 1/10,000 of its unit.
fn by_table(tiers: &Tiers, value: &Rate) -> Rate {
    let mut sum = whole(0);
    for step in &tiers.steps {
        let from = whole(i128::from(step.from_e4));
        if *value < from {
            continue;
        }
        let per = rate(i128::from(step.points_e4), i128::from(step.per_e4));
        let fixed = whole(i128::from(step.fixed_e4));
        match tiers.kind {
            TierKind::Marginal => {
                let to = step.to_e4.map(|to| whole(i128::from(to)));
                let upper = between(value.clone(), None, to);
                sum += (upper - from) * per + fixed;
            }
            // The last one that was reached is the only one that counts.
            TierKind::WholeVolume => sum = value * per + fixed,
        }
    }
    sum
}

fn by_target(rule: &Completion, reached: &Rate) -> Rate {
    let bound = |bound: Option<i64>| bound.map(|bound| of_e4(i128::from(bound)));
    if bound(rule.threshold_e4).is_some_and(|threshold| *reached < threshold) {
        return whole(0);
    }
    let counted = between(reached.clone(), bound(rule.floor_e4), bound(rule.cap_e4));
    whole(i128::from(rule.weight_e4)) * counted
}

/// How much of a target a value is; a target of zero is reached by whatever is not below it, where the points say so.
pub(super) fn completion(points: &Points, value: Option<&Rate>, target: Option<i128>) -> Option<Rate> {
    let (value, target) = (value?, of_e4(target?));
    let zero = whole(0);
    if target > zero {
        return Some(value / target);
    }
    let Points::Completion(Completion { zero_target: ZeroTarget::Reached, .. }) = points else { return None };
    (target == zero && *value >= zero).then(|| whole(1))
}
