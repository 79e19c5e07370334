//! `points = { points = 1, per_amount = 10000 }`: points in proportion to money.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::rule::check;
use crate::rule::class::Basis;
use crate::rule::example::Example;
use crate::rule::key::Key;
use crate::rule::phrase::{Phrase, given, money, say};
use crate::rule::rate;
use crate::rule::setting::Facts;
use crate::rule::unit::Unit;
use crate::types::money::Currency;
use crate::types::ratio::Ratio;
use crate::types::score::{SCALE, mul_div_half_even};
use crate::types::violation::Violation;

/// Its keys in a file.
pub(super) const KEYS: [Key; 2] = [
    Key {
        name: "points",
        kind: "points",
        range: "up to 10^9, also below zero",
        default: "",
        says: "so many points …",
    },
    Key {
        name: "per_amount",
        kind: "money",
        range: "more than 0",
        default: "",
        says: "… for so much money; both together, for measures of money",
    },
];

/// Points in proportion to money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerAmount {
    /// In 1/10,000 of a point.
    pub points_e4: i64,
    /// The amount that gives them, in minor units of the contest's currency, more than zero.
    pub per_minor: i64,
}

impl PerAmount {
    pub(super) fn basis(&self) -> Basis {
        Basis::Unit
    }

    pub(super) fn rate_e4(&self) -> i64 {
        self.points_e4
    }

    pub(super) fn per_unit_e4(&self) -> Option<i64> {
        None
    }

    pub(super) fn weight_e4(&self) -> Option<i64> {
        None
    }

    pub(super) fn is_only_counted(&self) -> bool {
        false
    }

    pub(super) fn gives_nothing(&self) -> bool {
        self.points_e4 == 0
    }

    /// The points of an event's amount, multiplied by the factor of its day; `None` without an amount in the contest's
    /// currency.
    #[inline]
    pub(super) fn of_event(
        &self,
        event: &Event,
        _: i128,
        times_e4: i128,
        currency: Currency,
    ) -> Option<i128> {
        let amount = event.amount.filter(|amount| amount.currency == currency)?;
        let rate = i128::from(self.points_e4) * times_e4;
        Some(mul_div_half_even(i128::from(amount.minor), rate, i128::from(self.per_minor) * SCALE))
    }

    pub(super) fn of_value(&self, value: Ratio, currency: Currency) -> i128 {
        value.times(i128::from(self.points_e4) * i128::from(currency.scale()), self.per_minor.into())
    }

    pub(super) fn of_completion(&self, _: Ratio) -> i128 {
        0
    }

    pub(super) fn is_reached_at_zero(&self) -> bool {
        false
    }

    pub(super) fn threshold_e4(&self) -> Option<i64> {
        None
    }

    pub(super) fn is_sound(&self) -> bool {
        check::rate("points", self.points_e4).is_none() && self.per_minor > 0
    }

    pub(super) fn check(&self, own: &Facts) -> Vec<Violation> {
        if own.unit != Unit::Money {
            let reason = "points per amount need a measure that is money, such as `measure = \"amount\"`; change one \
                          of them";
            return vec![Violation::new("points", "MEASURE_MISMATCH", reason)];
        }
        if self.per_minor <= 0 {
            let reason = "points are given for an amount greater than zero; give one";
            return vec![Violation::new("points.amount", "OUT_OF_RANGE", reason)];
        }
        check::rate("points", self.points_e4).into_iter().collect()
    }

    pub(super) fn doubts(&self, _: &Facts) -> Vec<Violation> {
        Vec::new()
    }

    /// The amount that gives the points, in 1/10,000 of a major unit.
    fn per_e4(&self, currency: Currency) -> i128 {
        i128::from(self.per_minor) * SCALE / i128::from(currency.scale())
    }

    pub(super) fn sentences(&self, _: Unit, currency: Currency) -> Vec<Phrase> {
        let (given, per) = (given(self.points_e4.into()), money(self.per_e4(currency), currency));
        vec![say!("{given} per {per}", "每 {per}{given}", given, per)]
    }

    pub(super) fn example(
        &self,
        unit: Unit,
        currency: Currency,
        _: &dyn Fn(i128, i128) -> i128,
    ) -> Option<Example> {
        let per_e4 = self.per_e4(currency);
        (per_e4 > 0).then(|| rate::example(self.points_e4.into(), per_e4, unit, currency))
    }
}
