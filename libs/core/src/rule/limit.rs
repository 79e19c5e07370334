//! What a cap limits: the registry of `per`. What is less than a cap's negative counts as that.

mod contest;
mod customer;
mod day;
mod event;
mod round;

use serde::{Deserialize, Serialize};

pub use contest::Contest;
pub use customer::Customer;
pub use day::Day;
pub use event::Event;
pub use round::Round;

use crate::rule::class::Scope;
use crate::rule::phrase::Phrase;
use crate::rule::setting::{Facts, Limited};
use crate::types::violation::Violation;

/// Of what a sum of points is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Each creditor's part of one event.
    Event(Event),
    /// A participant's events of one customer, in a round.
    Customer(Customer),
    /// A participant's events of one business date.
    Day(Day),
    /// A participant's round.
    Round(Round),
    /// The participant.
    Contest(Contest),
}

macro_rules! each {
    ($limit:expr, $rule:ident => $ask:expr) => {
        match $limit {
            Limit::Event($rule) => $ask,
            Limit::Customer($rule) => $ask,
            Limit::Day($rule) => $ask,
            Limit::Round($rule) => $ask,
            Limit::Contest($rule) => $ask,
        }
    };
}

impl Limit {
    /// Which sum it limits.
    pub fn scope(self) -> Scope {
        each!(self, rule => rule.scope())
    }

    /// What is wrong with a cap of an indicator; fields are the cap's.
    pub fn check(self, own: &Facts, cap: &Limited, has_rounds: bool) -> Vec<Violation> {
        each!(self, rule => rule.check(own, cap, has_rounds))
    }

    /// Why a cap is hardly meant.
    pub fn doubt(self, own: &Facts, cap: &Limited, has_rounds: bool) -> Option<String> {
        each!(self, rule => rule.doubt(own, cap, has_rounds))
    }

    /// What it says, of so many points.
    pub fn sentence(self, points: &Phrase) -> Phrase {
        each!(self, rule => rule.sentence(points))
    }
}
