//! What a contest is, as the fold obeys it. A definition says; it computes nothing.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::money::Currency;
use crate::time::Time;

pub mod check;

/// A contest's definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest {
    /// Stable id.
    pub id: String,
    /// The names that people read.
    pub name: LocalizedText,
    /// The campaign it is part of.
    pub campaign: String,
    /// First business date, inclusive.
    pub start: Date,
    /// Last business date, inclusive.
    pub end: Date,
    /// Days after the end during which scoring events may be recorded; `None`: no deadline.
    pub grace_days: Option<u32>,
    /// The instant that ends the grace, in the bank's zone, fixed at publication.
    pub scoring_deadline: Option<Time>,
    /// Board names: unit kinds, or `employee`.
    pub boards: Vec<String>,
    /// Who is listed.
    pub listing: Listing,
    /// What counts.
    pub indicators: Vec<Indicator>,
    /// How equal rows are ranked.
    pub tie_rule: TieRule,
    /// What separates equal scores, in order.
    pub tie_breaks: Vec<TieBreak>,
    /// Where a unit's credit comes from.
    pub unit_from: UnitFrom,
    /// The currency of its amounts.
    pub currency: Currency,
}

/// A text in the languages of the people who read it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalizedText {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Who is listed on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listing {
    /// Participants with at least one live credit.
    Scored,
    /// Everyone, zeros ranked too.
    Eligible,
}

/// One thing that is counted, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Id, unique in the contest.
    pub id: String,
    /// The names that people read.
    pub name: LocalizedText,
    /// The event types that count.
    pub events: Vec<String>,
    /// Which of them.
    pub filter: Filter,
    /// What is counted of each.
    pub measure: Measure,
    /// What it is worth.
    pub points: Points,
}

/// What is counted of each event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// One.
    Count,
    /// Its quantity.
    SumQuantity,
    /// Its amount, in the contest's currency.
    SumAmount,
}

/// What a counted event is worth, in 1/10,000 of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Points {
    /// For each counted unit: event, piece, or major unit of currency.
    PerUnit(i64),
    /// So many points for so many minor units of currency, more than zero.
    PerAmount {
        /// In 1/10,000 of a point.
        points_e4: i64,
        /// Minor units.
        per_minor: i64,
    },
}

/// Conditions that must all hold; in each list one match is enough, and an empty list asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Product codes.
    pub products: Vec<String>,
    /// Channels.
    pub channels: Vec<String>,
    /// Segments.
    pub segments: Vec<String>,
    /// Least amount in minor units of the contest's currency.
    pub amount_min: Option<i64>,
    /// Greatest amount in minor units of the contest's currency.
    pub amount_max: Option<i64>,
    /// Attributes: key and allowed values.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl Filter {
    /// Whether the event meets every condition.
    pub fn matches(&self, event: &Event, currency: Currency) -> bool {
        let one_of = |list: &[String], value: &str| list.is_empty() || list.iter().any(|item| item == value);
        one_of(&self.products, &event.product)
            && one_of(&self.channels, &event.channel)
            && one_of(&self.segments, &event.segment)
            && self.amount_matches(event, currency)
            && self.attributes.iter().all(|(key, values)| {
                event.attributes.iter().any(|(k, v)| k == key && values.iter().any(|value| value == v))
            })
    }

    fn amount_matches(&self, event: &Event, currency: Currency) -> bool {
        if self.amount_min.is_none() && self.amount_max.is_none() {
            return true;
        }
        let Some(amount) = event.amount.filter(|amount| amount.currency == currency) else { return false };
        self.amount_min.is_none_or(|min| amount.minor >= min)
            && self.amount_max.is_none_or(|max| amount.minor <= max)
    }
}

/// How equal rows are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TieRule {
    /// 1, 2, 2, 4.
    Standard1224,
    /// 1, 2, 2, 3.
    Dense1223,
    /// 1, 2, 3, 4.
    Ordinal1234,
}

/// One step of the chain that separates equal scores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TieBreak {
    /// The earlier one to reach the score stands first.
    Earliest,
    /// The greater value of the indicator of that index stands first.
    Indicator(usize),
    /// By name, bytewise ascending.
    Name,
}

/// Where a unit's credit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnitFrom {
    /// The creditor's membership.
    Membership,
    /// The event's branch.
    Event,
}

impl Contest {
    /// Whether it matters when a score was reached.
    pub fn uses_reach(&self) -> bool {
        self.tie_breaks.contains(&TieBreak::Earliest)
    }

    /// The types that it counts.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.indicators.iter().flat_map(|indicator| indicator.events.iter().map(String::as_str))
    }

    /// Whether another definition gives the same credits to the same creditors, so that only ranks may differ. Names,
    /// boards, listing, ties and the like may change; who competes on a board follows from the organisation.
    pub fn credits_like(&self, other: &Contest) -> bool {
        let credits = |contest: &Contest| {
            let indicators = contest.indicators.iter();
            let indicators: Vec<_> =
                indicators.map(|i| (i.events.clone(), i.filter.clone(), i.measure, i.points)).collect();
            let period = (contest.start, contest.end, contest.scoring_deadline);
            (period, indicators, contest.unit_from, contest.currency)
        };
        credits(self) == credits(other)
    }

    /// Whether a business date lies in the period.
    pub fn covers(&self, business_date: Date) -> bool {
        (self.start..=self.end).contains(&business_date)
    }

    /// Whether an event recorded at that time comes too late to score.
    pub fn is_late(&self, recorded: Time) -> bool {
        self.scoring_deadline.is_some_and(|deadline| recorded >= deadline)
    }

    /// Whether an entry that confirms or takes back, recorded at that time, comes too late to do so. Without gates and
    /// clawback the result is settled when scoring ends.
    pub fn is_settled(&self, recorded: Time) -> bool {
        self.is_late(recorded)
    }
}
