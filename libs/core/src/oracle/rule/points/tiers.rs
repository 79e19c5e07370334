//! Twin of the points `tiers`: a table of rates by value.

use crate::contest::{TierKind, Tiers};
use crate::oracle::exact::{Rate, between, rate, whole};

/// The points of a value, which is in 1/10,000 of its unit.
pub(crate) fn points(tiers: &Tiers, value: &Rate) -> Rate {
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
            // Steps go from low to high, so the last one that is reached remains.
            TierKind::WholeVolume => sum = value * per + fixed,
        }
    }
    sum
}
