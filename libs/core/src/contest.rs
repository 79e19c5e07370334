//! A contest's definition, as the fold obeys it. It is data; computing with it is done elsewhere.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::rule::class::{Apart, Scope};
use crate::rule::separates::Separates;
use crate::types::money::Currency;
use crate::types::time::Time;

pub mod cap;
pub mod check;
pub mod compiled;
pub mod doubts;
mod facts;
pub mod filter;
pub mod indicator;
pub mod schedule;
pub mod sentences;
mod sound;

pub use crate::rule::balance::Credited;
pub use crate::rule::format::Overall;
pub use crate::rule::limit::Limit;
pub use crate::rule::measure::Measure;
pub use crate::rule::points::{Completion, Points, Tier, TierKind, Tiers, ZeroTarget};
pub use crate::rule::ranking::RankedBy;
pub use crate::rule::tie_break::TieBreak;
pub use crate::rule::tie_rule::TieRule;
pub use crate::rule::window::Window;
pub use crate::types::localized::LocalizedText;
pub use crate::types::period::{Period, Span};
pub use cap::Cap;
pub use filter::Filter;
pub use indicator::Indicator;
pub use schedule::{Round, UtcOffset};

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
    /// What is counted, and the points for it.
    pub indicators: Vec<Indicator>,
    /// Which ranks equal rows have.
    pub tie_rule: TieRule,
    /// What decides between equal rows, in order.
    pub tie_breaks: Vec<TieBreak>,
    /// Where a unit's credit comes from.
    pub unit_from: UnitFrom,
    /// The currency of its amounts.
    pub currency: Currency,
    /// Periods inside the period, in order, with standings of their own; none: the whole period is one.
    pub rounds: Vec<Round>,
    /// How the total is computed from the rounds.
    pub overall: Overall,
    /// What rows are ranked by.
    pub ranked_by: RankedBy,
    /// The working-day calendar that pace is based on; `None`: every day of the period counts.
    pub calendar: Option<String>,
    /// The zone's offsets from UTC over the period, in order, fixed at publication.
    pub utc_offsets: Vec<UtcOffset>,
}

/// Who is listed on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listing {
    /// Participants with at least one live credit.
    Scored,
    /// Everyone, zeros ranked too.
    Eligible,
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
        self.tie_breaks.iter().any(|tie_break| tie_break.separates() == Separates::Reach)
    }

    /// The event types that it looks at.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.indicators
            .iter()
            .flat_map(|indicator| indicator.events.iter().chain(indicator.openings()).map(String::as_str))
    }

    /// Whether another definition gives the same credits to the same creditors, so that only ranks may differ. Names,
    /// boards, listing, ties, tiers, weights and the like may change; who competes on a board follows from the
    /// organisation.
    pub fn credits_like(&self, other: &Contest) -> bool {
        let credits = |contest: &Contest| {
            let of = |i: &Indicator| {
                let points = i.has_points_by_event().then(|| i.points.clone());
                let of_events = i.caps.iter().filter(|cap| cap.per.scope() == Scope::Event);
                let by_event: Vec<Cap> = of_events.cloned().collect();
                let kept_apart =
                    [Apart::Days, Apart::Customers].map(|apart| i.is_capped(Scope::Apart(apart)));
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

    /// Every span that is counted by itself: the rounds, or the whole period without rounds, and then the earlier period
    /// that improvement compares with.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let whole = Period { start: self.start, end: self.end };
        let own = self.rounds.iter().map(|round| round.period).chain(self.rounds.is_empty().then_some(whole));
        let own = own.map(|period| Span { period, is_base: false });
        own.chain(self.base().map(|period| Span { period, is_base: true }))
    }

    /// The earlier period that improvement compares with.
    pub fn base(&self) -> Option<Period> {
        self.ranked_by.base()
    }

    /// The index of the span that contains a business date.
    pub fn span_of(&self, date: Date) -> Option<usize> {
        self.spans().position(|span| span.period.covers(date))
    }

    /// Whether a business date lies in any span.
    pub fn covers(&self, business_date: Date) -> bool {
        self.span_of(business_date).is_some()
    }

    /// Whether events before its first span can matter.
    pub fn looks_back(&self) -> bool {
        self.indicators.iter().any(Indicator::looks_back)
    }

    /// Whether an event recorded at that time comes too late to score.
    pub fn is_late(&self, recorded: Time) -> bool {
        self.scoring_deadline.is_some_and(|deadline| recorded >= deadline)
    }

    /// Whether a reversal recorded at that time comes too late to have an effect. Today that is the deadline of events. It is
    /// a question of its own, because a rule such as clawback needs a later deadline for what takes points away.
    pub fn is_settled(&self, recorded: Time) -> bool {
        self.is_late(recorded)
    }
}
