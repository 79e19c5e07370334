//! The check of what an indicator is worth: rates, tables of rates and completion. Whether a rule is wise is not asked.

use super::{COMPLETION_E4_MAX, POINTS_E4_MAX, TIERS_MAX};
use crate::contest::{Completion, Indicator, Points, Tier, Tiers};
use crate::types::score::SCALE;
use crate::types::violation::Violation;

/// The greatest common multiple of the amounts of a table, in 1/10,000 of the measure's unit.
const COMMON_E4_MAX: i128 = 1_000_000_000_000_000_000;

/// What is wrong with the points of an indicator; fields are its own.
pub fn check(indicator: &Indicator) -> Vec<Violation> {
    match &indicator.points {
        Points::PerUnit(points_e4) => check_rate("points", *points_e4).into_iter().collect(),
        Points::PerAmount { points_e4, per_minor } => {
            if !indicator.measure.is_money() {
                let reason = "points per amount need a measure that is money, such as `measure = \"amount\"`; change one \
                              of them";
                return vec![Violation::new("points", "MEASURE_MISMATCH", reason)];
            }
            if *per_minor <= 0 {
                let reason = "points are given for an amount greater than zero; give one";
                return vec![Violation::new("points.amount", "OUT_OF_RANGE", reason)];
            }
            check_rate("points", *points_e4).into_iter().collect()
        }
        Points::Tiers(tiers) => check_tiers(tiers),
        Points::Completion(completion) => check_completion(completion),
    }
}

fn check_rate(field: &str, points_e4: i64) -> Option<Violation> {
    let is_out = points_e4.unsigned_abs() > POINTS_E4_MAX.unsigned_abs();
    is_out.then(|| Violation::new(field, "OUT_OF_RANGE", "a rate is at most 1,000,000,000 points"))
}

fn check_tiers(tiers: &Tiers) -> Vec<Violation> {
    let mut found = Vec::new();
    if tiers.steps.is_empty() || tiers.steps.len() > TIERS_MAX {
        let reason = format!("a table has 1 to {TIERS_MAX} steps; say what each is worth");
        found.push(Violation::new("points.steps", "OUT_OF_RANGE", reason));
    }
    for (index, tier) in tiers.steps.iter().enumerate() {
        let path = format!("points.steps[{index}]");
        found.extend(check_tier(&path, tier));
        match tiers.steps.get(index + 1) {
            Some(next) => found.extend(check_neighbours(index, tier, next)),
            // The end of the last step is where nothing more is given, and need not be there.
            None => continue,
        }
    }
    if common_multiple(tiers).is_none() {
        let reason = "the amounts that points are given for have no common multiple up to 100,000,000,000,000; round them";
        found.push(Violation::new("points.steps", "AMOUNTS_TOO_ODD", reason));
    }
    found
}

/// The least common multiple of what the steps give points for; `None` if it is so great that sums over a table could
/// not be exact.
pub fn common_multiple(tiers: &Tiers) -> Option<i128> {
    let amounts = tiers.steps.iter().map(|tier| i128::from(tier.per_e4)).filter(|amount| *amount > 0);
    amounts.into_iter().try_fold(1, |common, amount| {
        let (mut divisor, mut rest) = (common, amount);
        while rest != 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        Some(common / divisor * amount).filter(|multiple| *multiple <= COMMON_E4_MAX)
    })
}

fn check_tier(path: &str, tier: &Tier) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut note = |name: &str, code, reason: &str| {
        found.push(Violation::new(format!("{path}.{name}"), code, reason));
    };
    if tier.from_e4 < 0 {
        note("from", "OUT_OF_RANGE", "a step begins at 0 or above; nothing below 0 gives points by a table");
    }
    if tier.to_e4.is_some_and(|to_e4| to_e4 <= tier.from_e4) {
        note("to", "EMPTY_RANGE", "the step ends where it begins or before; let it end above");
    }
    let rate = i128::from(tier.points_e4).abs() * SCALE;
    if tier.per_e4 <= 0 {
        note(
            "per_amount",
            "OUT_OF_RANGE",
            "points are given for more than zero; give what they are given for",
        );
    } else if rate > i128::from(POINTS_E4_MAX) * i128::from(tier.per_e4) {
        note("per_unit", "OUT_OF_RANGE", "a rate is at most 1,000,000,000 points for one unit");
    }
    if tier.fixed_e4.unsigned_abs() > POINTS_E4_MAX.unsigned_abs() {
        note("fixed", "OUT_OF_RANGE", "a step gives at most 1,000,000,000 points for reaching it");
    }
    found
}

/// A table has no hole and no overlap: each step ends where the next begins.
fn check_neighbours(index: usize, tier: &Tier, next: &Tier) -> Option<Violation> {
    let at = |index: usize, name: &str| format!("points.steps[{index}].{name}");
    if next.from_e4 <= tier.from_e4 {
        let reason = "steps go from low to high; put them in order, each beginning above the one before";
        return Some(Violation::new(at(index + 1, "from"), "OUT_OF_ORDER", reason));
    }
    let Some(to_e4) = tier.to_e4 else {
        let reason = "only the last step may go on for ever; say where this one ends";
        return Some(Violation::new(at(index, "to"), "MISSING_FIELD", reason));
    };
    if next.from_e4 > to_e4 {
        let reason =
            "between the end of the step before and here nothing is said; let it begin where that one ends";
        return Some(Violation::new(at(index + 1, "from"), "TIERS_HAVE_A_HOLE", reason));
    }
    if next.from_e4 < to_e4 {
        let reason = "the step before ends above this; let it begin where that one ends";
        return Some(Violation::new(at(index + 1, "from"), "TIERS_OVERLAP", reason));
    }
    None
}

fn check_completion(completion: &Completion) -> Vec<Violation> {
    let mut found = Vec::new();
    if !(0..=POINTS_E4_MAX).contains(&completion.weight_e4) {
        let reason = "a weight is from 0 to 1,000,000,000 points; to take points away, use a rate below zero";
        found.push(Violation::new("points.weight", "OUT_OF_RANGE", reason));
    }
    let limits = [
        ("points.floor", completion.floor_e4),
        ("points.cap", completion.cap_e4),
        ("points.threshold", completion.threshold_e4),
    ];
    for (field, limit) in limits {
        if limit.is_some_and(|limit| !(0..=COMPLETION_E4_MAX).contains(&limit)) {
            let reason = "a completion is from 0 % to 100,000,000 % here; give one";
            found.push(Violation::new(field, "OUT_OF_RANGE", reason));
        }
    }
    let is_above_cap =
        |limit: Option<i64>| limit.zip(completion.cap_e4).is_some_and(|(limit, cap)| limit > cap);
    if is_above_cap(completion.floor_e4) {
        let reason = "the floor is above the cap, so that every completion would count alike; swap them";
        found.push(Violation::new("points.floor", "EMPTY_RANGE", reason));
    }
    if is_above_cap(completion.threshold_e4) {
        let reason = "the threshold is above the cap; lower it, or raise the cap";
        found.push(Violation::new("points.threshold", "EMPTY_RANGE", reason));
    }
    found
}
