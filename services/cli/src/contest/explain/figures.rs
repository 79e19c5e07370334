//! Points for sample values, by the same rules and the same rounding as the fold's. Only for numbers that people can
//! follow: what would not fit has no example.

use longhu_core::contest::{Completion, Tier, TierKind, Tiers};
use longhu_core::ratio::Ratio;
use longhu_core::score::{div_half_even, mul_div_half_even};

/// A step of a table that gives something for a value, and for how much of it.
pub struct Slice<'t> {
    /// The step.
    pub step: &'t Tier,
    /// How much of the value is at its rate, in 1/10,000.
    pub part_e4: i128,
}

/// The steps that give something for a value.
pub fn slices(tiers: &Tiers, value_e4: i128) -> Vec<Slice<'_>> {
    let mut reached = tiers.steps.iter().filter(|step| i128::from(step.from_e4) <= value_e4);
    match tiers.kind {
        TierKind::WholeVolume => {
            reached.next_back().map(|step| Slice { step, part_e4: value_e4 }).into_iter().collect()
        }
        TierKind::Marginal => {
            let end = |step: &Tier| step.to_e4.map_or(value_e4, |to_e4| value_e4.min(to_e4.into()));
            reached.map(|step| Slice { step, part_e4: end(step) - i128::from(step.from_e4) }).collect()
        }
    }
}

/// The points of a table, rounded once.
pub fn of_slices(slices: &[Slice]) -> Option<i128> {
    let (mut above, mut below) = (0i128, 1i128);
    for slice in slices {
        let (step, per) = (slice.step, i128::from(slice.step.per_e4));
        let rate = slice.part_e4.checked_mul(step.points_e4.into())?;
        let own = i128::from(step.fixed_e4).checked_mul(per)?.checked_add(rate)?;
        above = above.checked_mul(per)?.checked_add(own.checked_mul(below)?)?;
        below = below.checked_mul(per)?;
    }
    above.checked_mul(2)?;
    below.checked_mul(2)?;
    Some(div_half_even(above, below))
}

/// What a completion counts as; `None` below the threshold.
pub fn counted_completion(rule: &Completion, completion_e4: i128) -> Option<i128> {
    if rule.threshold_e4.is_some_and(|threshold| completion_e4 < i128::from(threshold)) {
        return None;
    }
    let raised = rule.floor_e4.map_or(completion_e4, |floor| completion_e4.max(i128::from(floor)));
    Some(rule.cap_e4.map_or(raised, |cap| raised.min(i128::from(cap))))
}

/// The points of a completion.
pub fn of_completion(rule: &Completion, counted_e4: i128) -> i128 {
    Ratio::of_e4(counted_e4).times(rule.weight_e4.into(), 1)
}

/// The points of a value at a rate for so much of it, times a window's factor.
pub fn at_rate(value_e4: i128, points_e4: i128, per_e4: i128) -> i128 {
    mul_div_half_even(value_e4, points_e4, per_e4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiers(kind: TierKind) -> Tiers {
        let step = |from_e4, to_e4, points_e4, per_e4, fixed_e4| Tier {
            from_e4,
            to_e4,
            points_e4,
            per_e4,
            fixed_e4,
        };
        let steps = vec![
            step(0, Some(100_000), 50_000, 10_000, 0),
            step(100_000, Some(200_000), 80_000, 10_000, 200_000),
            step(200_000, Some(300_000), 10_000, 30_000, 0),
        ];
        Tiers { kind, steps }
    }

    fn points(kind: TierKind, value: i128) -> i128 {
        of_slices(&slices(&tiers(kind), value * 10_000)).unwrap()
    }

    #[test]
    fn each_part_of_a_value_is_at_the_rate_of_its_own_step() {
        let of = |value| points(TierKind::Marginal, value);
        assert_eq!([of(0), of(9), of(10), of(12)], [0, 450_000, 700_000, 860_000]);
        // A third of a point has no end; beyond the last step nothing more is given.
        assert_eq!([of(21), of(30), of(99)], [1_503_333, 1_533_333, 1_533_333]);
    }

    #[test]
    fn the_whole_volume_is_at_the_rate_of_the_step_that_is_reached() {
        let of = |value| points(TierKind::WholeVolume, value);
        assert_eq!([of(9), of(10), of(12), of(21)], [450_000, 1_000_000, 1_160_000, 70_000]);
    }

    #[test]
    fn what_would_not_fit_has_no_example() {
        let mut huge = tiers(TierKind::Marginal);
        for step in &mut huge.steps {
            (step.points_e4, step.per_e4) = (i64::MAX, i64::MAX);
        }
        assert_eq!(of_slices(&slices(&huge, i128::from(i64::MAX))), None);
    }
}
