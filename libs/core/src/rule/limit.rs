//! The registry of `per`: which sum of points a cap limits. A sum below the negative of the cap counts as that negative.

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
use crate::rule::key::Form;
use crate::rule::phrase::Phrase;
use crate::rule::setting::{Facts, Limited};
use crate::types::violation::Violation;

/// Which sum of points a cap limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Each creditor's part of one event.
    Event(Event),
    /// A participant's events of one customer in one round, or in the contest where there are no rounds.
    Customer(Customer),
    /// A participant's events of one business date.
    Day(Day),
    /// Everything that a participant has in one round.
    Round(Round),
    /// Everything that a participant has in the contest.
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
    /// How each is written in a file.
    pub const FORMS: [(&str, Form); 5] = [
        ("event", Form::Word("each creditor's part of one event")),
        (
            "customer",
            Form::Word("a participant's events of one customer, in a round or in the contest without rounds"),
        ),
        ("day", Form::Word("a participant's events of one business date")),
        ("round", Form::Word("everything that a participant has in a round")),
        ("contest", Form::Word("everything that a participant has in the contest")),
    ];

    /// The sum that it limits.
    pub fn scope(self) -> Scope {
        each!(self, rule => rule.scope())
    }

    /// What is wrong with a cap of an indicator; fields are the cap's.
    pub fn check(self, own: &Facts, cap: &Limited, has_rounds: bool) -> Vec<Violation> {
        each!(self, rule => rule.check(own, cap, has_rounds))
    }

    /// Why a cap is probably a mistake.
    pub fn doubt(self, own: &Facts, cap: &Limited, has_rounds: bool) -> Option<String> {
        each!(self, rule => rule.doubt(own, cap, has_rounds))
    }

    /// The rule in words; `most` is the limit in words, such as "at most 6 points".
    pub fn sentence(self, most: &Phrase) -> Phrase {
        each!(self, rule => rule.sentence(most))
    }
}
