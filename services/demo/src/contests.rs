//! The two contests of the demo, and what an event is worth in them by the bank's own count. That count does
//! not use the fold, so that the two can be compared at the end.

use jiff::civil::Date;
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieBreak,
    TieRule, UnitFrom,
};
use longhu_core::rule::{format, measure, points, ranking, tie_break, tie_rule};
use longhu_core::types::money::Currency;
use longhu_core::types::score::div_half_even;
use longhu_proto::wire::contest::v1::ContestDefinition;
use longhu_proto::wire::event::v1::Event;

/// The boards of both contests, the largest units first.
pub const BOARDS: [&str; 4] = ["region", "branch", "team", "employee"];
/// The first and the last day of the period, as month and day.
const PERIOD: [(i8, i8); 2] = [(1, 1), (6, 30)];
/// One point.
const POINT: i64 = 10_000;

/// What points are given for.
#[derive(Clone, Copy)]
enum Per {
    Event(i64),
    Piece(i64),
    /// For every 10,000 of the bank's currency.
    TenThousand(i64),
}

/// One line of a contest.
struct Rule {
    id: &'static str,
    name: (&'static str, &'static str),
    events: &'static [&'static str],
    products: &'static [&'static str],
    per: Per,
}

const fn rule(
    id: &'static str,
    name: (&'static str, &'static str),
    events: &'static [&'static str],
    products: &'static [&'static str],
    per: Per,
) -> Rule {
    Rule { id, name, events, products, per }
}

const SPRING: [Rule; 7] = [
    rule("gold", ("金卡", "Gold cards"), &["card.issued"], &["gold"], Per::Event(5 * POINT)),
    rule("classic", ("普卡", "Classic cards"), &["card.issued"], &["classic"], Per::Event(3 * POINT)),
    rule("junior", ("少儿卡", "Junior cards"), &["card.issued"], &["junior"], Per::Event(2 * POINT)),
    rule(
        "ebanking",
        ("网银激活", "E-banking activated"),
        &["ebanking.activated"],
        &[],
        Per::Event(2 * POINT),
    ),
    rule(
        "mobile",
        ("手机银行激活", "Mobile banking activated"),
        &["mobile_banking.activated"],
        &[],
        Per::Event(25_000),
    ),
    rule("accounts", ("开户", "Accounts opened"), &["account.opened"], &[], Per::Event(POINT)),
    rule("payroll", ("代发工资", "Payroll"), &["payroll.signed"], &[], Per::Piece(POINT / 2)),
];

const WEALTH: [Rule; 2] = [
    rule(
        "wealth",
        ("理财与基金", "Wealth products and funds"),
        &["wealth.sold", "fund.sold"],
        &[],
        Per::TenThousand(POINT),
    ),
    rule("insurance", ("保险", "Insurance"), &["insurance.sold"], &[], Per::TenThousand(3 * POINT)),
];

/// The rules of each contest.
const RULES: [&[Rule]; 2] = [&SPRING, &WEALTH];
const NAMES: [(&str, LocalName); 2] = [
    ("spring", ("春季卡与电子银行竞赛", "Spring cards and e-banking")),
    ("wealth", ("财富管理竞赛", "Wealth sold")),
];
type LocalName = (&'static str, &'static str);

/// The id of a contest, for a year.
pub fn id(contest: usize, year: i16) -> String {
    format!("{}-{year}", NAMES[contest].0)
}

/// A contest's name in Chinese and English.
pub fn name(contest: usize) -> LocalName {
    NAMES[contest].1
}

/// The first and last business dates of a year's contests.
pub fn period(year: i16) -> (Date, Date) {
    let [start, end] = PERIOD.map(|(month, day)| Date::constant(year, month, day));
    (start, end)
}

/// The definitions of a year's contests.
pub fn definitions(year: i16, currency: Currency) -> [ContestDefinition; 2] {
    [0, 1].map(|contest| longhu_proto::contest::to_wire(&definition(contest, year, currency)))
}

fn definition(contest: usize, year: i16, currency: Currency) -> Contest {
    let text = |(zh, en): LocalName| LocalizedText { zh: zh.to_owned(), en: en.to_owned() };
    let (start, end) = period(year);
    Contest {
        id: id(contest, year),
        name: text(name(contest)),
        campaign: format!("kaimenhong-{year}"),
        start,
        end,
        grace_days: None,
        scoring_deadline: None,
        boards: BOARDS.map(str::to_owned).to_vec(),
        listing: Listing::Scored,
        indicators: RULES[contest].iter().map(|rule| rule.indicator(currency)).collect(),
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: vec![TieBreak::Earliest(tie_break::Earliest)],
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        currency,
    }
}

impl Rule {
    fn indicator(&self, currency: Currency) -> Indicator {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let (measure, points) = match self.per {
            Per::Event(points) => (Measure::Count(measure::Count), Points::per_unit(points)),
            Per::Piece(points) => (Measure::Quantity(measure::Quantity), Points::per_unit(points)),
            Per::TenThousand(points_e4) => {
                let per_minor = 10_000 * currency.scale();
                (
                    Measure::Amount(measure::Amount),
                    Points::PerAmount(points::PerAmount { points_e4, per_minor }),
                )
            }
        };
        Indicator {
            id: self.id.to_owned(),
            name: LocalizedText { zh: self.name.0.to_owned(), en: self.name.1.to_owned() },
            events: texts(self.events),
            filter: Filter { products: texts(self.products), ..Filter::default() },
            measure,
            points,
            better: None,
            windows: Vec::new(),
            caps: Vec::new(),
        }
    }

    fn counts(&self, event: &Event) -> bool {
        self.events.contains(&event.r#type.as_str())
            && (self.products.is_empty() || self.products.contains(&event.product.as_str()))
    }

    fn points_e4(&self, event: &Event) -> i128 {
        match self.per {
            Per::Event(points) => points.into(),
            Per::Piece(points) => i128::from(points) * i128::from(event.quantity.unwrap_or(1)),
            Per::TenThousand(points) => event.amount.as_ref().map_or(0, |money| {
                let nanos = i128::from(money.units) * 1_000_000_000 + i128::from(money.nanos);
                div_half_even(nanos * i128::from(points), 10_000 * 1_000_000_000)
            }),
        }
    }
}

/// What an event adds to a contest, by the bank's own count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worth {
    /// The contest's index.
    pub contest: usize,
    /// In 1/10,000 of a point.
    pub points_e4: i128,
    /// Whether it has no creditors, so that it stays with the branch.
    pub is_unassigned: bool,
}

/// What an event is worth, by the bank's own count. No event counts for both contests.
pub fn worth(event: &Event) -> Option<Worth> {
    let of = |contest: usize| {
        let points_e4 =
            RULES[contest].iter().filter(|rule| rule.counts(event)).map(|rule| rule.points_e4(event));
        let points_e4: i128 = points_e4.sum();
        (points_e4 != 0).then_some(Worth { contest, points_e4, is_unassigned: event.credits.is_empty() })
    };
    (0..RULES.len()).find_map(of)
}

#[cfg(test)]
mod tests {
    use longhu_core::catalogue::Catalogue;
    use longhu_core::contest::check::check;
    use longhu_core::types::money::Amount;
    use longhu_proto::scalar::money_to_wire;

    use super::*;

    #[test]
    fn both_contests_are_sound() {
        let currency = Currency::parse("CNY").unwrap();
        let kinds = ["region", "branch", "team"].into_iter().collect();
        for contest in [0, 1] {
            let found = check(&definition(contest, 2025, currency), &Catalogue::default(), Some(&kinds));
            assert!(found.is_empty(), "{found:?}");
        }
    }

    #[test]
    fn an_event_is_worth_what_the_rules_say() {
        let worth_of = |kind: &str, product: &str, quantity, yuan: Option<i64>| {
            let currency = Currency::parse("CNY").unwrap();
            let amount = yuan.map(|yuan| money_to_wire(Amount { currency, minor: yuan * 100 + 50 }));
            let event = Event {
                r#type: kind.into(),
                product: product.into(),
                quantity,
                amount,
                ..Default::default()
            };
            worth(&event).map(|worth| (worth.contest, worth.points_e4))
        };
        assert_eq!(worth_of("card.issued", "gold", None, None), Some((0, 50_000)));
        assert_eq!(worth_of("card.issued", "platinum", None, None), None);
        assert_eq!(worth_of("payroll.signed", "", Some(30), None), Some((0, 150_000)));
        assert_eq!(
            worth_of("fund.sold", "", None, Some(20_000)),
            Some((1, 20_000)),
            "half a unit goes to even"
        );
        assert_eq!(worth_of("visit.made", "", None, None), None);
    }
}
