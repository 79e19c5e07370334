//! What follows from what was counted of a participant: values, completions and points, exact. It is given sums and
//! targets; it knows no participant, and looks at no event.

use ethnum::I256;
use smallvec::SmallVec;

use crate::contest::{Completion, Contest, Indicator, Measure, Points, Tier, TierKind, Tiers, ZeroTarget};
use crate::rule::worth::Worth;
use crate::types::ratio::Ratio;
use crate::types::score::{SCALE, div_half_even};

/// One for each indicator; few contests have more.
pub type Each<T> = SmallVec<[T; 8]>;

/// What was counted under one indicator: a fraction, unless the denominator is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Above.
    pub numerator: i128,
    /// Below; 0: there is none.
    pub denominator: i128,
}

impl Part {
    /// What the sums of a span mean. `days` is how many days of it balances are known for.
    pub fn of_span(measure: &Measure, sum: Worth, days: i64) -> Part {
        let days = i128::from(days);
        match measure {
            // The second sum is what every further day adds.
            Measure::AverageBalance { .. } if days == 0 => Part::default(),
            Measure::AverageBalance { .. } => {
                Part { numerator: sum.measure + sum.points * days, denominator: days * SCALE }
            }
            // The second sum is customers.
            Measure::ProductsPerCustomer => Part { numerator: sum.measure, denominator: sum.points },
            Measure::Ratio { .. } => Part::default(),
            _ => Part { numerator: sum.measure, denominator: SCALE },
        }
    }

    /// With what another span has.
    pub fn and(self, other: Part, measure: &Measure) -> Part {
        let denominator = match measure.is_whole() {
            true => self.denominator.max(other.denominator),
            false => self.denominator + other.denominator,
        };
        Part { numerator: self.numerator + other.numerator, denominator }
    }
}

/// How much of a target a value is. A target of zero has no such share, unless reaching it is said to be one.
pub fn completion(indicator: &Indicator, value: Option<Ratio>, target: Option<i64>) -> Option<Ratio> {
    let (value, target) = (value?, target?);
    let is_reached_at_zero =
        matches!(indicator.points, Points::Completion(c) if c.zero_target == ZeroTarget::Reached);
    match target {
        0 if is_reached_at_zero && value.numerator() >= 0 => Some(Ratio::of_e4(SCALE)),
        _ => value.per(Ratio::of_e4(i128::from(target))),
    }
}

/// The points that an indicator has for a value or a completion, before any cap.
pub fn points(
    indicator: &Indicator,
    contest: &Contest,
    value: Option<Ratio>,
    completion: Option<Ratio>,
) -> i128 {
    match &indicator.points {
        Points::PerUnit(points_e4) => value.map_or(0, |value| value.times(i128::from(*points_e4), 1)),
        Points::PerAmount { points_e4, per_minor } => {
            let rate = i128::from(*points_e4) * i128::from(contest.currency.scale());
            value.map_or(0, |value| value.times(rate, i128::from(*per_minor)))
        }
        Points::Tiers(tiers) => value.map_or(0, |value| of_tiers(tiers, value)),
        Points::Completion(rule) => completion.map_or(0, |completion| of_completion(rule, completion)),
    }
}

/// Clamps to a cap and its negative.
pub fn clamp(points: i128, cap: Option<i128>) -> i128 {
    cap.map_or(points, |cap| points.clamp(-cap, cap))
}

/// The points that a table gives for a value, rounded half-even once.
pub fn of_tiers(tiers: &Tiers, value: Ratio) -> i128 {
    of_tiers_within(tiers, value).unwrap_or_else(|| of_tiers_beyond(tiers, value))
}

/// The steps that give something for a value.
fn reached(tiers: &Tiers, value: Ratio) -> impl Iterator<Item = &Tier> {
    let steps = &tiers.steps;
    let count = steps.partition_point(|step| Ratio::of_e4(i128::from(step.from_e4)) <= value);
    let wanted = move |at: &usize| tiers.kind == TierKind::Marginal || at + 1 == count;
    (0..count).filter(wanted).map(move |at| &steps[at])
}

/// The same as [`of_tiers`] where numbers of 128 bits are enough, which is nearly always.
fn of_tiers_within(tiers: &Tiers, value: Ratio) -> Option<i128> {
    // The value in 1/10,000 is `above / below`; every rate gets the denominator of all.
    let (above, below) = (value.numerator().checked_mul(SCALE)?, value.denominator());
    let common = tiers.steps.iter().fold(1, |common, step| lcm(common, i128::from(step.per_e4)));
    let (mut fixed, mut sum) = (0, 0i128);
    for step in reached(tiers, value) {
        let slice = match tiers.kind {
            TierKind::WholeVolume => above,
            TierKind::Marginal => {
                // The last one may have an end, too.
                let end = step.to_e4.map(|to| i128::from(to).checked_mul(below));
                let end = end.map_or(Some(above), |end| end.map(|end| end.min(above)))?;
                end - i128::from(step.from_e4).checked_mul(below)?
            }
        };
        fixed += i128::from(step.fixed_e4);
        let rate = i128::from(step.points_e4).checked_mul(common / i128::from(step.per_e4))?;
        sum = sum.checked_add(slice.checked_mul(rate)?)?;
    }
    let divisor = below.checked_mul(common).filter(|divisor| *divisor < i128::MAX / 2)?;
    // Half-even is not the same with an odd whole number added: it is added before.
    Some(div_half_even(sum.checked_add(fixed.checked_mul(divisor)?)?, divisor))
}

fn of_tiers_beyond(tiers: &Tiers, value: Ratio) -> i128 {
    let (above, below) = (I256::new(value.numerator()) * I256::new(SCALE), I256::new(value.denominator()));
    let common = tiers.steps.iter().fold(1, |common, step| lcm(common, i128::from(step.per_e4)));
    let mut sum = I256::ZERO;
    let divisor = below * I256::new(common);
    for step in reached(tiers, value) {
        let slice = match tiers.kind {
            TierKind::WholeVolume => above,
            TierKind::Marginal => {
                let end = step.to_e4.map(|to| I256::new(i128::from(to)) * below);
                end.map_or(above, |end| end.min(above)) - I256::new(i128::from(step.from_e4)) * below
            }
        };
        sum += slice * I256::new(i128::from(step.points_e4) * (common / i128::from(step.per_e4)));
        sum += I256::new(i128::from(step.fixed_e4)) * divisor;
    }
    let (quotient, rest) = (sum.div_euclid(divisor), sum.rem_euclid(divisor));
    let twice = rest * 2;
    let up = twice > divisor || (twice == divisor && quotient % 2 != 0);
    (quotient + I256::from(up)).as_i128()
}

fn lcm(a: i128, b: i128) -> i128 {
    if a == 1 || a == b {
        return b;
    }
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

fn of_completion(rule: &Completion, completion: Ratio) -> i128 {
    let e4 = |limit: i64| Ratio::of_e4(i128::from(limit));
    if rule.threshold_e4.is_some_and(|threshold| completion < e4(threshold)) {
        return 0;
    }
    let raised = rule.floor_e4.map_or(completion, |floor| completion.max(e4(floor)));
    let counted = rule.cap_e4.map_or(raised, |cap| raised.min(e4(cap)));
    counted.times(i128::from(rule.weight_e4), 1)
}

/// Whether a completion is as great as the rule asks (达标), where it asks.
pub fn is_reached(indicator: &Indicator, completion: Option<Ratio>) -> Option<bool> {
    match indicator.points {
        Points::Completion(Completion { threshold_e4: Some(threshold), .. }) => {
            Some(completion.is_some_and(|completion| completion >= Ratio::of_e4(i128::from(threshold))))
        }
        _ => None,
    }
}
