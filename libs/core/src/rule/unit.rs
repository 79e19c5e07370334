//! The unit of an indicator, and how people write quantities and rates in it.

use crate::rule::phrase::{Phrase, currency_name, given, money, number, percent, say};
use crate::types::money::Currency;
use crate::types::score::SCALE;

/// A unit of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Events.
    Events,
    /// Pieces.
    Pieces,
    /// Customers.
    Customers,
    /// Major units of the contest's currency.
    Money,
    /// Products per customer.
    ProductsPerCustomer,
    /// A part of a whole.
    Percent,
}

impl Unit {
    /// Whether quantities are whole numbers as long as events are not shared.
    pub fn is_in_whole_numbers(self) -> bool {
        match self {
            Unit::Events | Unit::Pieces | Unit::Customers => true,
            Unit::Money | Unit::ProductsPerCustomer | Unit::Percent => false,
        }
    }

    /// Whether values of different indicators may be added. Rates may not.
    pub fn can_be_added(self) -> bool {
        match self {
            Unit::Events | Unit::Pieces | Unit::Customers | Unit::Money => true,
            Unit::ProductsPerCustomer | Unit::Percent => false,
        }
    }

    /// Whether each event counts one.
    pub fn is_of_events(self) -> bool {
        self == Unit::Events
    }

    /// A quantity as text; `value_e4` is in 1/10,000.
    pub fn value(self, value_e4: i128, currency: Currency) -> Phrase {
        let is_one = value_e4 == SCALE;
        let number = number(value_e4);
        match self {
            Unit::Events if is_one => say!("{number} event", "{number} 笔", number),
            Unit::Events => say!("{number} events", "{number} 笔", number),
            Unit::Pieces if is_one => say!("{number} piece", "{number} 件", number),
            Unit::Pieces => say!("{number} pieces", "{number} 件", number),
            Unit::Customers if is_one => say!("{number} customer", "{number} 户", number),
            Unit::Customers => say!("{number} customers", "{number} 户", number),
            Unit::Money => money(value_e4, currency),
            Unit::ProductsPerCustomer => say!("{number} products per customer", "{number} 种/户", number),
            Unit::Percent => Phrase::same(percent(value_e4)),
        }
    }

    /// Points for each unit as text; `points_e4` is in 1/10,000.
    pub fn each(self, points_e4: i128, currency: Currency) -> Phrase {
        let points = given(points_e4);
        match self {
            Unit::Events => say!("{points} each", "每笔{points}", points),
            Unit::Pieces => say!("{points} per piece", "每件{points}", points),
            Unit::Customers => say!("{points} per customer", "每户{points}", points),
            Unit::Money => match currency.as_str() {
                "XXX" => say!("{points} per unit of money", "每一货币单位{points}", points),
                code => {
                    let unit = currency_name(code);
                    say!("{points} per {unit}", "每 1 {unit}{points}", points, unit)
                }
            },
            Unit::ProductsPerCustomer => {
                say!("{points} for 1 product per customer", "户均每 1 种产品{points}", points)
            }
            Unit::Percent => say!("{points} for 100 %", "每 100 % {points}", points),
        }
    }

    /// An easy value for an example, in 1/10,000; `per_e4` is the quantity that gives the points.
    pub fn sample(self, per_e4: i128) -> i128 {
        match self {
            Unit::Events | Unit::Pieces => 12 * SCALE,
            Unit::Customers => 8 * SCALE,
            Unit::Money => per_e4 * 7 / 2,
            Unit::ProductsPerCustomer => SCALE * 5 / 2,
            Unit::Percent => SCALE * 3 / 4,
        }
    }

    /// A target for an example, in 1/10,000.
    pub fn sample_target(self) -> i128 {
        match self {
            Unit::Events | Unit::Pieces | Unit::Customers => 100 * SCALE,
            Unit::Money => 1_000_000 * SCALE,
            Unit::ProductsPerCustomer => 2 * SCALE,
            Unit::Percent => SCALE,
        }
    }
}
