//! What a rule says in plain words, English and Chinese. Every word here follows from the definition; nothing is computed
//! and nothing is judged.

mod points;
mod schedule;
mod types;

use clap::ValueEnum;
use longhu_core::contest::{Contest, Credited, Filter, Indicator, LocalizedText, Measure};
use longhu_core::types::score::{SCALE, Score};

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

/// The words for one contest.
pub struct Words<'c> {
    lang: Lang,
    contest: &'c Contest,
}

/// A number of 1/10,000 with its thousands apart.
pub fn number(value_e4: i128) -> String {
    let plain = Score(value_e4).to_string();
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, fraction) =
        plain.split_once('.').map_or((plain, String::new()), |(w, f)| (w, format!(".{f}")));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{fraction}")
}

/// A part of a whole of 1/10,000 as a percentage.
pub fn percent(value_e4: i128) -> String {
    format!("{} %", number(value_e4 * 100))
}

impl<'c> Words<'c> {
    /// In a language.
    pub fn new(lang: Lang, contest: &'c Contest) -> Words<'c> {
        Words { lang, contest }
    }

    /// The one of two texts that is in the language.
    pub fn say(&self, en: impl Into<String>, zh: impl Into<String>) -> String {
        match self.lang {
            Lang::En => en.into(),
            Lang::Zh => zh.into(),
        }
    }

    /// A name in the language, or in the other one, or the id.
    pub fn name(&self, id: &str, name: &LocalizedText) -> String {
        let (own, other) = match self.lang {
            Lang::En => (&name.en, &name.zh),
            Lang::Zh => (&name.zh, &name.en),
        };
        [own, other].into_iter().find(|text| !text.is_empty()).map_or(id, String::as_str).to_owned()
    }

    /// The name of the indicator of an index.
    pub fn indicator(&self, index: usize) -> String {
        let indicator = self.contest.indicators.get(index);
        indicator.map_or("?".to_owned(), |indicator| self.name(&indicator.id, &indicator.name))
    }

    /// Texts one after the other.
    pub fn list(&self, items: impl IntoIterator<Item = String>) -> String {
        items.into_iter().collect::<Vec<_>>().join(&self.say(", ", "、"))
    }

    /// Event types by the names that people have for them.
    pub fn types(&self, kinds: &[String]) -> String {
        self.list(kinds.iter().map(|kind| match types::name(kind) {
            Some((en, zh)) => self.say(format!("{en} ({kind})"), format!("{zh}（{kind}）")),
            None => kind.clone(),
        }))
    }

    /// Money of the contest's currency.
    pub fn money(&self, value_e4: i128) -> String {
        match self.contest.currency.as_str() {
            "XXX" => number(value_e4),
            currency => format!("{} {currency}", number(value_e4)),
        }
    }

    /// A number of points.
    pub fn points(&self, points_e4: i128) -> String {
        let unit = if points_e4.abs() == SCALE { "point" } else { "points" };
        self.say(format!("{} {unit}", number(points_e4)), format!("{} 分", number(points_e4)))
    }

    /// A value of a measure with its unit.
    pub fn value(&self, measure: &Measure, value_e4: i128) -> String {
        if measure.is_money() {
            return self.money(value_e4);
        }
        if matches!(measure, Measure::Ratio { .. }) {
            return percent(value_e4);
        }
        let plural = |one: &'static str, many| if value_e4 == SCALE { one } else { many };
        let (en, zh) = match measure {
            Measure::SumQuantity => (plural("piece", "pieces"), "件"),
            Measure::Customers | Measure::CustomersWithProducts { .. } => {
                (plural("customer", "customers"), "户")
            }
            Measure::ProductsPerCustomer => ("products a customer", "种/户"),
            _ => (plural("event", "events"), "笔"),
        };
        self.say(format!("{} {en}", number(value_e4)), format!("{} {zh}", number(value_e4)))
    }

    /// What is counted.
    pub fn counted(&self, indicator: &Indicator) -> String {
        let types = self.types(&indicator.events);
        match &indicator.measure {
            Measure::Count => self.say(types.clone(), format!("{types}的笔数")),
            Measure::SumQuantity => self.say(format!("the pieces of {types}"), format!("{types}的数量合计")),
            Measure::SumAmount => self.say(format!("the amounts of {types}"), format!("{types}的金额合计")),
            Measure::Customers => {
                self.say(format!("different customers with {types}"), format!("有{types}的不同客户数"))
            }
            Measure::CustomersWithProducts { at_least } => self.say(
                format!("customers with at least {at_least} different products of {types}"),
                format!("{types}中持有至少 {at_least} 种不同产品的客户数"),
            ),
            Measure::ProductsPerCustomer => self
                .say(format!("different products a customer of {types}"), format!("{types}的户均产品种类数")),
            Measure::NetChange { credited, base } => {
                let base = match base {
                    Some(base) => self.say(format!("over {base}"), format!("较 {base} ")),
                    None => self.say("over the day before it begins", "较开始前一日"),
                };
                let to = self.credited(*credited);
                self.say(
                    format!("the growth of balances {base} ({types}), {to}"),
                    format!("余额{base}的净增（{types}），{to}"),
                )
            }
            Measure::AverageBalance { credited } => {
                let to = self.credited(*credited);
                self.say(
                    format!("the balance of the average day up to the last reported one ({types}), {to}"),
                    format!("截至最近一次报送的日均余额（{types}），{to}"),
                )
            }
            Measure::NthProduct { nth, within_days, openings } => {
                let openings = self.types(openings);
                self.say(
                    format!(
                        "a customer's different product number {nth} ({types}) within {within_days} days of the \
                         customer's first event of {openings}"
                    ),
                    format!("客户首次{openings}后 {within_days} 天内的第 {nth} 种不同产品（{types}）"),
                )
            }
            Measure::Ratio { of, to } => {
                let (of, to) = (self.indicator(*of), self.indicator(*to));
                self.say(format!("{of} for each of {to}"), format!("{of} ÷ {to}"))
            }
        }
    }

    fn credited(&self, credited: Credited) -> String {
        match credited {
            Credited::HolderOfTheDay => {
                self.say("each day to whom the report of that day names", "每日归当日报送所列人员")
            }
            Credited::PresentHolder => {
                self.say("all of it to whom the last report names", "全部归最近一次报送所列人员")
            }
        }
    }

    /// Which events count, if not all do.
    pub fn filter(&self, filter: &Filter) -> Vec<String> {
        let mut lines = Vec::new();
        let lists = [
            (&filter.products, "products", "产品"),
            (&filter.channels, "channels", "渠道"),
            (&filter.segments, "segments", "客群"),
        ];
        for (values, en, zh) in lists.into_iter().filter(|(values, ..)| !values.is_empty()) {
            let values = self.list(values.iter().cloned());
            lines.push(self.say(format!("only {en}: {values}"), format!("仅限{zh}：{values}")));
        }
        let minor = |minor: i64| self.money(self.e4_of_minor(minor));
        if let Some(least) = filter.amount_min.map(minor) {
            lines.push(self.say(format!("only from {least}"), format!("仅限金额不低于 {least}")));
        }
        if let Some(most) = filter.amount_max.map(minor) {
            lines.push(self.say(format!("only up to {most}"), format!("仅限金额不超过 {most}")));
        }
        for (key, values) in &filter.attributes {
            let values = self.list(values.iter().cloned());
            lines.push(self.say(format!("only {key}: {values}"), format!("仅限 {key}：{values}")));
        }
        lines
    }

    /// Minor units of the contest's currency in 1/10,000 of a major one.
    pub fn e4_of_minor(&self, minor: i64) -> i128 {
        i128::from(minor) * SCALE / i128::from(self.contest.currency.scale())
    }
}
