//! `points = { weight = 40, floor = "60%", cap = "120%", threshold = "80%" }`: a line of a scorecard: the weight
//! times the completion of the target (完成率).

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::rule::check::{COMPLETION_E4_MAX, POINTS_E4_MAX};
use crate::rule::class::Basis;
use crate::rule::example::Example;
use crate::rule::key::Key;
use crate::rule::phrase::{Phrase, number, percent, points, say};
use crate::rule::setting::Facts;
use crate::rule::unit::Unit;
use crate::types::money::Currency;
use crate::types::ratio::Ratio;
use crate::types::violation::Violation;

/// Its keys in a file.
pub(super) const KEYS: [Key; 5] = [
    Key {
        name: "weight",
        kind: "points",
        range: "0 to 10^9",
        default: "",
        says: "points for reaching the target",
    },
    Key {
        name: "floor",
        kind: "share",
        range: "0 to 10^6, not above `cap`",
        default: "none",
        says: "a smaller completion counts as this",
    },
    Key {
        name: "cap",
        kind: "share",
        range: "0 to 10^6",
        default: "none",
        says: "a greater completion counts as this",
    },
    Key {
        name: "threshold",
        kind: "share",
        range: "0 to 10^6, not above `cap`",
        default: "none",
        says: "below this completion there are no points",
    },
    Key {
        name: "zero_target",
        kind: "`\"no_completion\"`, `\"reached\"`",
        range: "",
        default: "`\"no_completion\"`",
        says: "what a target of zero means",
    },
];

/// A weight for reaching a target, multiplied by the completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The points of a completion of 1, in 1/10,000, from 0.
    pub weight_e4: i64,
    /// A smaller completion counts as this, in 1/10,000.
    pub floor_e4: Option<i64>,
    /// A greater completion counts as this, in 1/10,000.
    pub cap_e4: Option<i64>,
    /// Below this completion there are no points (达标), in 1/10,000.
    pub threshold_e4: Option<i64>,
    /// What a target of zero means.
    pub zero_target: ZeroTarget,
}

/// What a target of zero means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ZeroTarget {
    /// No completion and no points.
    NoCompletion,
    /// Any value that is not worse than 0 has a completion of 1.
    Reached,
}

impl Completion {
    pub(super) fn basis(&self) -> Basis {
        Basis::Completion
    }

    pub(super) fn rate_e4(&self) -> i64 {
        0
    }

    pub(super) fn per_unit_e4(&self) -> Option<i64> {
        None
    }

    pub(super) fn weight_e4(&self) -> Option<i64> {
        Some(self.weight_e4)
    }

    pub(super) fn is_only_counted(&self) -> bool {
        false
    }

    pub(super) fn gives_nothing(&self) -> bool {
        self.weight_e4 == 0
    }

    pub(super) fn of_event(&self, _: &Event, _: i128, _: i128, _: Currency) -> Option<i128> {
        Some(0)
    }

    pub(super) fn of_value(&self, _: Ratio, _: Currency) -> i128 {
        0
    }

    pub(super) fn of_completion(&self, completion: Ratio) -> i128 {
        let counted = self.counted(completion);
        counted.map_or(0, |counted| counted.times(self.weight_e4.into(), 1))
    }

    /// The completion that counts, after floor and cap; `None` below the threshold.
    fn counted(&self, completion: Ratio) -> Option<Ratio> {
        let e4 = |limit: i64| Ratio::of_e4(limit.into());
        if self.threshold_e4.is_some_and(|threshold| completion < e4(threshold)) {
            return None;
        }
        let raised = self.floor_e4.map_or(completion, |floor| completion.max(e4(floor)));
        Some(self.cap_e4.map_or(raised, |cap| raised.min(e4(cap))))
    }

    pub(super) fn is_reached_at_zero(&self) -> bool {
        match self.zero_target {
            ZeroTarget::Reached => true,
            ZeroTarget::NoCompletion => false,
        }
    }

    pub(super) fn threshold_e4(&self) -> Option<i64> {
        self.threshold_e4
    }

    pub(super) fn is_sound(&self) -> bool {
        let is_limit =
            |limit: Option<i64>| limit.is_none_or(|limit| (0..=COMPLETION_E4_MAX).contains(&limit));
        self.weight_e4.unsigned_abs() <= POINTS_E4_MAX.unsigned_abs()
            && [self.floor_e4, self.cap_e4, self.threshold_e4].into_iter().all(is_limit)
    }

    pub(super) fn check(&self, _: &Facts) -> Vec<Violation> {
        let mut found = Vec::new();
        if !(0..=POINTS_E4_MAX).contains(&self.weight_e4) {
            let reason =
                "a weight is from 0 to 1,000,000,000 points; to take points away, use a rate below zero";
            found.push(Violation::new("points.weight", "OUT_OF_RANGE", reason));
        }
        let limits = [
            ("points.floor", self.floor_e4),
            ("points.cap", self.cap_e4),
            ("points.threshold", self.threshold_e4),
        ];
        for (field, limit) in limits {
            if limit.is_some_and(|limit| !(0..=COMPLETION_E4_MAX).contains(&limit)) {
                let reason = "a completion is from 0 % to 100,000,000 % here; give one";
                found.push(Violation::new(field, "OUT_OF_RANGE", reason));
            }
        }
        let is_above_cap =
            |limit: Option<i64>| limit.zip(self.cap_e4).is_some_and(|(limit, cap)| limit > cap);
        if is_above_cap(self.floor_e4) {
            let reason = "the floor is above the cap, so that every completion would count alike; swap them";
            found.push(Violation::new("points.floor", "EMPTY_RANGE", reason));
        }
        if is_above_cap(self.threshold_e4) {
            let reason = "the threshold is above the cap; lower it, or raise the cap";
            found.push(Violation::new("points.threshold", "EMPTY_RANGE", reason));
        }
        found
    }

    pub(super) fn doubts(&self, _: &Facts) -> Vec<Violation> {
        if self.threshold_e4.zip(self.floor_e4).is_none_or(|(threshold, floor)| threshold >= floor) {
            return Vec::new();
        }
        let reason = "whoever just reaches the threshold gets the floor, which is more than was reached; please check that this is intended";
        vec![Violation::new("points.threshold", "THRESHOLD_BELOW_FLOOR", reason)]
    }

    pub(super) fn sentences(&self, _: Unit, _: Currency) -> Vec<Phrase> {
        let weight = points(self.weight_e4.into());
        let limit = |limit_e4: Option<i64>| limit_e4.map(|limit_e4| percent(limit_e4.into()));
        let mut said = vec![say!("{weight} for reaching the target", "完成目标得 {weight}", weight)];
        said.extend(
            limit(self.threshold_e4).map(|least| {
                say!("below {least} of the target: no points", "完成率低于 {least} 不得分", least)
            }),
        );
        said.extend(limit(self.floor_e4).map(|floor| {
            say!("below {floor} counts as {floor}", "完成率低于 {floor} 的按 {floor} 计", floor)
        }));
        said.extend(
            limit(self.cap_e4)
                .map(|cap| say!("above {cap} counts as {cap}", "完成率高于 {cap} 的按 {cap} 计", cap)),
        );
        said.push(match self.zero_target {
            ZeroTarget::NoCompletion => {
                say!("without a target, or with one of zero: no points", "没有目标或目标为零的不得分")
            }
            ZeroTarget::Reached => say!(
                "a target of zero is reached by any value that is not worse than zero; without a target: no points",
                "目标为零时，数值不劣于零即视为完成；没有目标的不得分",
            ),
        });
        said
    }

    /// An example with 90 % of a target, or with the threshold where that is higher.
    pub(super) fn example(
        &self,
        unit: Unit,
        currency: Currency,
        sample: &dyn Fn(i128, i128) -> i128,
    ) -> Option<Example> {
        let target_e4 = unit.sample_target();
        let completion_e4 = self.threshold_e4.map_or(9_000, |threshold| i128::from(threshold).max(9_000));
        let value_e4 = sample(target_e4, completion_e4);
        let points_e4 = self.of_completion(Ratio::of_e4(completion_e4));
        // The completion is not below the threshold, so it counts.
        let counted_e4 = self.counted(Ratio::of_e4(completion_e4)).map_or(0, Ratio::to_e4);
        let (value, target) = (unit.value(value_e4, currency), unit.value(target_e4, currency));
        let (completion, counted) = (percent(completion_e4), percent(counted_e4));
        let as_what = match counted_e4 == completion_e4 {
            true => Phrase::default(),
            false => say!(" and counts as {counted}", "（按 {counted} 计）", counted),
        };
        let (weight, own) = (number(self.weight_e4.into()), points(points_e4));
        let text = say!(
            "{value} of a target of {target} is {completion}{as_what}; {weight} × {counted} = {own}",
            "完成 {value}，目标 {target}，完成率 {completion}{as_what}，{weight} × {counted} = {own}",
            value,
            target,
            completion,
            as_what,
            weight,
            counted,
            own,
        );
        Some(Example { text, points_e4 })
    }
}
