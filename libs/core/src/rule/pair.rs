//! What is stored of an indicator for a creditor: two exact numbers, in 1/10,000. Their meaning depends on the class of the
//! measure, so they are written and read through structs with named fields, one for each meaning.

use std::ops::{Neg, Sub};

use crate::types::score::SCALE;

/// The two numbers, as they are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair(pub [i128; 2]);

/// For events that are counted one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Events, pieces, or major units of currency.
    pub measure: i128,
    /// Points of the events; 0 where points are computed from the participant's value.
    pub points: i128,
}

/// For events that refer to customers and products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// The number of live references.
    pub count: i128,
}

/// For customers, each counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// The number of customers, or of their products.
    pub counted: i128,
    /// The number of customers by which that is divided; 0 where the measure does not divide.
    pub customers: i128,
}

/// For balances that are compared with those of an earlier date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The increase, in major units.
    pub more: i128,
}

/// For balances that are averaged over days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Daily {
    /// Balances times days, apart from what each known day adds.
    pub held: i128,
    /// What each known day of the span adds.
    pub each_day: i128,
}

impl Daily {
    /// Balances times days when this number of days is known.
    pub fn of_days(self, days: i64) -> i128 {
        self.held + self.each_day * i128::from(days)
    }
}

impl References {
    /// One reference.
    pub const ONE: References = References { count: SCALE };
}

impl Pair {
    /// Adds another one, number by number.
    #[inline]
    pub fn add(&mut self, other: Pair) {
        self.0[0] += other.0[0];
        self.0[1] += other.0[1];
    }

    /// Read for events that are counted one by one.
    #[inline]
    pub fn counted(self) -> Counted {
        Counted { measure: self.0[0], points: self.0[1] }
    }

    /// Read for events that refer to customers.
    #[inline]
    pub fn references(self) -> References {
        References { count: self.0[0] }
    }

    /// Read for customers.
    pub fn served(self) -> Served {
        Served { counted: self.0[0], customers: self.0[1] }
    }

    /// Read for balances that are compared.
    pub fn change(self) -> Change {
        Change { more: self.0[0] }
    }

    /// Read for balances that are averaged over days.
    pub fn daily(self) -> Daily {
        Daily { held: self.0[0], each_day: self.0[1] }
    }
}

impl From<Counted> for Pair {
    #[inline]
    fn from(counted: Counted) -> Pair {
        Pair([counted.measure, counted.points])
    }
}

impl From<References> for Pair {
    #[inline]
    fn from(references: References) -> Pair {
        Pair([references.count, 0])
    }
}

impl From<Served> for Pair {
    fn from(served: Served) -> Pair {
        Pair([served.counted, served.customers])
    }
}

impl From<Change> for Pair {
    fn from(change: Change) -> Pair {
        Pair([change.more, 0])
    }
}

impl From<Daily> for Pair {
    fn from(daily: Daily) -> Pair {
        Pair([daily.held, daily.each_day])
    }
}

impl Neg for Pair {
    type Output = Pair;

    #[inline]
    fn neg(self) -> Pair {
        Pair(self.0.map(|number| -number))
    }
}

impl Sub for Pair {
    type Output = Pair;

    #[inline]
    fn sub(self, other: Pair) -> Pair {
        Pair([self.0[0] - other.0[0], self.0[1] - other.0[1]])
    }
}
