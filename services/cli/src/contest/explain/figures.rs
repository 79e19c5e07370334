//! How the points of sample values come about, as people would reckon them. The points themselves are the core's: nothing
//! here multiplies a table or a weight.

use longhu_core::contest::{Completion, Tier, TierKind, Tiers};
use longhu_core::types::score::mul_div_half_even;

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

/// What a completion counts as; `None` below the threshold.
pub fn counted_completion(rule: &Completion, completion_e4: i128) -> Option<i128> {
    if rule.threshold_e4.is_some_and(|threshold| completion_e4 < i128::from(threshold)) {
        return None;
    }
    let raised = rule.floor_e4.map_or(completion_e4, |floor| completion_e4.max(i128::from(floor)));
    Some(rule.cap_e4.map_or(raised, |cap| raised.min(i128::from(cap))))
}

/// The points of a value at a rate for so much of it, times a window's factor.
pub fn at_rate(value_e4: i128, points_e4: i128, per_e4: i128) -> i128 {
    mul_div_half_even(value_e4, points_e4, per_e4)
}

#[cfg(test)]
mod tests {
    use longhu_core::rule::figure::of_tiers;
    use longhu_core::types::ratio::Ratio;

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

    /// What of a value is at the rate of a step, in whole units, and where the step begins.
    fn parts(kind: TierKind, value: i128) -> Vec<(i64, i128)> {
        let tiers = tiers(kind);
        let slices = slices(&tiers, value * 10_000);
        slices.iter().map(|slice| (slice.step.from_e4 / 10_000, slice.part_e4 / 10_000)).collect()
    }

    #[test]
    fn each_part_of_a_value_is_at_the_rate_of_its_own_step() {
        let of = |value| parts(TierKind::Marginal, value);
        assert_eq!((of(0), of(9), of(12)), (vec![(0, 0)], vec![(0, 9)], vec![(0, 10), (10, 2)]));
        // Beyond the last step nothing more is given.
        assert_eq!(of(99), [(0, 10), (10, 10), (20, 10)]);
    }

    #[test]
    fn the_whole_volume_is_at_the_rate_of_the_step_that_is_reached() {
        let of = |value| parts(TierKind::WholeVolume, value);
        assert_eq!((of(9), of(10), of(21)), (vec![(0, 9)], vec![(10, 10)], vec![(20, 21)]));
    }

    #[test]
    fn the_parts_that_are_shown_make_the_points_of_the_core() {
        for kind in [TierKind::Marginal, TierKind::WholeVolume] {
            for value in (0..40).map(|value| value * 10_000) {
                let tiers = tiers(kind);
                let slices = slices(&tiers, value);
                // Three is the common denominator of all rates.
                let part = |slice: &Slice| {
                    let thirds = slice.part_e4 * i128::from(slice.step.points_e4) * 3;
                    thirds / i128::from(slice.step.per_e4) + i128::from(slice.step.fixed_e4) * 3
                };
                let sum = mul_div_half_even(slices.iter().map(part).sum(), 1, 3);
                assert_eq!(sum, of_tiers(&tiers, Ratio::of_e4(value)), "{kind:?} {value}");
            }
        }
    }
}
