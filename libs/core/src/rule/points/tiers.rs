//! `points = { tiers = "marginal", steps = [...] }`: a table of rates by value. Sums over the table are exact and rounded
//! once, half-even.

use ethnum::I256;
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::rule::check::POINTS_E4_MAX;
use crate::rule::class::Basis;
use crate::rule::example::Example;
use crate::rule::key::Key;
use crate::rule::phrase::{Phrase, given, number, points, say, sum};
use crate::rule::setting::Facts;
use crate::rule::unit::Unit;
use crate::types::money::Currency;
use crate::types::ratio::Ratio;
use crate::types::score::{SCALE, div_half_even};
use crate::types::violation::Violation;

/// Its keys in a file.
pub(super) const KEYS: [Key; 2] = [
    Key {
        name: "tiers",
        kind: "`\"marginal\"`, `\"whole_volume\"`",
        range: "",
        default: "",
        says: "a table of rates: each part at its own rate, or everything at the rate that is reached",
    },
    Key {
        name: "steps",
        kind: "tables",
        range: "1 to 64",
        default: "must be given",
        says: "with `tiers`: its lines",
    },
];
/// The keys of a step in a file.
pub const STEP_KEYS: [Key; 6] = [
    Key {
        name: "from",
        kind: "decimal",
        range: "from 0, each above the one before",
        default: "must be given",
        says: "reached at this value",
    },
    Key {
        name: "to",
        kind: "decimal",
        range: "above `from`",
        default: "where the next one begins",
        says: "where it ends; the last one may go on",
    },
    Key {
        name: "per_unit",
        kind: "points",
        range: "up to 10^9 for one unit",
        default: "",
        says: "for each unit of the value",
    },
    Key {
        name: "points",
        kind: "points",
        range: "up to 10^9 for one unit",
        default: "",
        says: "so many points …",
    },
    Key {
        name: "per_amount",
        kind: "decimal",
        range: "more than 0",
        default: "",
        says: "… for so much of the value",
    },
    Key { name: "fixed", kind: "points", range: "up to 10^9", default: "0", says: "once, for reaching it" },
];

/// The most steps of a table.
const STEPS_MAX: usize = 64;
/// The greatest allowed common multiple of the amounts of a table, in 1/10,000 of the measure's unit.
const COMMON_E4_MAX: i128 = 1_000_000_000_000_000_000;

/// A table of rates by value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tiers {
    /// How the table is read.
    pub kind: TierKind,
    /// From low to high, without gaps.
    pub steps: Vec<Tier>,
}

/// How a table is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TierKind {
    /// Each part of the value at the rate of its own step, and the fixed points of every step that was reached.
    Marginal,
    /// The whole value at the rate of the step that was reached, plus the fixed points of that step.
    WholeVolume,
}

/// A step of the table. It is reached when the value is `from_e4` or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Least value, in 1/10,000 of the measure's unit, from 0.
    pub from_e4: i64,
    /// Where the next step begins, exclusive; `None`: the step has no end.
    pub to_e4: Option<i64>,
    /// In 1/10,000 of a point.
    pub points_e4: i64,
    /// The part of the value that gives them, in 1/10,000 of the measure's unit, more than zero.
    pub per_e4: i64,
    /// Points for reaching the step, in 1/10,000.
    pub fixed_e4: i64,
}

impl Tiers {
    pub(super) fn basis(&self) -> Basis {
        Basis::Value
    }

    pub(super) fn rate_e4(&self) -> i64 {
        0
    }

    pub(super) fn per_unit_e4(&self) -> Option<i64> {
        None
    }

    pub(super) fn weight_e4(&self) -> Option<i64> {
        None
    }

    pub(super) fn is_only_counted(&self) -> bool {
        false
    }

    pub(super) fn gives_nothing(&self) -> bool {
        self.steps.iter().all(|step| step.points_e4 == 0 && step.fixed_e4 == 0)
    }

    pub(super) fn of_event(&self, _: &Event, _: i128, _: i128, _: Currency) -> Option<i128> {
        Some(0)
    }

    pub(super) fn of_value(&self, value: Ratio, _: Currency) -> i128 {
        self.of_value_within(value).unwrap_or_else(|| self.of_value_beyond(value))
    }

    pub(super) fn of_completion(&self, _: Ratio) -> i128 {
        0
    }

    pub(super) fn is_reached_at_zero(&self) -> bool {
        false
    }

    pub(super) fn threshold_e4(&self) -> Option<i64> {
        None
    }

    /// The steps that give points for a value.
    fn reached(&self, value: Ratio) -> impl Iterator<Item = &Tier> {
        let count = self.steps.partition_point(|step| Ratio::of_e4(step.from_e4.into()) <= value);
        let wanted = move |at: &usize| self.kind == TierKind::Marginal || at + 1 == count;
        (0..count).filter(wanted).map(move |at| &self.steps[at])
    }

    /// A common denominator of all rates.
    fn common_denominator(&self) -> i128 {
        self.steps.iter().fold(1, |common, step| lcm(common, i128::from(step.per_e4)))
    }

    /// The points, computed in 128 bits; `None` where these are not enough, which is rare.
    fn of_value_within(&self, value: Ratio) -> Option<i128> {
        // The value in 1/10,000 is `above / below`; all rates are brought to the common denominator.
        let (above, below) = (value.numerator().checked_mul(SCALE)?, value.denominator());
        let common = self.common_denominator();
        let (mut fixed, mut sum) = (0, 0i128);
        for step in self.reached(value) {
            let slice = match self.kind {
                TierKind::WholeVolume => above,
                TierKind::Marginal => {
                    // The last step may have an end, too.
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
        // Fixed points are added before rounding: an odd one added afterwards could turn half-even the wrong way.
        Some(div_half_even(sum.checked_add(fixed.checked_mul(divisor)?)?, divisor))
    }

    fn of_value_beyond(&self, value: Ratio) -> i128 {
        let (above, below) =
            (I256::new(value.numerator()) * I256::new(SCALE), I256::new(value.denominator()));
        let common = self.common_denominator();
        let mut sum = I256::ZERO;
        let divisor = below * I256::new(common);
        for step in self.reached(value) {
            let slice = match self.kind {
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

    pub(super) fn is_sound(&self) -> bool {
        let is_rate = |points_e4: i64| points_e4.unsigned_abs() <= POINTS_E4_MAX.unsigned_abs();
        let is_step = |step: &Tier| {
            step.per_e4 > 0 && step.from_e4 >= 0 && is_rate(step.points_e4 / step.per_e4.max(1))
        };
        self.steps.iter().all(|step| is_step(step) && is_rate(step.fixed_e4))
            && self.common_multiple().is_some()
    }

    /// The least common multiple of the amounts that give points; `None` if it is so great that sums over the table could
    /// not be exact.
    fn common_multiple(&self) -> Option<i128> {
        let mut amounts = self.steps.iter().map(|step| i128::from(step.per_e4)).filter(|amount| *amount > 0);
        amounts.try_fold(1, |common, amount| {
            Some(lcm(common, amount)).filter(|multiple| *multiple <= COMMON_E4_MAX)
        })
    }

    pub(super) fn check(&self, _: &Facts) -> Vec<Violation> {
        let mut found = Vec::new();
        if self.steps.is_empty() || self.steps.len() > STEPS_MAX {
            let reason = format!("a table has 1 to {STEPS_MAX} steps; say what each is worth");
            found.push(Violation::new("points.steps", "OUT_OF_RANGE", reason));
        }
        for (index, step) in self.steps.iter().enumerate() {
            found.extend(step.check(&format!("points.steps[{index}]")));
            // The last step may have an end, beyond which a value gives nothing more; then there is no next step to compare.
            found.extend(self.steps.get(index + 1).and_then(|next| step.check_next(index, next)));
        }
        if self.common_multiple().is_none() {
            let reason = "the amounts that points are given for have no common multiple up to 100,000,000,000,000; round them";
            found.push(Violation::new("points.steps", "AMOUNTS_TOO_ODD", reason));
        }
        found
    }

    pub(super) fn doubts(&self, own: &Facts) -> Vec<Violation> {
        let mut found = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            let from = i128::from(step.from_e4);
            let first = from.div_euclid(SCALE) + i128::from(from % SCALE != 0);
            let is_empty = step.to_e4.is_some_and(|to_e4| i128::from(to_e4) <= first * SCALE);
            if own.unit.is_in_whole_numbers() && own.is_whole && is_empty {
                let reason = "no whole number lies in this step, so only shared events ever reach it; please check that this is intended";
                found.push(Violation::new(format!("points.steps[{index}]"), "TIER_NOT_REACHED", reason));
            }
        }
        if self.kind == TierKind::WholeVolume {
            found.extend(self.doubts_of_whole_volume());
        }
        found
    }

    fn doubts_of_whole_volume(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        for (index, pair) in self.steps.windows(2).enumerate() {
            let at = i128::from(pair[1].from_e4);
            let worth = |step: &Tier| {
                at * i128::from(step.points_e4) + i128::from(step.fixed_e4) * i128::from(step.per_e4)
            };
            // Compared over the common denominator of both rates.
            let (before, after) = (
                worth(&pair[0]).saturating_mul(i128::from(pair[1].per_e4)),
                worth(&pair[1]).saturating_mul(i128::from(pair[0].per_e4)),
            );
            if after < before {
                let field = format!("points.steps[{}].from", index + 1);
                let reason = "whoever reaches this step gets fewer points than just below it; raise its rate, or give fixed points";
                found.push(Violation::new(field, "POINTS_FALL", reason));
            }
        }
        if self.steps.last().is_some_and(|last| last.to_e4.is_some()) {
            let index = self.steps.len() - 1;
            let reason = "the whole volume counts at the last step's rate however large it is; leave its end out, or cap it";
            found.push(Violation::new(format!("points.steps[{index}].to"), "END_WITHOUT_EFFECT", reason));
        }
        found
    }

    pub(super) fn sentences(&self, unit: Unit, currency: Currency) -> Vec<Phrase> {
        let count = self.steps.len();
        let kind = match self.kind {
            TierKind::Marginal => {
                say!(
                    "{count} steps, each part of the value at its own step's rate",
                    "{count} 档，分段计分",
                    count
                )
            }
            TierKind::WholeVolume => say!(
                "{count} steps, the whole value at the rate of the step that is reached",
                "{count} 档，全额按所达档计分",
                count,
            ),
        };
        std::iter::once(kind).chain(self.steps.iter().map(|step| step.sentence(unit, currency))).collect()
    }

    /// An example with a value a little into the second step, which shows the difference between the two kinds of table.
    pub(super) fn example(
        &self,
        unit: Unit,
        currency: Currency,
        _: &dyn Fn(i128, i128) -> i128,
    ) -> Option<Example> {
        let step = self.steps.get(1).or(self.steps.first())?;
        let from_e4 = i128::from(step.from_e4);
        let more_e4 = match unit {
            Unit::Money => (from_e4 / 5).max(SCALE),
            _ => 2 * SCALE,
        };
        let value_e4 = (from_e4 + more_e4).min(step.to_e4.map_or(i128::MAX, i128::from));
        let mut terms = Vec::new();
        for step in self.reached(Ratio::of_e4(value_e4)) {
            let part_e4 = self.part_e4(step, value_e4);
            let per_e4 = i128::from(step.per_e4);
            if step.points_e4 != 0 && part_e4 != 0 {
                let (part, rate) = (number(part_e4), number(step.points_e4.into()));
                terms.push(match per_e4 == SCALE {
                    true => format!("{part} × {rate}"),
                    false => format!("{part} × {rate} / {}", number(per_e4)),
                });
            }
            if step.fixed_e4 != 0 {
                terms.push(number(step.fixed_e4.into()));
            }
        }
        let sum = if terms.is_empty() { "0".to_owned() } else { sum(&terms) };
        let points_e4 = self.of_value(Ratio::of_e4(value_e4), currency);
        let (shown, own) = (unit.value(value_e4, currency), points(points_e4));
        let text = say!("{shown} give {sum} = {own}", "{shown}，{sum} = {own}", shown, sum, own);
        Some(Example { text, points_e4 })
    }

    /// The part of a value that gets the rate of a reached step, in 1/10,000.
    fn part_e4(&self, step: &Tier, value_e4: i128) -> i128 {
        match self.kind {
            TierKind::WholeVolume => value_e4,
            TierKind::Marginal => {
                let end = step.to_e4.map_or(value_e4, |to_e4| value_e4.min(to_e4.into()));
                end - i128::from(step.from_e4)
            }
        }
    }
}

impl Tier {
    fn check(&self, path: &str) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut note = |name: &str, code, reason: &str| {
            found.push(Violation::new(format!("{path}.{name}"), code, reason));
        };
        if self.from_e4 < 0 {
            note(
                "from",
                "OUT_OF_RANGE",
                "a step begins at 0 or above; nothing below 0 gives points by a table",
            );
        }
        if self.to_e4.is_some_and(|to_e4| to_e4 <= self.from_e4) {
            note("to", "EMPTY_RANGE", "the step ends where it begins or before; let it end above");
        }
        let rate = i128::from(self.points_e4).abs() * SCALE;
        if self.per_e4 <= 0 {
            let reason = "points are given for more than zero; give what they are given for";
            note("per_amount", "OUT_OF_RANGE", reason);
        } else if rate > i128::from(POINTS_E4_MAX) * i128::from(self.per_e4) {
            note("per_unit", "OUT_OF_RANGE", "a rate is at most 1,000,000,000 points for one unit");
        }
        if self.fixed_e4.unsigned_abs() > POINTS_E4_MAX.unsigned_abs() {
            note("fixed", "OUT_OF_RANGE", "a step gives at most 1,000,000,000 points for reaching it");
        }
        found
    }

    /// A table has no gap and no overlap: each step ends where the next begins.
    fn check_next(&self, index: usize, next: &Tier) -> Option<Violation> {
        let at = |index: usize, name: &str| format!("points.steps[{index}].{name}");
        if next.from_e4 <= self.from_e4 {
            let reason = "steps go from low to high; put them in order, each beginning above the one before";
            return Some(Violation::new(at(index + 1, "from"), "OUT_OF_ORDER", reason));
        }
        let Some(to_e4) = self.to_e4 else {
            let reason = "only the last step may go on for ever; say where this one ends";
            return Some(Violation::new(at(index, "to"), "MISSING_FIELD", reason));
        };
        if next.from_e4 > to_e4 {
            let reason = "between the end of the step before and here nothing is said; let it begin where that one ends";
            return Some(Violation::new(at(index + 1, "from"), "TIERS_HAVE_A_HOLE", reason));
        }
        let reason = "the step before ends above this; let it begin where that one ends";
        (next.from_e4 < to_e4).then(|| Violation::new(at(index + 1, "from"), "TIERS_OVERLAP", reason))
    }

    fn sentence(&self, unit: Unit, currency: Currency) -> Phrase {
        let value = |value_e4: i64| unit.value(value_e4.into(), currency);
        let from = value(self.from_e4);
        let range = match self.to_e4.map(value) {
            Some(to) => say!("from {from} to below {to}", "{from}（含）至 {to}（不含）", from, to),
            None => say!("{from} or more", "{from}（含）以上", from),
        };
        let mut gives = Vec::new();
        if self.points_e4 != 0 && i128::from(self.per_e4) == SCALE {
            gives.push(unit.each(self.points_e4.into(), currency));
        } else if self.points_e4 != 0 {
            let (given, per) = (given(self.points_e4.into()), value(self.per_e4));
            gives.push(say!("{given} per {per}", "每 {per}{given}", given, per));
        }
        if self.fixed_e4 != 0 {
            let fixed = points(self.fixed_e4.into());
            gives.push(match gives.is_empty() {
                true => say!("{fixed} for reaching the step", "达档得 {fixed}", fixed),
                false => say!("plus {fixed} for reaching the step", "达档另得 {fixed}", fixed),
            });
        }
        let gives = match gives.is_empty() {
            true => say!("no points", "不得分"),
            false => Phrase::joined(gives, &say!(" ", "，")),
        };
        say!("{range}: {gives}", "{range}：{gives}", range, gives)
    }
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

#[cfg(test)]
mod tests;
