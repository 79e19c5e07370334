//! Tables of rates: what the parts of a value are worth.

use crate::types::score::mul_div_half_even;

use super::*;

fn tiers(kind: TierKind) -> Tiers {
    let step =
        |from_e4, to_e4, points_e4, per_e4, fixed_e4| Tier { from_e4, to_e4, points_e4, per_e4, fixed_e4 };
    let steps = vec![
        step(0, Some(100_000), 50_000, 10_000, 0),
        step(100_000, Some(200_000), 80_000, 10_000, 200_000),
        step(200_000, Some(300_000), 10_000, 30_000, 0),
    ];
    Tiers { kind, steps }
}

/// For each step that a value reaches: where it begins, and which part of the value gets its rate, in whole units.
fn parts(kind: TierKind, value: i128) -> Vec<(i64, i128)> {
    let (tiers, value_e4) = (tiers(kind), value * SCALE);
    let part = |step: &Tier| (step.from_e4 / 10_000, tiers.part_e4(step, value_e4) / SCALE);
    tiers.reached(Ratio::of_e4(value_e4)).map(part).collect()
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
fn the_parts_that_are_shown_make_the_points() {
    let currency = Currency::parse("CNY").unwrap();
    for kind in [TierKind::Marginal, TierKind::WholeVolume] {
        for value_e4 in (0..40).map(|value| value * SCALE) {
            let (tiers, value) = (tiers(kind), Ratio::of_e4(value_e4));
            // Three is the common denominator of all rates.
            let part = |step: &Tier| {
                let thirds = tiers.part_e4(step, value_e4) * i128::from(step.points_e4) * 3;
                thirds / i128::from(step.per_e4) + i128::from(step.fixed_e4) * 3
            };
            let sum = mul_div_half_even(tiers.reached(value).map(part).sum(), 1, 3);
            assert_eq!(sum, tiers.of_value(value, currency), "{kind:?} {value_e4}");
            assert_eq!(sum, tiers.of_value_beyond(value), "{kind:?} {value_e4}");
        }
    }
}
