//! Twin of the points `tiers`: a table of rates by how much was counted.

use crate::contest::{TierKind, Tiers};
use crate::oracle::exact::{Rate, between, rate, whole};

/// What a table gives for a value in 1/10,000 of its unit.
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
            // The last one that was reached is the only one that counts.
            TierKind::WholeVolume => sum = value * per + fixed,
        }
    }
    sum
}
