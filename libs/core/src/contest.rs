//! What a contest is, as the fold obeys it. A definition says; it computes nothing.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::types::money::{Amount, Currency};
use crate::types::time::Time;

pub mod check;
pub mod doubts;
pub mod measure;
pub mod points;
pub mod schedule;
mod sound;

pub use measure::{Credited, Measure};
pub use points::{Cap, CapPer, Completion, Points, Tier, TierKind, Tiers, Window, ZeroTarget};
pub use schedule::{Overall, Period, Round, Span, UtcOffset};

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
    /// Periods inside the period, in order, with standings of their own; none: the whole period is one.
    pub rounds: Vec<Round>,
    /// How rounds make the whole.
    pub overall: Overall,
    /// By what rows are ranked.
    pub ranked_by: RankedBy,
    /// The working-day calendar that pace goes by; `None`: every day of the period counts.
    pub calendar: Option<String>,
    /// The zone's offsets from UTC over the period, in order, fixed at publication.
    pub utc_offsets: Vec<UtcOffset>,
}

/// By what rows are ranked; the greater stands first, and who has none of it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RankedBy {
    /// The score.
    Score,
    /// The exact value of the indicator of that index.
    Indicator(usize),
    /// The completion of the target of the indicator of that index.
    Completion(usize),
    /// The score for each head (人均): a unit's employees on the period's last day; an employee is one head.
    PerHead,
    /// How much more the score is than in a period before.
    Improvement {
        /// The period before.
        base: Period,
        /// In parts of what it was, instead of in points.
        is_rate: bool,
    },
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
    /// The event types that count; none for a ratio.
    pub events: Vec<String>,
    /// Which of them.
    pub filter: Filter,
    /// What is counted of them.
    pub measure: Measure,
    /// What it is worth.
    pub points: Points,
    /// Times in which an event is worth more, in order.
    pub windows: Vec<Window>,
    /// The most that it may be worth, at most one of each kind.
    pub caps: Vec<Cap>,
}

impl Indicator {
    /// Whether each event has points of its own, which add up; otherwise points follow from what is counted of a
    /// participant.
    pub fn has_points_by_event(&self) -> bool {
        self.measure.is_by_event() && matches!(self.points, Points::PerUnit(_) | Points::PerAmount { .. })
    }

    /// The cap of a kind on a board.
    pub fn cap(&self, per: CapPer, board: &str) -> Option<i128> {
        let holds = |cap: &&Cap| cap.boards.is_empty() || cap.boards.iter().any(|own| own == board);
        let cap = self.caps.iter().filter(|cap| cap.per == per).find(holds)?;
        Some(i128::from(cap.points_e4))
    }

    /// Whether it has a cap of a kind on any board.
    pub fn is_capped(&self, per: CapPer) -> bool {
        self.caps.iter().any(|cap| cap.per == per)
    }
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
        self.matches_apart_from_amount(event) && self.matches_amount(event.amount, currency)
    }

    /// Whether the event meets every condition that is not about its amount.
    pub fn matches_apart_from_amount(&self, event: &Event) -> bool {
        let one_of = |list: &[String], value: &str| list.is_empty() || list.iter().any(|item| item == value);
        one_of(&self.products, &event.product)
            && one_of(&self.channels, &event.channel)
            && one_of(&self.segments, &event.segment)
            && self.attributes.iter().all(|(key, values)| {
                event.attributes.iter().any(|(k, v)| k == key && values.iter().any(|value| value == v))
            })
    }

    /// Whether an amount meets the conditions about it.
    pub fn matches_amount(&self, amount: Option<Amount>, currency: Currency) -> bool {
        if self.amount_min.is_none() && self.amount_max.is_none() {
            return true;
        }
        let Some(amount) = amount.filter(|amount| amount.currency == currency) else { return false };
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

    /// The types that it looks at.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.indicators.iter().flat_map(|indicator| {
            let openings = indicator.measure.openings();
            indicator.events.iter().chain(openings).map(String::as_str)
        })
    }

    /// Whether another definition gives the same credits to the same creditors, so that only ranks may differ. Names,
    /// boards, listing, ties, tiers, weights and the like may change; who competes on a board follows from the
    /// organisation.
    pub fn credits_like(&self, other: &Contest) -> bool {
        let credits = |contest: &Contest| {
            let of = |i: &Indicator| {
                let points = i.has_points_by_event().then(|| i.points.clone());
                let by_event: Vec<Cap> =
                    i.caps.iter().filter(|cap| cap.per == CapPer::Event).cloned().collect();
                let kept_apart = (i.is_capped(CapPer::Day), i.is_capped(CapPer::Customer));
                (
                    i.events.clone(),
                    i.filter.clone(),
                    i.measure.clone(),
                    points,
                    i.windows.clone(),
                    by_event,
                    kept_apart,
                )
            };
            let spans: Vec<Span> = contest.spans().collect();
            let indicators: Vec<_> = contest.indicators.iter().map(of).collect();
            (spans, contest.scoring_deadline, indicators, contest.unit_from, contest.currency)
        };
        credits(self) == credits(other)
    }

    /// Every time that is counted apart: the rounds, or the whole period, and after them the period before that
    /// improvement is measured from.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let whole = Period { start: self.start, end: self.end };
        let own = self.rounds.iter().map(|round| round.period).chain(self.rounds.is_empty().then_some(whole));
        let own = own.map(|period| Span { period, is_base: false });
        own.chain(self.base().map(|period| Span { period, is_base: true }))
    }

    /// The period before that improvement is measured from.
    pub fn base(&self) -> Option<Period> {
        match &self.ranked_by {
            RankedBy::Improvement { base, .. } => Some(*base),
            _ => None,
        }
    }

    /// The index of the span that a business date lies in.
    pub fn span_of(&self, date: Date) -> Option<usize> {
        self.spans().position(|span| span.period.covers(date))
    }

    /// Whether a business date lies in any span.
    pub fn covers(&self, business_date: Date) -> bool {
        self.span_of(business_date).is_some()
    }

    /// Whether what happened before its first span may matter.
    pub fn looks_back(&self) -> bool {
        self.indicators.iter().any(|indicator| indicator.measure.looks_back())
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
