//! What is given for what was counted, and the most of it. It says; the fold computes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::contest::Period;

/// What a counted event, or what was counted of a participant, is worth. Every result is rounded half-even to 1/10,000 of
/// a point, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Points {
    /// For each counted unit: event, piece, customer, or major unit of currency; for a rate, for 1.
    PerUnit(i64),
    /// So many points for so many minor units of currency, more than zero.
    PerAmount {
        /// In 1/10,000 of a point.
        points_e4: i64,
        /// Minor units.
        per_minor: i64,
    },
    /// By a table.
    Tiers(Tiers),
    /// A weight for reaching a target.
    Completion(Completion),
}

/// A table of rates by how much was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tiers {
    /// How it is read.
    pub kind: TierKind,
    /// From low to high, without holes.
    pub steps: Vec<Tier>,
}

/// How a table is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TierKind {
    /// Each part of the value at the rate of its own tier, and the fixed points of every tier that was reached.
    Marginal,
    /// The whole value at the rate of the tier that was reached, with that one's fixed points.
    WholeVolume,
}

/// A line of the table. It is reached when the value is `from_e4` or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Least value, in 1/10,000 of the measure's unit, from 0.
    pub from_e4: i64,
    /// Where the next one begins; `None`: it has no end.
    pub to_e4: Option<i64>,
    /// In 1/10,000 of a point.
    pub points_e4: i64,
    /// For so much of the value, in 1/10,000 of the measure's unit, more than zero.
    pub per_e4: i64,
    /// For reaching it, in 1/10,000 of a point.
    pub fixed_e4: i64,
}

/// A line of a scorecard: weight times completion, which is the value for each of the target.
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
    /// There is no completion, and there are no points.
    NoCompletion,
    /// It is reached, a completion of 1, by any value from 0 on.
    Reached,
}

/// A time in which an event is worth more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Business dates of the events.
    pub period: Period,
    /// By which points are multiplied, in 1/10,000, from 0.
    pub times_e4: i64,
}

impl Window {
    /// Whether it holds on a day.
    pub fn covers(&self, date: Date) -> bool {
        self.period.covers(date)
    }
}

/// The most that an indicator may be worth. What is less than the cap's negative counts as that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// Of what the sum is clamped.
    pub per: CapPer,
    /// In 1/10,000 of a point, from 0.
    pub points_e4: i64,
    /// The boards that it holds on; empty: all. Never given for events.
    pub boards: Vec<String>,
}

/// Of what a sum of points is clamped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CapPer {
    /// Each creditor's part of one event.
    Event,
    /// A participant's events of one customer, in a round. Those without a customer are not clamped.
    Customer,
    /// A participant's events of one business date.
    Day,
    /// A participant's round.
    Round,
    /// The participant.
    Contest,
}
