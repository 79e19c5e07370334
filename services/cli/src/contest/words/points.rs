//! Words for what an indicator is worth and what limits that.

use longhu_core::contest::{
    Cap, CapPer, Completion, Indicator, Measure, Points, Tier, TierKind, Tiers, Window, ZeroTarget,
};
use longhu_core::types::score::SCALE;

use super::{Words, number, percent};

impl Words<'_> {
    /// What it is worth, in a line.
    pub fn worth(&self, indicator: &Indicator) -> String {
        match &indicator.points {
            Points::PerUnit(0) => self.say("nothing: it is only counted", "不计分，仅统计"),
            Points::PerUnit(points_e4) => self.per_unit(&indicator.measure, i128::from(*points_e4)),
            Points::PerAmount { points_e4, per_minor } => {
                let (points, per) =
                    (self.points((*points_e4).into()), self.money(self.e4_of_minor(*per_minor)));
                self.say(format!("{points} per {per}"), format!("每 {per} 计 {points}"))
            }
            Points::Tiers(tiers) => self.tiers_in_short(tiers),
            Points::Completion(completion) => {
                let weight = self.points(completion.weight_e4.into());
                self.say(format!("{weight} for reaching the target"), format!("完成目标得 {weight}"))
            }
        }
    }

    fn per_unit(&self, measure: &Measure, points_e4: i128) -> String {
        let points = self.points(points_e4);
        let (en, zh) = match measure {
            Measure::Ratio { .. } => ("for 100 %", "每 100 % "),
            Measure::ProductsPerCustomer => ("for 1 product a customer", "户均每 1 种产品"),
            _ if measure.is_money() => match self.contest.currency.as_str() {
                "XXX" => ("per unit of money", "每一货币单位"),
                currency => {
                    return self
                        .say(format!("{points} per {currency}"), format!("每 1 {currency} 计 {points}"));
                }
            },
            Measure::SumQuantity => ("a piece", "每件"),
            Measure::Customers | Measure::CustomersWithProducts { .. } => ("a customer", "每户"),
            _ => ("each", "每笔"),
        };
        self.say(format!("{points} {en}"), format!("{zh}计 {points}"))
    }

    fn tiers_in_short(&self, tiers: &Tiers) -> String {
        let count = tiers.steps.len();
        match tiers.kind {
            TierKind::Marginal => self.say(
                format!("{count} steps, each part at the rate of its own step"),
                format!("{count} 档，分段计分"),
            ),
            TierKind::WholeVolume => self.say(
                format!("{count} steps, everything at the rate of the step that is reached"),
                format!("{count} 档，全量按所达档计分"),
            ),
        }
    }

    /// A line for each step of a table.
    pub fn steps(&self, tiers: &Tiers, measure: &Measure) -> Vec<String> {
        tiers.steps.iter().map(|tier| self.step(tier, measure)).collect()
    }

    fn step(&self, tier: &Tier, measure: &Measure) -> String {
        let from = self.value(measure, tier.from_e4.into());
        let range = match tier.to_e4.map(|to_e4| self.value(measure, to_e4.into())) {
            Some(to) => {
                self.say(format!("from {from} to below {to}"), format!("{from}（含）至 {to}（不含）"))
            }
            None => self.say(format!("from {from}"), format!("{from}（含）以上")),
        };
        let mut gives = Vec::new();
        if tier.points_e4 != 0 && i128::from(tier.per_e4) == SCALE {
            gives.push(self.per_unit(measure, tier.points_e4.into()));
        } else if tier.points_e4 != 0 {
            let (points, per) = (self.points(tier.points_e4.into()), self.value(measure, tier.per_e4.into()));
            gives.push(self.say(format!("{points} per {per}"), format!("每 {per} 计 {points}")));
        }
        if tier.fixed_e4 != 0 {
            let fixed = self.points(tier.fixed_e4.into());
            gives.push(self.say(format!("{fixed} for reaching it"), format!("达档另得 {fixed}")));
        }
        let gives = match gives.is_empty() {
            true => self.say("nothing", "不计分"),
            false => gives.join(&self.say(" and ", "，")),
        };
        self.say(format!("{range}: {gives}"), format!("{range}：{gives}"))
    }

    /// A line for each limit of a completion.
    pub fn completion(&self, completion: &Completion) -> Vec<String> {
        let mut lines = Vec::new();
        let mut limit = |limit_e4: Option<i64>, en: &str, zh: &str| {
            let percent = limit_e4.map(|limit_e4| percent(limit_e4.into()));
            lines.extend(percent.map(|p| self.say(en.replace('#', &p), zh.replace('#', &p))));
        };
        limit(completion.threshold_e4, "below # of the target: no points", "完成率低于 # 不得分");
        limit(completion.floor_e4, "below # counts as #", "完成率低于 # 的按 # 计");
        limit(completion.cap_e4, "above # counts as #", "完成率高于 # 的按 # 计");
        lines.push(match completion.zero_target {
            ZeroTarget::NoCompletion => {
                self.say("without a target, or with one of zero: no points", "没有目标或目标为零的不得分")
            }
            ZeroTarget::Reached => self.say(
                "a target of zero is reached by any value from zero on; without a target: no points",
                "目标为零时，不为负即视为完成；没有目标的不得分",
            ),
        });
        lines
    }

    /// A window.
    pub fn window(&self, window: &Window) -> String {
        let (period, times) = (self.days(window.period), number(window.times_e4.into()));
        self.say(format!("{period}: points count {times} times"), format!("{period}：计 {times} 倍分"))
    }

    /// A cap.
    pub fn cap(&self, cap: &Cap) -> String {
        let points = self.points(cap.points_e4.into());
        let (en, zh) = match cap.per {
            CapPer::Event => ("for one event", "每笔"),
            CapPer::Customer => ("for one customer", "每位客户"),
            CapPer::Day => ("a day", "每天"),
            CapPer::Round => ("a round", "每期"),
            CapPer::Contest => ("in all", "总计"),
        };
        let on = match cap.boards.is_empty() {
            true => String::new(),
            false => {
                let boards = self.list(cap.boards.iter().cloned());
                self.say(format!(" on the boards {boards}"), format!("（仅 {boards} 榜）"))
            }
        };
        self.say(format!("at most {points} {en}{on}"), format!("{zh}最多 {points}{on}"))
    }
}
