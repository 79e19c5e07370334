//! `points = { per_unit = 2 }`: points for each event, piece, customer or major unit of currency; of a rate, for 100 %.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::rule::check;
use crate::rule::class::Basis;
use crate::rule::example::Example;
use crate::rule::key::Key;
use crate::rule::phrase::{Phrase, say};
use crate::rule::rate;
use crate::rule::setting::Facts;
use crate::rule::unit::Unit;
use crate::types::money::Currency;
use crate::types::ratio::Ratio;
use crate::types::score::{SCALE, mul_div_half_even};
use crate::types::violation::Violation;

/// Its keys in a file.
pub(super) const KEYS: [Key; 1] = [Key {
    name: "per_unit",
    kind: "points",
    range: "up to 10^9, also below zero",
    default: "1",
    says: "for each event, piece, customer or unit of money; of a rate, for 100 %",
}];

/// Points for each counted unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerUnit {
    /// In 1/10,000 of a point; 0: it is only counted.
    pub points_e4: i64,
}

impl PerUnit {
    pub(super) fn basis(&self) -> Basis {
        Basis::Unit
    }

    pub(super) fn rate_e4(&self) -> i64 {
        self.points_e4
    }

    pub(super) fn per_unit_e4(&self) -> Option<i64> {
        Some(self.points_e4)
    }

    pub(super) fn weight_e4(&self) -> Option<i64> {
        None
    }

    pub(super) fn is_only_counted(&self) -> bool {
        self.points_e4 == 0
    }

    pub(super) fn gives_nothing(&self) -> bool {
        self.points_e4 == 0
    }

    /// The points of an event with this counted quantity, multiplied by the factor of its day.
    #[inline]
    pub(super) fn of_event(&self, _: &Event, counted_e4: i128, times_e4: i128, _: Currency) -> Option<i128> {
        Some(mul_div_half_even(counted_e4, i128::from(self.points_e4) * times_e4, SCALE * SCALE))
    }

    pub(super) fn of_value(&self, value: Ratio, _: Currency) -> i128 {
        value.times(self.points_e4.into(), 1)
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
        check::rate("points", self.points_e4).is_none()
    }

    pub(super) fn check(&self, _: &Facts) -> Vec<Violation> {
        check::rate("points", self.points_e4).into_iter().collect()
    }

    pub(super) fn doubts(&self, _: &Facts) -> Vec<Violation> {
        Vec::new()
    }

    pub(super) fn sentences(&self, unit: Unit, currency: Currency) -> Vec<Phrase> {
        vec![match self.points_e4 {
            0 => say!("none; counted only", "不计分，仅统计"),
            points_e4 => unit.each(points_e4.into(), currency),
        }]
    }

    pub(super) fn example(
        &self,
        unit: Unit,
        currency: Currency,
        _: &dyn Fn(i128, i128) -> i128,
    ) -> Option<Example> {
        Some(rate::example(self.points_e4.into(), SCALE, unit, currency))
    }
}
